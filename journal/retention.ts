import type { Database } from '../sqlite/sqlite.js'
import { hasSnapshots } from './snapshots.js'

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
export function usedBytes(database: Database): number {
  const [pages, free, size] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
    Number(database.pragma(name, { simple: true })),
  )
  return ((pages ?? 0) - (free ?? 0)) * (size ?? 0)
}

/** A place where a snapshot stands, or might. */
export interface Place {
  readonly seq: number
  /** When its entry was recorded. */
  readonly atMs: number
}

/**
 * What is to go, the oldest first: each time all entries up to the next snapshot, if all of them are too old or the journal
 * is still too large. Nothing goes that no snapshot is behind; `planned` is one that is to be written, `plannedBytes` large.
 */
export function* droppingsOf(
  database: Database,
  { keepMs, maxBytes }: Retention,
  nowMs: number,
  planned: Place | null = null,
  plannedBytes = 0,
): Generator<Dropping> {
  let first = database.prepare<[], number | null>('select min(seq) from entry').pluck().get() ?? null
  if (first === null) return
  const places = planned === null ? [] : [planned]
  if (hasSnapshots(database))
    places.push(
      ...database
        .prepare<[number], Place>('select seq, at_ms as atMs from snapshot where seq >= ?')
        .all(first),
    )
  let bytes = maxBytes === null ? 0 : usedBytes(database) + plannedBytes
  const inOrder = places.sort((a, b) => a.seq - b.seq)
  // what stands before an old entry is older, also where the clock was set back between the two
  const lastOld = keepMs === null ? -1 : inOrder.findLastIndex(({ atMs }) => atMs < nowMs - keepMs)
  for (const [i, { seq: last, atMs: lastAtMs }] of inOrder.entries()) {
    const isOld = i <= lastOld
    if (!isOld && (maxBytes === null || bytes <= maxBytes)) return
    yield { first, last, lastAtMs, why: isOld ? 'age' : 'size' }
    bytes -= maxBytes === null ? 0 : weightOf(database, first, last)
    first = last + 1
  }
}

/** What a row takes beside its text. */
const rowBytes = 80
/** How much of a page rows fill, or less. */
const filled = 0.95

/** About so many bytes of the file are the entries from `first` to `last`, and the snapshots that go with them. */
export function weightOf(database: Database, first: number, last: number): number {
  const weigh = (rows: string): number =>
    database
      .prepare<[number, number], number>(`select total(octet_length(body) + ${rowBytes}) from ${rows}`)
      .pluck()
      .get(first, last) ?? 0
  const entries = weigh('entry where seq >= ? and seq <= ?')
  return hasSnapshots(database) ? entries + weigh('piece where seq >= ? - 1 and seq < ?') : entries
}

/** The last entry that would go if a snapshot of `bytes` stood behind it. Null: none. */
export function lastToGo(
  database: Database,
  { keepMs, maxBytes }: Retention,
  nowMs: number,
  bytes: number,
): number | null {
  const one = (rows: string, limit: number): number =>
    database.prepare<[number], number | null>(`select max(seq) from ${rows} ?`).pluck().get(limit) ?? 0
  const backwards = `select seq, sum(octet_length(body) + ${rowBytes}) over (order by seq desc) as rest from entry`
  const old = keepMs === null ? 0 : one('entry where at_ms <', nowMs - keepMs)
  const isLarge = maxBytes !== null && usedBytes(database) > maxBytes
  const tooMuch = isLarge ? one(`(${backwards}) where rest >`, (maxBytes - bytes) * filled) : 0
  return Math.max(old, tooMuch) || null
}

/** Makes it, all or nothing. */
export function drop(database: Database, { last }: Dropping): void {
  const statements = ['entry where seq <= ?', 'snapshot where seq < ?', 'piece where seq < ?'].map((rows) =>
    database.prepare<[number]>(`delete from ${rows}`),
  )
  database
    .transaction(() => {
      for (const statement of statements) statement.run(last)
    })
    .immediate()
}
