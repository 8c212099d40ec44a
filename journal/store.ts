import { type KeptFile, setAside } from './aside.js'
import { type History, readHistory } from './history.js'
import type { Tip } from './format.js'
import { broken, promise } from './promise.js'
import type { Reached } from './reader.js'
import { type Fold, openSound, type Sound } from './sound.js'
import { type JournalWriter, openJournal } from './writer.js'

/** Where a keeper's journal is: a file, or what stands for one in a simulation. All throw JournalError. */
export interface Store {
  readonly file: string
  /** See `openSound`. */
  openSound<T>(fold: Fold<T>, now: () => number, reached: Reached | null): Sound<T>
  /** See `openJournal`. */
  open(): JournalWriter
  /** See `readHistory`. */
  read<T>(fold: Fold<T>, reached: Reached | null): History<T>
  /** See `setAside`. */
  setAside(why: KeptFile, nowMs: number): string | null
  /** Notes the last entry outside the file, see `promise`. */
  promise?(tip: Tip): void
}

export function fileStore(file: string): Store {
  return {
    file,
    openSound: (fold, now, reached) => {
      const sound = openSound(file, fold, now, reached)
      return { ...sound, kept: sound.kept ?? broken(file, sound.writer.tip) }
    },
    open: () => openJournal(file),
    read: (fold, reached) => readHistory(file, fold, reached),
    setAside: (why, nowMs) => setAside(file, why, nowMs),
    promise: (tip) => promise(file, tip),
  }
}
