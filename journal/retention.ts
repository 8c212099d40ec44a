import type { Database } from '../adapters/sqlite.js'
import { hasSnapshots } from './snapshots.js'
import { usedBytes, type Weights } from './weights.js'

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

/** A place where a snapshot stands, or might. */
export interface RetentionPlace {
  readonly seq: number
  /** When its entry was recorded. */
  readonly atMs: number
}

/**
 * What is to go, the oldest first: each time all entries up to the next snapshot, if all of them are too old or the journal
 * is still too large, as `weights` say: without them it stays so. Nothing goes that no snapshot is behind; `planned` is one
 * that is to be written.
 */
export function* droppingsOf(
  database: Database,
  { keepMs, maxBytes }: Retention,
  nowMs: number,
  planned: (RetentionPlace & { readonly bytes: number }) | null = null,
  weights: Weights | null = null,
): Generator<Dropping> {
  let first = database.prepare<[], number | null>('select min(seq) from entry').pluck().get() ?? null
  if (first === null) return
  const places: RetentionPlace[] = planned === null ? [] : [planned]
  if (hasSnapshots(database))
    places.push(
      ...database
        .prepare<[number], RetentionPlace>('select seq, at_ms as atMs from snapshot where seq >= ?')
        .all(first),
    )
  let bytes = maxBytes === null ? 0 : usedBytes(database) + (planned?.bytes ?? 0)
  const inOrder = places.sort((a, b) => a.seq - b.seq)
  // what stands before an old entry is older, also where the clock was set back between the two
  const lastOld = keepMs === null ? -1 : inOrder.findLastIndex(({ atMs }) => atMs < nowMs - keepMs)
  for (const [i, { seq: last, atMs: lastAtMs }] of inOrder.entries()) {
    const isOld = i <= lastOld
    if (!isOld && (maxBytes === null || bytes <= maxBytes)) return
    yield { first, last, lastAtMs, why: isOld ? 'age' : 'size' }
    bytes -= weights?.of(first, last) ?? 0
    first = last + 1
  }
}

/** The last entry that would go if a snapshot of `bytes` stood behind it. Null: none. */
export function lastToGo(
  database: Database,
  { keepMs, maxBytes }: Retention,
  nowMs: number,
  bytes: number,
  weights: Weights,
): number | null {
  const old =
    keepMs === null
      ? null
      : database
          .prepare<[number], number | null>('select max(seq) from entry where at_ms < ?')
          .pluck()
          .get(nowMs - keepMs)
  const isLarge = maxBytes !== null && usedBytes(database) > maxBytes
  return Math.max(old ?? 0, isLarge ? weights.lastBeyond(maxBytes - bytes) : 0) || null
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
