import type { Core } from '../../daemon/core.js'
import type { Entry } from '../../model/event.js'
import type { Recording } from '../../history/recording.js'
import { Checkpoints } from './checkpoints.js'
import { type Condition, conditionOf } from './condition.js'
import { Pages } from './pages.js'

/** Yields how far it has looked, now and then, so that it can be shown and stopped; the walk moves when it has found. */
export type WalkSearch = Generator<number, boolean>

export type Direction = 'forward' | 'backward'

/** So many pages are looked through for the entries around the present one. */
const pagesAround = 12

/** A place in a recording, and the ways to go from there. */
export class Walk {
  readonly recording: Recording
  readonly #pages: Pages
  readonly #checkpoints: Checkpoints
  #entry: Entry
  #filter: Condition | null = null
  #filterText = ''
  /** Conditions that words of an entry alone do not decide. */
  readonly #statesAreAsked = new WeakSet<Condition>()

  /** Begins at `seq`, or, where that is lost, at the next; there must be an entry. */
  constructor(recording: Recording, seq: number) {
    this.recording = recording
    this.#pages = new Pages(recording)
    this.#checkpoints = new Checkpoints(recording, this.#pages)
    const entry = this.#pages.at(seq)
    if (entry === null) throw new RangeError(`no entry ${seq}`)
    this.#entry = entry
  }

  get entry(): Entry {
    return this.#entry
  }

  get filter(): string {
    return this.#filterText
  }

  /** Only entries with these words are stepped to; '' for all. */
  set filter(text: string) {
    this.#filter = conditionOf(text)
    this.#filterText = this.#filter === null ? '' : text.trim()
  }

  /** What the entries up to this one lead to, and what those before it led to. Good until the next call. */
  after(): Core {
    return this.#checkpoints.coreAt(this.#entry.seq)
  }

  before(): Core {
    return this.#checkpoints.coreAt(this.#entry.seq - 1)
  }

  /** What the entries up to one lead to, and on the way there how far it is; good until the next call. */
  reach(seq: number): Generator<number, Core> {
    return this.#checkpoints.reach(seq)
  }

  /** To the entry of this number, or, where that is lost, to the next. */
  *to(seq: number): WalkSearch {
    const entry = this.#pages.at(seq)
    if (entry === null) return false
    return yield* this.#arrive(entry)
  }

  /** What the entry leads to is made ready on the way, so that whoever stops a long way is where they were. */
  *#arrive(entry: Entry): WalkSearch {
    yield* this.#checkpoints.reach(entry.seq)
    this.#entry = entry
    return true
  }

  /** `count` entries further that the filter lets through, or as many as there are. */
  *step(direction: Direction, count = 1): WalkSearch {
    let left = count
    let found: Entry | null = null
    for (const entry of this.#from(direction)) {
      if (typeof entry === 'number') yield entry
      else if (this.#filter === null || (yield* this.#isSo(this.#filter, entry))) {
        found = entry
        if (--left === 0) break
      }
    }
    return found !== null && (yield* this.#arrive(found))
  }

  /** To the first or last entry that the filter lets through. */
  *toEnd(direction: Direction): WalkSearch {
    const end = direction === 'forward' ? this.recording.last : this.recording.first
    for (const entry of direction === 'forward' ? this.#pages.backward(end) : this.#pages.forward(end)) {
      if (entry === null) yield end
      else if (this.#filter === null || (yield* this.#isSo(this.#filter, entry)))
        return yield* this.#arrive(entry)
    }
    return false
  }

  /** To the next entry for which `condition` holds, whatever the filter. */
  *until(direction: Direction, condition: Condition): WalkSearch {
    for (const entry of this.#from(direction)) {
      if (typeof entry === 'number') yield entry
      else if (yield* this.#isSo(condition, entry)) return yield* this.#arrive(entry)
    }
    return false
  }

  /** A state that the condition asks for may be far from those that are known: the way there can be stopped, too. */
  *#isSo(condition: Condition, entry: Entry): WalkSearch {
    if (!this.#statesAreAsked.has(condition)) {
      const unknown = new Error('asks for a state')
      try {
        return condition(entry, () => {
          throw unknown
        })
      } catch (error) {
        if (error !== unknown) throw error
        this.#statesAreAsked.add(condition)
      }
    }
    const core = yield* this.#checkpoints.reach(entry.seq)
    return condition(entry, () => core)
  }

  /** The entries around this one that the filter lets through, this one among them; fewer where they are rare. */
  around(before: number, after: number): readonly Entry[] {
    const upwards = this.#some(this.#pages.backward(this.#entry.seq - 1), before)
    return [...upwards.reverse(), this.#entry, ...this.#some(this.#pages.forward(this.#entry.seq + 1), after)]
  }

  #some(entries: Iterable<Entry | null>, count: number): Entry[] {
    const some: Entry[] = []
    let pages = 0
    if (count <= 0) return some
    for (const entry of entries) {
      if (entry === null) {
        if (++pages === pagesAround) break
      } else if (this.#passes(entry) && some.push(entry) === count) break
    }
    return some
  }

  #passes(entry: Entry): boolean {
    return this.#filter === null || this.#filter(entry, () => this.#checkpoints.coreAt(entry.seq))
  }

  /** The entries in that direction, and now and then the number that has been reached. */
  *#from(direction: Direction): Generator<Entry | number> {
    const { seq } = this.#entry
    let reached = seq
    const entries = direction === 'forward' ? this.#pages.forward(seq + 1) : this.#pages.backward(seq - 1)
    for (const entry of entries) {
      reached = entry?.seq ?? reached
      yield entry ?? reached
    }
  }
}
