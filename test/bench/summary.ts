/** What a number of measurements of one thing amount to, in their own unit. */
export interface Summary {
  readonly count: number
  readonly min: number
  readonly median: number
  readonly p99: number
  readonly max: number
}

/** Of at least one sample. The percentile is the smallest sample that 99 % do not exceed, so of few it is the largest. */
export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (i: number): number => sorted[i] ?? NaN
  const half = (sorted.length - 1) / 2
  return {
    count: sorted.length,
    min: at(0),
    median: (at(Math.floor(half)) + at(Math.ceil(half))) / 2,
    p99: at(Math.ceil(sorted.length * 0.99) - 1),
    max: at(sorted.length - 1),
  }
}

/** Rows of cells as lines; the first column is flush left, the others right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  return rows.map((row) => line(row).trimEnd()).join('\n')
}

/** Three significant digits, more where it is large, and a thin space between thousands. */
export function figure(value: number): string {
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  const [whole = '', rest] = value.toFixed(Math.min(digits, 3)).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return rest === undefined ? grouped : `${grouped}.${rest}`
}
