import type Database from 'better-sqlite3'

/** How much of a journal is kept; null: without limit. */
export interface Retention {
  readonly keepMs: number | null
  readonly maxBytes: number | null
}

/** What goes: all entries up to one with a snapshot, which the rest begins with. */
export interface Dropping {
  readonly first: number
  readonly last: number
  /** When the last of them was recorded, milliseconds since 1970-01-01 UTC. */
  readonly lastAtMs: number
  readonly why: 'age' | 'size'
}

/** Of the file, without the pages that are free to be written again. */
export function usedBytes(database: Database.Database): number {
  const [pages, free, size] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
    Number(database.pragma(name, { simple: true })),
  )
  return ((pages ?? 0) - (free ?? 0)) * (size ?? 0)
}

/**
 * The oldest entries up to the next snapshot, if all of them are too old or the journal is too large; null: nothing is
 * to go, or nothing can, because no snapshot is behind it.
 */
export function droppingOf(
  database: Database.Database,
  retention: Retention,
  nowMs: number,
): Dropping | null {
  const next = database
    .prepare<[], { first: number; last: number; at_ms: number }>(
      `select first, seq as last, at_ms from snapshot, (select min(seq) as first from entry)
       where seq >= first order by seq limit 1`,
    )
    .get()
  if (next === undefined) return null
  const { keepMs, maxBytes } = retention
  const dropping = { first: next.first, last: next.last, lastAtMs: next.at_ms }
  if (keepMs !== null && next.at_ms < nowMs - keepMs) return { ...dropping, why: 'age' }
  if (maxBytes !== null && usedBytes(database) > maxBytes) return { ...dropping, why: 'size' }
  return null
}

/** Makes it, all or nothing. */
export function drop(database: Database.Database, { last }: Dropping): void {
  const statements = ['entry where seq <= ?', 'snapshot where seq < ?', 'piece where seq < ?'].map((rows) =>
    database.prepare<[number]>(`delete from ${rows}`),
  )
  database
    .transaction(() => {
      for (const statement of statements) statement.run(last)
    })
    .immediate()
}
