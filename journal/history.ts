import { JournalError, noTip, type Tip } from './format.js'
import { openForReading } from './open.js'
import { entriesIn, tipIn } from './reader.js'
import { stateIn } from './snapshots.js'
import type { Fold } from './sound.js'

/** The history of a journal that can't be written, folded; an empty one where it can't be read whole either. */
export function readHistory<T>(file: string, fold: Fold<T>): { readonly folded: T; readonly tip: Tip } {
  try {
    const database = openForReading(file)
    try {
      const start = stateIn(file, database)
      const entries = entriesIn(file, database, (start?.seq ?? 0) + 1)
      return { folded: fold(entries, start), tip: tipIn(file, database) }
    } finally {
      database.close()
    }
  } catch (error) {
    if (error instanceof JournalError) return { folded: fold([], null), tip: noTip }
    throw error
  }
}
