import type { Entry } from '../lib/model/event.js'
import { JournalError, noTip, type Tip } from './format.js'
import { openForReading } from './open.js'
import { entriesIn, tipIn } from './reader.js'

/** The history of a journal that can't be written, folded; an empty one where it can't be read whole either. */
export function readHistory<T>(
  file: string,
  fold: (entries: Iterable<Entry>) => T,
): { readonly folded: T; readonly tip: Tip } {
  try {
    const database = openForReading(file)
    try {
      return { folded: fold(entriesIn(file, database)), tip: tipIn(file, database) }
    } finally {
      database.close()
    }
  } catch (error) {
    if (error instanceof JournalError) return { folded: fold([]), tip: noTip }
    throw error
  }
}
