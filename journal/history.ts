import { JournalError, noTip, type Tip } from './format.js'
import { openForReading } from './open.js'
import { entriesIn, type Reached, startIn, tipIn } from './reader.js'
import type { Fold } from './sound.js'

/** What a fold made of a journal, and the entry that it came to. */
export interface History<T> {
  readonly folded: T
  readonly tip: Tip
}

/** The history of a journal, folded: what follows `reached`, if it continues that. Throws JournalError. */
export function historyIn<T>(file: string, fold: Fold<T>, reached: Reached | null = null): History<T> {
  const database = openForReading(file)
  try {
    const start = startIn(file, database, reached)
    const entries = entriesIn(file, database, (start?.seq ?? 0) + 1)
    return { folded: fold(entries, start), tip: tipIn(file, database) }
  } finally {
    database.close()
  }
}

/** The same of a journal that can't be written; an empty one where it can't be read whole either. */
export function readHistory<T>(file: string, fold: Fold<T>, reached: Reached | null = null): History<T> {
  try {
    return historyIn(file, fold, reached)
  } catch (error) {
    if (error instanceof JournalError) return { folded: fold([], null), tip: noTip }
    throw error
  }
}
