import { execa } from 'execa'
import { cpus, release, totalmem } from 'node:os'

export interface Summary {
  readonly medianMs: number
  readonly minMs: number
  readonly maxMs: number
}

/** Of at least one time. */
export function summarize(timesMs: readonly number[]): Summary {
  const sorted = timesMs.toSorted((a, b) => a - b)
  const at = (i: number): number => sorted[i] ?? NaN
  const half = (sorted.length - 1) / 2
  return {
    medianMs: (at(Math.floor(half)) + at(Math.ceil(half))) / 2,
    minMs: at(0),
    maxMs: at(sorted.length - 1),
  }
}

/** Rows of cells as lines; the first column is flush left, the others right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  return rows.map(line).join('\n')
}

export async function machine(): Promise<string> {
  const { stdout } = await execa('/usr/sbin/ovs-vswitchd', ['--version'])
  const [first = ''] = stdout.split('\n')
  const [cpu] = cpus()
  const memoryGb = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} × ${cpu?.model ?? 'unknown CPU'}, ${memoryGb} GB, Linux ${release()}, Node ${process.versions.node}, ${first}`
}
