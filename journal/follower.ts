import { Core } from '../lib/daemon/core.js'
import { replay } from '../lib/history/verify.js'
import type { JournalHealth } from '../lib/words/status.js'
import { JournalError, noTip, type Tip } from './format.js'
import { historyIn } from './history.js'
import type { Reached } from './reader.js'
import type { Fold } from './sound.js'

/** A journal that another process writes, folded as it grows. */
export class Follower {
  readonly #file: string
  #core = new Core()
  #tip: Tip = noTip
  #trouble: string | null = null

  constructor(file: string) {
    this.#file = file
  }

  /** What the journal led to when it was last read; derived, too, so that whoever goes on from it has that behind. */
  get core(): Core {
    return this.#core
  }

  get reached(): Reached {
    return { tip: this.#tip, state: this.#core.state }
  }

  /** Goes on with the core as it is where a history does, else begins with a new one. */
  readonly fold: Fold<Core> = (entries, start) => {
    if (start !== this.#core.state) return replay(entries, start)
    for (const entry of entries) this.#core.fold(entry)
    return this.#core
  }

  /** Reads what is new and derives it; to be called every now and then. */
  readOn(): void {
    this.read()
    this.#core.derived()
  }

  /** As readOn, and derives nothing. While the journal can't be read, what is known stays. */
  read(): void {
    try {
      const { folded, tip } = historyIn(this.#file, this.fold, this.reached)
      this.#core = folded
      this.#tip = tip
      this.#trouble = null
    } catch (error) {
      if (!(error instanceof JournalError)) throw error
      this.#trouble = error.message
      if (this.#core.state.seq !== this.#tip.seq) this.#forget()
    }
  }

  /** What was folded before damage was found is nothing to go on from. */
  #forget(): void {
    this.#core = new Core()
    this.#tip = noTip
  }

  health(): JournalHealth {
    return { file: this.#file, trouble: this.#trouble, held: 0, lost: 0, kept: [] }
  }
}
