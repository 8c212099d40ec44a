import type { Core } from '../lib/core.js'
import type { Entry } from '../lib/model/event.js'
import type { Recording } from '../lib/replay/recording.js'
import { replay } from '../lib/replay/verify.js'
import { explaining, openForReading } from './open.js'
import { entriesIn } from './reader.js'

/** A journal open for reading; it may be written meanwhile, and is seen as it was when it was opened. */
export interface RecordingFile extends Recording {
  readonly file: string
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
        'select min(seq) as first, max(seq) as last from entry',
      )
      const { first, last } = ends.get() ?? { first: null, last: null }
      const before = database.prepare<[number, number], { seq: number }>(
        'select seq from entry where at_ms <= ? and seq <= ? order by seq desc limit 1',
      )
      const entries = (from = 0, to = last ?? 0) =>
        passage(entriesIn(file, database, from, to), Math.max(from, first ?? 0), Math.min(to, last ?? 0))
      return {
        file,
        first: first ?? 0,
        last: last ?? 0,
        entries,
        lastAt: (atMs: number) => explaining(file, () => before.get(atMs, last ?? 0)?.seq ?? 0),
        coreAt: (seq: number): Core => replay(entries(0, seq)),
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
