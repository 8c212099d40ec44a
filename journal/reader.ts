import type { Database } from '../adapters/sqlite.js'
import type { Entry, Event } from '../lib/model/event.js'
import { shareUuids } from '../lib/model/pieces.js'
import type { Known } from '../lib/history/verify.js'
import type { State } from '../lib/model/state.js'
import { latestMs } from '../lib/model/state-shape.js'
import { chainOf, JournalError, noTip, type Tip } from './format.js'
import { explaining, openForReading } from './open.js'
import { originOf, stateIn } from './snapshots.js'
import { eventFrom, MalformedEvent } from './upcast.js'

interface StoredEntry {
  readonly seq: number
  readonly at_ms: number
  readonly body: string
  readonly chain: Buffer
}

/** SQLite checks the types of a strict table when it writes, not when it reads a damaged one. */
type StoredColumns = Readonly<Record<keyof StoredEntry, unknown>>

function isTime(atMs: unknown): boolean {
  return typeof atMs === 'number' && atMs >= 0 && atMs <= latestMs
}

function isStored(row: StoredColumns): row is StoredEntry {
  const { seq, at_ms, body, chain } = row
  return typeof seq === 'number' && isTime(at_ms) && typeof body === 'string' && Buffer.isBuffer(chain)
}

const firstPage = 16
const longestPage = 1000
/** About so many characters are read at once: entries may have tens of them, or tens of millions. */
const pageWeight = 1 << 22

/**
 * The entries of a journal in order, as it was when the first was asked for. Throws JournalError, also at the first entry
 * whose chain is broken.
 */
export function* readEntries(file: string): Generator<Entry> {
  const database = openForReading(file)
  try {
    yield* entriesIn(file, database)
  } finally {
    database.close()
  }
}

/** As readEntries, over an open database: those from `from` to `to`. Each is parsed when it is asked for, unless it is `known`. */
export function* entriesIn(
  file: string,
  database: Database,
  from = 1,
  to = Number.MAX_SAFE_INTEGER,
  known: Known = () => null,
): Generator<Entry> {
  const page = explaining(file, () =>
    database.prepare<[number, number, number], StoredColumns>(
      'select seq, at_ms, body, chain from entry where seq > ? and seq <= ? order by seq limit ?',
    ),
  )
  let { seq, chain } = tipBefore(file, database, from)
  for (let length = firstPage; ;) {
    const rows = explaining(file, () => page.all(seq, to, length))
    let weight = 0
    for (const row of rows) {
      if (!isStored(row)) throw mistyped(file, row, seq)
      weight += row.body.length
      chain = chainOf(chain, row.seq, row.at_ms, row.body)
      if (!chain.equals(row.chain))
        throw new JournalError(`${file}: entry ${row.seq} was damaged or changed`, 'damaged', row.seq)
      seq = row.seq
      yield { seq, atMs: row.at_ms, event: known(row.body) ?? parseEvent(file, row) }
    }
    if (rows.length < length) return
    length = Math.max(1, Math.min(longestPage, Math.floor((pageWeight * length) / (weight + 1))))
  }
}

/** What the first entry from `from` on continues. */
function tipBefore(file: string, database: Database, from: number): Tip {
  const tip = tipIn(file, database, from - 1)
  return tip.seq > 0 ? tip : (originOf(file, database) ?? noTip)
}

/** What somebody who read a journal before has made of it, up to an entry. */
export interface Reached {
  readonly tip: Tip
  readonly state: State
}

/** What a fold begins with: what was `reached`, if the journal continues that, else its newest snapshot. Throws JournalError. */
export function startIn(file: string, database: Database, reached: Reached | null): State | null {
  if (reached === null || reached.tip.seq === 0) return stateIn(file, database)
  const { seq, chain } = tipIn(file, database, reached.tip.seq)
  const isContinued = seq === reached.tip.seq && chain.equals(reached.tip.chain)
  return isContinued ? reached.state : stateIn(file, database)
}

/** The last entry, or the last up to `to`, as it is recorded. Throws JournalError. */
export function tipIn(file: string, database: Database, to = Number.MAX_SAFE_INTEGER): Tip {
  const last = explaining(file, () =>
    database
      .prepare<[number], StoredColumns>(
        'select seq, at_ms, body, chain from entry where seq <= ? order by seq desc limit 1',
      )
      .get(to),
  )
  if (last === undefined) {
    const origin = originOf(file, database)
    return origin !== null && origin.seq <= to ? origin : noTip
  }
  if (!isStored(last)) throw mistyped(file, last, null)
  return { seq: last.seq, chain: last.chain }
}

function mistyped(file: string, { seq }: StoredColumns, after: number | null): JournalError {
  const where = after === null ? 'the last entry' : `the entry after ${after}`
  return new JournalError(
    `${file}: ${where} was damaged or changed`,
    'damaged',
    typeof seq === 'number' ? seq : null,
  )
}

function parseEvent(file: string, { seq, body }: StoredEntry): Event {
  try {
    const event = eventFrom(JSON.parse(body))
    if (event.type === 'VtepUpdated') for (const { row } of event.updates) shareUuids(row)
    return event
  } catch (error) {
    const reason = error instanceof MalformedEvent ? error.message : 'not JSON'
    throw new JournalError(`${file}: entry ${seq}: ${reason}`, 'damaged', seq)
  }
}
