import type { Costs } from './hostile-round.js'

interface Sum {
  rows: number
  ms: number
  mostMs: number
}

/** How many rows were tried of which table, and what they cost. */
export class Tally implements Costs {
  readonly #sums = new Map<string, Sum>()

  note(table: string, rows: number, ms: number): void {
    const sum = this.#sums.get(table) ?? { rows: 0, ms: 0, mostMs: 0 }
    this.#sums.set(table, sum)
    sum.rows += rows
    sum.ms += ms
    sum.mostMs = Math.max(sum.mostMs, ms)
  }

  get rows(): number {
    return [...this.#sums.values()].reduce((all, { rows }) => all + rows, 0)
  }

  lines(): string[] {
    const sorted = [...this.#sums].sort(([, a], [, b]) => b.rows - a.rows)
    return sorted.map(([table, { rows, ms, mostMs }]) => {
      const each = (ms / rows).toFixed(2)
      return `${String(rows).padStart(9)}  ${table.padEnd(22)} ${each.padStart(7)} ms a row, at most ${mostMs.toFixed(0)} ms`
    })
  }
}
