import { createHash } from 'node:crypto'
import type { Database } from '../adapters/sqlite.js'
import { joined, MalformedState } from '../lib/model/pieces.js'
import type { State } from '../lib/model/state.js'
import { JournalError, type Tip } from './format.js'
import { explaining } from './open.js'

/** What an entry weighs beside the characters of its body: folding it costs, however small it is. */
export const entryWeight = 100
/** The characters of a snapshot's pieces, within a query of its row. */
export const snapshotWeight = '(select total(octet_length(body)) from piece where piece.seq = snapshot.seq)'

/** A finished snapshot: the state after the entry `seq`, whose chain value is `chain`. */
export interface Stored extends Tip {
  readonly at_ms: number
  readonly pieces: number
  /** Of `digestOf`, over all pieces in their order. */
  readonly digest: Buffer
}

/** What ties a snapshot to the history it was made from; pieces are added with `update`. */
export function snapshotDigestOf({ seq, chain }: Tip): ReturnType<typeof createHash> {
  return createHash('sha256').update(chain).update(`snapshot ${seq}\n`)
}

/** Whether its format has snapshots. */
export function hasSnapshots(database: Database): boolean {
  return Number(database.pragma('user_version', { simple: true })) >= 2
}

/** The snapshot that the entries begin with, because those before it were dropped; null: they begin at the beginning. */
export function originOf(file: string, database: Database): Stored | null {
  if (!hasSnapshots(database)) return null
  const one = 'select * from snapshot where seq = '
  const first = 'coalesce((select min(seq) from entry) - 1, (select max(seq) from snapshot))'
  const origin = explaining(file, () => database.prepare<[], StoredColumns>(one + first).get())
  if (origin === undefined) return null
  if (!isStored(origin))
    throw new JournalError(`${file}: its first snapshot was damaged or changed`, 'damaged')
  return origin
}

/** SQLite checks the types of a strict table when it writes, not when it reads a damaged one. */
type StoredColumns = Readonly<Record<keyof Stored, unknown>>

function isStored(row: StoredColumns): row is Stored {
  const { seq, at_ms, pieces, chain, digest } = row
  const areNumbers = [seq, at_ms, pieces].every((value) => typeof value === 'number')
  return areNumbers && Buffer.isBuffer(chain) && Buffer.isBuffer(digest)
}

/** Finished snapshots up to an entry, the newest first. */
export function snapshotsIn(
  file: string,
  database: Database,
  to = Number.MAX_SAFE_INTEGER,
): readonly Stored[] {
  if (!hasSnapshots(database)) return []
  return explaining(file, () =>
    database.prepare<[number], Stored>('select * from snapshot where seq <= ? order by seq desc').all(to),
  )
}

/** The texts of a snapshot. Throws JournalError where they, or its entry, are not what it was made from. */
export function piecesIn(file: string, database: Database, stored: Stored): readonly string[] {
  const { seq, chain, pieces, digest } = stored
  const damaged = () =>
    new JournalError(`${file}: the snapshot at entry ${seq} was damaged or changed`, 'damaged')
  if (!Buffer.isBuffer(chain) || !Buffer.isBuffer(digest)) throw damaged()
  const [entry, rows] = explaining(file, () => [
    database.prepare<[number], { chain: unknown }>('select chain from entry where seq = ?').get(seq),
    database
      .prepare<[number], { body: unknown }>('select body from piece where seq = ? order by number')
      .all(seq),
  ])
  const hash = snapshotDigestOf(stored)
  const texts = rows.map(({ body }) => String(body))
  for (const text of texts) hash.update(text)
  const isTied = entry === undefined || (Buffer.isBuffer(entry.chain) && entry.chain.equals(chain))
  if (!isTied || texts.length !== pieces || !hash.digest().equals(digest)) throw damaged()
  return texts
}

/**
 * The state of the newest sound snapshot up to an entry: a damaged one is passed over as long as the entries behind an
 * older one are there. Null: there is none, the entries say it all. Throws JournalError where neither does.
 */
export function stateIn(file: string, database: Database, to?: number): State | null {
  let trouble: JournalError | null = null
  for (const stored of snapshotsIn(file, database, to)) {
    try {
      return joined(piecesIn(file, database, stored))
    } catch (error) {
      if (error instanceof JournalError) trouble ??= error
      else
        trouble ??= new JournalError(
          `${file}: the snapshot at entry ${stored.seq}: ${reasonOf(error)}`,
          'damaged',
        )
    }
  }
  if (trouble !== null && originOf(file, database) !== null) throw trouble
  return null
}

function reasonOf(error: unknown): string {
  if (error instanceof MalformedState) return error.message
  if (error instanceof Error) return 'its texts are no state'
  throw error
}
