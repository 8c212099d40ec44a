import { existsSync, rmSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Database, SqliteError } from '../adapters/sqlite.js'
import { piecesOf } from '../lib/model/pieces.js'
import type { State } from '../lib/model/state.js'
import { JournalError, lockFileOf, type Tip } from './format.js'
import { explaining, openForReading } from './open.js'
import { openRecording, type Passage } from './recording.js'
import {
  drop,
  type Dropping,
  droppingsOf,
  lastToGo,
  type RetentionPlace,
  type Retention,
} from './retention.js'
import { snapshotsIn } from './snapshots.js'
import { writeSnapshot } from './snapshot-writer.js'
import { snapshotBytes, usedBytes, Weights } from './weights.js'
import { openJournal } from './writer.js'

/** What of a journal goes, or went. */
export interface Compaction {
  /** The oldest first. */
  readonly dropped: readonly Dropping[]
  /** The entry after which a snapshot is written for that; null: those that are there will do. */
  readonly snapshot: number | null
  /** What remains; `first` is after `last` where only a snapshot does. */
  readonly first: number
  readonly last: number
  /** Of the file, before and after; what will be is not known to the byte. */
  readonly bytesBefore: number
  readonly bytesAfter: number
  /** Why the space was not given back: it will be written again, but the file stays as large. Null: it was. */
  readonly trouble: string | null
}

/** A snapshot that makes the journal smaller, because more may go with it. */
interface Planned extends RetentionPlace {
  readonly tip: Tip
  readonly state: State
  readonly bytes: number
}

/** Says what `compact` would do, and changes nothing. Also of a journal that is being written. Throws JournalError. */
export function previewOf(file: string, retention: Retention, nowMs: number, passage?: Passage): Compaction {
  const planned = plannedIn(file, retention, nowMs, passage)
  const database = openForReading(file)
  try {
    return explaining(file, () => {
      const weights = new Weights(database)
      const dropped = [...droppingsOf(database, retention, nowMs, planned, weights)]
      const made = dropped.some(({ last }) => last === planned?.seq) ? planned : null
      const [first, last] = [dropped[0]?.first ?? 1, dropped.at(-1)?.last ?? 0]
      const bytes = usedBytes(database) - weights.of(first, last) + (made?.bytes ?? 0)
      const bytesBefore = statSync(file).size
      return {
        dropped,
        snapshot: made && made.seq,
        ...remaining(database, dropped),
        bytesBefore,
        bytesAfter: dropped.length === 0 ? bytesBefore : Math.round(bytes),
        trouble: null,
      }
    })
  } finally {
    database.close()
  }
}

/**
 * Drops what `retention` asks for, behind a snapshot that stands for it: where none does, one is written. Each step is whole
 * or not made, whenever it ends. All entries are looked at first: of a damaged journal nothing goes. Throws JournalError.
 */
export function compact(
  file: string,
  retention: Retention,
  nowMs: number,
  passage?: Passage,
  mayEmpty = false,
): Compaction {
  openForReading(file).close()
  const lock = lockFileOf(file)
  const wasLockThere = existsSync(lock)
  const writer = openJournal(file)
  try {
    const planned = plannedIn(file, retention, nowMs, passage)
    return explaining(file, () => {
      const database = new Database(file)
      try {
        database.pragma('synchronous = FULL')
        return compacted(file, database, retention, nowMs, planned, mayEmpty)
      } finally {
        database.close()
      }
    })
  } finally {
    // while it is held, so that nobody else holds it
    if (!wasLockThere) rmSync(lock, { force: true })
    writer.close()
  }
}

function compacted(
  file: string,
  database: Database,
  retention: Retention,
  nowMs: number,
  planned: Planned | null,
  mayEmpty: boolean,
): Compaction {
  const bytesBefore = statSync(file).size
  const dropped = [...droppingsOf(database, retention, nowMs, planned, new Weights(database))]
  const snapshot = planned !== null && dropped.some(({ last }) => last === planned.seq) ? planned : null
  const last =
    database.prepare<[], { seq: number | null }>('select max(seq) as seq from entry').get()?.seq ?? 0
  if (!mayEmpty && dropped.length > 0 && dropped.at(-1)?.last === last)
    throw new JournalError(`${file}: all its entries would go, and nothing went: --empty allows it`)
  database
    .transaction(() => {
      if (snapshot !== null)
        writeSnapshot(database, { ...snapshot.tip, atMs: snapshot.atMs }, piecesOf(snapshot.state))
      for (const dropping of dropped) drop(database, dropping)
    })
    .immediate()
  const trouble = dropped.length === 0 ? null : shrink(file, database)
  return {
    dropped,
    snapshot: snapshot && snapshot.seq,
    ...remaining(database, dropped),
    bytesBefore,
    bytesAfter: statSync(file).size,
    trouble,
  }
}

/** Looks at every entry, and finds where a snapshot is worth more than it takes. */
function plannedIn(file: string, retention: Retention, nowMs: number, passage?: Passage): Planned | null {
  const recording = openRecording(file, passage)
  const database = openForReading(file)
  try {
    let last = 0
    for (const { seq } of recording.entries()) last = seq
    return explaining(file, () => {
      const weights = new Weights(database)
      const bytesAt = (seq: number) => snapshotBytes(database, piecesOf(recording.coreAt(seq).state))
      let bytes = bytesAt(last)
      let seq = lastToGo(database, retention, nowMs, bytes, weights)
      // a larger snapshot leaves room for fewer entries
      for (let own; seq !== null && (own = bytesAt(seq)) > bytes; bytes = own)
        seq = lastToGo(database, retention, nowMs, own, weights)
      if (seq === null) return null
      bytes = bytesAt(seq)
      const [before] = snapshotsIn(file, database, seq)
      const gain = weights.of((before?.seq ?? 0) + 1, seq)
      if (before?.seq === seq || gain <= bytes) return null
      const [{ atMs } = { atMs: 0 }] = recording.entries(seq, seq)
      return { seq, atMs, tip: recording.tip(seq), state: recording.coreAt(seq).state, bytes }
    })
  } finally {
    database.close()
    recording.close()
  }
}

/** Once `dropped` is gone. */
function remaining(database: Database, dropped: readonly Dropping[]): Pick<Compaction, 'first' | 'last'> {
  const ends = database.prepare<[], { first: number | null; last: number | null }>(
    'select min(seq) as first, max(seq) as last from entry',
  )
  const { first, last } = ends.get() ?? { first: null, last: null }
  const gone = dropped.at(-1)?.last
  return { first: gone === undefined ? (first ?? 1) : gone + 1, last: last ?? gone ?? 0 }
}

/** Needs as much space again as remains, for a while. Gives what was in the way. */
function shrink(file: string, database: Database): string | null {
  const { bavail, bsize } = statfsSync(dirname(file))
  const needed = 2 * usedBytes(database)
  if (bavail * bsize < needed) return `that needs ${needed} free bytes on its disk`
  try {
    database.exec('vacuum')
    const isBusy = database.pragma('wal_checkpoint(truncate)', { simple: true }) !== 0
    return isBusy ? 'somebody is reading it, and it will shrink afterwards' : null
  } catch (error) {
    if (error instanceof SqliteError) return error.message
    throw error
  }
}
