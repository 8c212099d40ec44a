import { type Kept, setAside } from './aside.js'
import type { Tip } from './format.js'
import { readHistory } from './history.js'
import { type Fold, openSound, type Sound } from './sound.js'
import { type JournalWriter, openJournal } from './writer.js'

/** Where a keeper's journal is: a file, or what stands for one in a simulation. All throw JournalError. */
export interface Store {
  readonly file: string
  /** See `openSound`. */
  openSound<T>(fold: Fold<T>, now: () => number): Sound<T>
  /** See `openJournal`. */
  open(): JournalWriter
  /** See `readHistory`. */
  read<T>(fold: Fold<T>): { readonly folded: T; readonly tip: Tip }
  /** See `setAside`. */
  setAside(why: Kept, nowMs: number): string | null
}

export function fileStore(file: string): Store {
  return {
    file,
    openSound: (fold, now) => openSound(file, fold, now),
    open: () => openJournal(file),
    read: (fold) => readHistory(file, fold),
    setAside: (why, nowMs) => setAside(file, why, nowMs),
  }
}
