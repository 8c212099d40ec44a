import type { Entry } from '../lib/model/event.js'
import type { State } from '../lib/model/state.js'
import { copyAside, setAside, wasJournal } from './aside.js'
import { JournalError } from './format.js'
import type { Reached } from './reader.js'
import { type JournalWriter, openJournal } from './writer.js'

/** Makes something of entries; `start` is what those before them led to, null where they begin at the beginning. */
export type Fold<T> = (entries: Iterable<Entry>, start: State | null) => T

/** A journal open for appending, and what its history was folded to. */
export interface Sound<T> {
  readonly writer: JournalWriter
  readonly folded: T
  /** What had to be kept aside, in words; null: nothing. */
  readonly kept: string | null
}

/**
 * Opens a journal whose every entry since its last snapshot is sound. A last entry that is damaged is cut off, the file as it was
 * kept as FILE.torn-TIME; with any other damage the whole file becomes FILE.damaged-TIME and a new one
 * begins. What was never a journal of ours is not touched. Where it continues what was `reached`, only what follows is
 * looked at and folded. Throws JournalError.
 */
export function openSound<T>(
  file: string,
  fold: Fold<T>,
  now: () => number,
  reached: Reached | null = null,
): Sound<T> {
  let writer: JournalWriter | null = null
  try {
    writer = openJournal(file)
    return { writer, folded: historyOf(writer, fold, reached), kept: null }
  } catch (error) {
    const last = writer?.tip().seq
    writer?.close()
    if (!(error instanceof JournalError) || !isDamaged(file, error)) throw error
    return error.seq !== null && error.seq === last
      ? withoutTail(file, fold, error, now())
      : anew(file, fold, error, now())
  }
}

function historyOf<T>(writer: JournalWriter, fold: Fold<T>, reached: Reached | null = null): T {
  const start = writer.start(reached)
  return fold(writer.entries((start?.seq ?? 0) + 1), start)
}

function isDamaged(file: string, { trouble }: JournalError): boolean {
  return trouble === 'damaged' || (trouble === 'foreign' && wasJournal(file))
}

function withoutTail<T>(file: string, fold: Fold<T>, { message }: JournalError, nowMs: number): Sound<T> {
  const aside = copyAside(file, 'torn', nowMs)
  const writer = openJournal(file)
  try {
    writer.cutLast()
    const kept = `${message}; it was the last one and was cut off, the file before that is kept as ${aside}`
    return { writer, folded: historyOf(writer, fold), kept }
  } catch (error) {
    writer.close()
    if (!(error instanceof JournalError) || error.trouble !== 'damaged') throw error
    return anew(file, fold, error, nowMs)
  }
}

function anew<T>(file: string, fold: Fold<T>, { message, seq }: JournalError, nowMs: number): Sound<T> {
  const aside = setAside(file, 'damaged', nowMs)
  const writer = openJournal(file)
  const where = seq === null ? '' : ' and not at its end'
  const kept = `${message}${where}; nothing of it was used, it is kept as ${aside ?? 'nothing'}, a new journal begins`
  return { writer, folded: historyOf(writer, fold), kept }
}
