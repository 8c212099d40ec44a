import type { Run } from '../lib/history/parts.js'
import type { Database } from '../adapters/sqlite.js'
import { entryWeight, hasSnapshots, snapshotWeight } from './snapshots.js'

/** The entries from `first` to `last` in runs of equally many, at most `most`. */
export function runsIn(database: Database, first: number, last: number, most: number): readonly Run[] {
  const weigh = database
    .prepare<[number, number], number>(
      `select total(octet_length(body) + ${entryWeight}) from entry where seq between ? and ?`,
    )
    .pluck()
  const states = hasSnapshots(database)
    ? database
        .prepare<[number, number], number>(
          `select ${snapshotWeight}
           from snapshot where seq between ? and ? order by seq desc limit 1`,
        )
        .pluck()
    : null
  const length = Math.ceil((last - first + 1) / most)
  const runs: Run[] = []
  for (let from = first; from <= last && last > 0; from += length) {
    const to = Math.min(from + length - 1, last)
    runs.push({ from, to, weight: weigh.get(from, to) ?? 0, snapshot: states?.get(from, to) ?? null })
  }
  return runs
}
