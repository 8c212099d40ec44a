import { readdirSync, readFileSync, statSync } from 'node:fs'

/** What one round showed. */
export interface Sample {
  /** Since the run began, seconds. */
  readonly atSeconds: number
  /** Of this process of the daemon. */
  readonly ageSeconds: number
  readonly residentKb: number
  readonly descriptors: number
  readonly children: number
  readonly journalBytes: number
  /** From a controller's transaction to its frames, milliseconds. */
  readonly latencyMs: number
}

/** The process's side of a sample; Linux only. */
export function processSample(pid: number): Pick<Sample, 'residentKb' | 'descriptors' | 'children'> {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return {
    residentKb: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? NaN),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    children: children.split(' ').filter((word) => word !== '').length,
  }
}

/** The journal's file and those beside it of its name. */
export function bytesOf(journal: string): number {
  const sizes = ['', '-wal', '-shm'].map(
    (end) => statSync(journal + end, { throwIfNoEntry: false })?.size ?? 0,
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

const parts = 8

/** A table: the run in eight parts of time, so that what grows is seen. */
export function table(samples: readonly Sample[]): readonly string[] {
  const all = samples.at(-1)?.atSeconds ?? 0
  const head = [
    'until',
    'rounds',
    'oldest',
    'resident',
    'handles',
    'children',
    'journal',
    'latency',
    'longest',
  ]
  const rows = Array.from({ length: parts }, (_, part) => {
    const [from, to] = [(all * part) / parts, (all * (part + 1)) / parts]
    const now = samples.filter(({ atSeconds }) => atSeconds > from && atSeconds <= to)
    return row(to, now)
  })
  const lines = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines.map((line) => line.map((cell, i) => cell.padStart(widths[i] ?? 0)).join('  '))
}

function row(toSeconds: number, samples: readonly Sample[]): readonly string[] {
  const most = (of: (sample: Sample) => number): number => Math.max(...samples.map(of))
  const latencies = samples.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b)
  const when = `${Math.round(toSeconds / 60)} min`
  if (samples.length === 0) return [when, '0', '', '', '', '', '', '', '']
  return [
    when,
    String(samples.length),
    `${Math.round(most(({ ageSeconds }) => ageSeconds) / 60)} min`,
    `${Math.round(most(({ residentKb }) => residentKb) / 1024)} MB`,
    String(most(({ descriptors }) => descriptors)),
    String(most(({ children }) => children)),
    `${(most(({ journalBytes }) => journalBytes) / 1e6).toFixed(1)} MB`,
    `${Math.round(latencies[latencies.length >> 1] ?? 0)} ms`,
    `${Math.round(latencies.at(-1) ?? 0)} ms`,
  ]
}
