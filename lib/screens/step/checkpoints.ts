import { Core } from '../../daemon/core.js'
import type { Entry } from '../../model/event.js'
import type { State } from '../../model/state.js'
import type { Recording } from '../../history/recording.js'
import type { Pages } from './pages.js'

/** A step back folds at most so many entries. */
const stride = 64
const mostRecent = 128
/** Of a history that is told from its start; where there are more, every other goes. */
const mostSpread = 160
/** Rather than fold more entries a snapshot is read. */
const farthest = 20_000
/** Entries between two looks at the clock. */
const aTurn = 64

/** A state, and the start that it was folded from: states of one start share what they have in common. */
interface Kept {
  readonly state: State
  readonly start: number
}

/**
 * What a recording leads to at any of its entries, quick for one near those asked for before. There is one core, which goes to
 * and fro: what is derived follows from what differs.
 */
export class Checkpoints {
  readonly #recording: Recording
  readonly #pages: Pages
  /** By number of the last entry; what was used last stands last. */
  readonly #recent = new Map<number, Kept>()
  /** Far from each other, over all that was told. */
  readonly #spread = new Map<number, Kept>()
  #spacing = stride
  #core: Core | null = null
  #start = 0
  /** What was before the entry that was asked for last: the two are asked for together. */
  #before: Kept | null = null
  #starts = 0
  #teller: { core: Core; readonly start: number } | null = null

  constructor(recording: Recording, pages: Pages) {
    this.#recording = recording
    this.#pages = pages
  }

  /** Good until the next call. Throws the errors of where the recording is kept. */
  coreAt(seq: number): Core {
    const reaching = this.reach(seq)
    for (;;) {
      const { done, value } = reaching.next()
      if (done === true) return value
    }
  }

  /** As `coreAt`, and yields how far it is now and then. */
  *reach(seq: number): Generator<number, Core> {
    const core = this.#nearest(seq)
    for (const entry of this.#pages.forward(core.state.seq + 1)) {
      if (entry === null) continue
      if (entry.seq > seq) break
      core.fold(entry)
      if (entry.seq % stride === 0) this.#keep(entry.seq, core.state)
      if (entry.seq === seq - 1) this.#before = { state: core.state, start: this.#start }
      if (entry.seq % aTurn === 0) yield entry.seq
    }
    return core
  }

  /** An entry of the history, told in order from the first on: from time to time what it leads to is kept. */
  tell(entry: Entry): void {
    const { first } = this.#recording
    if (this.#teller === null && entry.seq !== first) return
    this.#teller ??= {
      core: first > 1 ? this.#recording.coreAt(first - 1) : new Core(),
      start: ++this.#starts,
    }
    const { core, start } = this.#teller
    core.fold(entry)
    if (entry.seq % this.#spacing !== 0) return
    this.#spread.set(entry.seq, { state: core.state, start })
    if (this.#spread.size <= mostSpread) return
    this.#spacing *= 2
    for (const seq of [...this.#spread.keys()]) if (seq % this.#spacing !== 0) this.#spread.delete(seq)
  }

  #nearest(seq: number): Core {
    const { first } = this.#recording
    const at = this.#core?.state.seq ?? Infinity
    const known = this.#known(seq)
    const isNear = this.#core !== null && at <= seq && at >= (known?.state.seq ?? 0)
    if (this.#core !== null && isNear && seq - at <= farthest) return this.#core
    if (known !== undefined && seq - known.state.seq <= farthest) return this.#from(known)
    // nothing is known of what was before
    const core = seq < first ? new Core() : (this.#recording.nearest?.(seq) ?? this.#recording.coreAt(first))
    this.#start = ++this.#starts
    this.#core = core
    return core
  }

  #known(seq: number): Kept | undefined {
    let best = this.#before !== null && this.#before.state.seq <= seq ? this.#before : undefined
    for (const states of [this.#recent, this.#spread])
      for (const [key, kept] of states) if (key <= seq && key > (best?.state.seq ?? 0)) best = kept
    return best
  }

  #from({ state, start }: Kept): Core {
    if (this.#core !== null && this.#start === start) this.#core.moveTo(state)
    else this.#core = new Core(state)
    this.#start = start
    return this.#core
  }

  #keep(seq: number, state: State): void {
    this.#recent.delete(seq)
    this.#recent.set(seq, { state, start: this.#start })
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size <= mostRecent) break
      this.#recent.delete(oldest)
    }
  }
}
