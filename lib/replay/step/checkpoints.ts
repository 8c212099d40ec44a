import { Core } from '../../core.js'
import type { State } from '../../model/state.js'
import type { Recording } from '../recording.js'
import type { Pages } from './pages.js'

/** A step back folds at most so many entries. */
const stride = 256
/** Where nothing is known nearby, it begins so far before, so that further steps back find something. */
const usualLeap = 16 * stride
/** What is known may be so far before. */
const reach = 16 * stride
const mostStates = 64

/** What a recording leads to at any of its entries, quick for one near those asked for before. */
export class Checkpoints {
  readonly #recording: Recording
  readonly #pages: Pages
  /** By number of the last entry; what was used last stands last. States share what they have in common. */
  readonly #states = new Map<number, State>()
  readonly #leap: number
  #core: Core | null = null
  /** What was before the entry that was asked for last, for the two are asked for together. */
  #before: State | null = null

  /** `leap`: so far before a place where nothing is known nearby it begins; 1 where jumps are more frequent than steps back. */
  constructor(recording: Recording, pages: Pages, leap = usualLeap) {
    this.#recording = recording
    this.#pages = pages
    this.#leap = leap
  }

  /** Good until the next call. Throws the errors of where the recording is kept. */
  coreAt(seq: number): Core {
    const core = this.#nearest(seq)
    this.#core = null
    if (core.state.seq === seq - 1) this.#before = core.state
    for (const entry of this.#pages.forward(core.state.seq + 1)) {
      if (entry === null) continue
      if (entry.seq > seq) break
      core.fold(entry)
      if (entry.seq === seq - 1) this.#before = core.state
      if (entry.seq % stride === 0) this.#keep(entry.seq, core.state)
    }
    this.#core = core
    return core
  }

  #nearest(seq: number): Core {
    const at = this.#core?.state.seq ?? Infinity
    if (this.#core !== null && at <= seq && seq - at <= stride) return this.#core
    if (this.#before?.seq === seq) return new Core(this.#before)
    const known = [...this.#states.keys()].filter((key) => key <= seq).sort((a, b) => b - a)[0]
    const state = known === undefined ? undefined : this.#states.get(known)
    if (known !== undefined && state !== undefined && seq - known <= reach) {
      this.#keep(known, state)
      return new Core(state)
    }
    const { first } = this.#recording
    // nothing is known of what was before
    return seq < first ? new Core() : this.#recording.coreAt(Math.max(first, seq - this.#leap))
  }

  #keep(seq: number, state: State): void {
    this.#states.delete(seq)
    this.#states.set(seq, state)
    for (const oldest of this.#states.keys()) {
      if (this.#states.size <= mostStates) break
      this.#states.delete(oldest)
    }
  }
}
