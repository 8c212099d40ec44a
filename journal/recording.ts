import type { Core } from '../lib/daemon/core.js'
import type { Entry } from '../lib/model/event.js'
import type { Known, Recorded } from '../lib/history/verify.js'
import type { Tick } from '../lib/history/tick.js'
import type { Run } from '../lib/history/parts.js'
import type { Recording } from '../lib/history/recording.js'
import { replay } from '../lib/history/verify.js'
import type { Tip } from './format.js'
import { explaining, openForReading } from './open.js'
import { entriesIn, tipIn } from './reader.js'
import { runsIn } from './runs.js'
import { ticksIn } from './ticks.js'
import { originOf, piecesIn, snapshotsIn, stateIn } from './snapshots.js'

/** A journal open for reading; it may be written meanwhile, and is seen as it was when it was opened or refreshed. */
export interface RecordingFile extends Recording {
  readonly file: string
  /** As Recording has it; an entry is parsed when it is asked for, unless it is `known`. */
  entries(from?: number, to?: number, known?: Known): Iterable<Entry>
  /** What the entries begin with and pass through. Throws JournalError. */
  snapshots(): Recorded
  /** The last entry up to `seq`, with the chain value that tells its history from any other. Throws JournalError. */
  tip(seq: number): Tip
  /** All entries, in at most so many runs. Throws JournalError. */
  runs(most: number): readonly Run[]
  /** What a timeline shows of at most `limit` entries after this one. Throws JournalError. */
  ticks(after: number, limit: number): readonly Tick[]
  /** Looks how far the journal goes by now; true: it has changed. Throws JournalError. */
  refresh(): boolean
  close(): void
}

/** Sees the entries from `from` to `to` pass, and gives them on. */
export type Passage = (entries: Iterable<Entry>, from: number, to: number) => Iterable<Entry>

/** Changes nothing. Whatever is read of it goes through `passage`. Throws JournalError. */
export function openRecording(file: string, passage: Passage = (entries) => entries): RecordingFile {
  const database = openForReading(file)
  try {
    return explaining(file, () => {
      const ends = database.prepare<[], { first: number | null; last: number | null }>(
        // one at a time, for only so SQLite looks at the ends alone
        'select (select min(seq) from entry) as first, (select max(seq) from entry) as last',
      )
      let { first, last } = ends.get() ?? { first: null, last: null }
      const beyond = database.prepare<[number, number], { seq: number }>(
        'select seq from entry where at_ms > ? and seq <= ? order by seq desc limit 1',
      )
      const before = database.prepare<[number, number], { seq: number }>(
        'select seq from entry where at_ms <= ? and seq <= ? order by seq desc limit 1',
      )
      const lastAt = (atMs: number): number => {
        const end = last ?? 0
        const found = before.get(atMs, beyond.get(atMs, end)?.seq ?? end) ?? before.get(atMs, end)
        return found?.seq ?? 0
      }
      const entries = (from = 0, to = last ?? 0, known?: Known) =>
        passage(
          entriesIn(file, database, from, to, known),
          Math.max(from, first ?? 0),
          Math.min(to, last ?? 0),
        )
      return {
        file,
        get first() {
          return first ?? 0
        },
        get last() {
          return last ?? 0
        },
        entries,
        lastAt: (atMs: number) => explaining(file, () => lastAt(atMs)),
        coreAt: (seq: number): Core => {
          const start = stateIn(file, database, seq)
          return replay(entries((start?.seq ?? 0) + 1, seq), start)
        },
        nearest: (seq) => replay([], stateIn(file, database, seq)),
        snapshots: () => {
          const stored = new Map(snapshotsIn(file, database, last ?? 0).map((one) => [one.seq, one]))
          return {
            get start() {
              const origin = originOf(file, database)
              return origin && stateIn(file, database, origin.seq)
            },
            pieces: (seq) => {
              const one = stored.get(seq)
              return one === undefined ? null : piecesIn(file, database, one)
            },
          }
        },
        tip: (seq) => tipIn(file, database, seq),
        runs: (most) => explaining(file, () => runsIn(database, first ?? 0, last ?? 0, most)),
        ticks: (after, limit) => ticksIn(file, database, after, limit),
        refresh: () => {
          const was = { first, last }
          // one transaction sees one history
          if (database.inTransaction) database.exec('commit; begin')
          ;({ first, last } = explaining(file, () => ends.get()) ?? { first: null, last: null })
          return first !== was.first || last !== was.last
        },
        close: () => {
          database.close()
        },
      }
    })
  } catch (error) {
    database.close()
    throw error
  }
}
