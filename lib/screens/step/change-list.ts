import type { HistoryChange } from '../../history/changes/change.js'
import type { Chronicle } from '../../history/changes/chronicle.js'
import { chronicleBefore, searchPlaces } from '../../history/changes/tell.js'
import type { Direction, Walk, WalkSearch } from './walk.js'

/** Entries between two looks at the clock. */
const aTurn = 256

/** The changes of a recording, and where a walk stands among them: a cause, what it led to and what came of it are one. */
export class ChangeList {
  readonly #walk: Walk
  #chronicle: Chronicle | null = null
  /** Those that the filter lets through, ascending; null: all. */
  #places: readonly number[] | null = null
  #place = -1
  #filter = ''

  constructor(walk: Walk) {
    this.#walk = walk
  }

  /** -1: there is none. */
  get place(): number {
    return this.#place
  }

  get length(): number {
    return this.#chronicle?.length ?? 0
  }

  get filter(): string {
    return this.#filter
  }

  at(place: number): HistoryChange | undefined {
    return this.#chronicle?.at(place)
  }

  entriesOf(place: number): readonly number[] {
    return this.#chronicle?.entriesOf(place) ?? []
  }

  /** Tells all that was recorded, or was since; it stands at the change of the walk's entry. */
  *tell(): Generator<number, void> {
    yield* this.#readOn()
    this.#place = this.#chronicle?.placeOf(this.#walk.entry.seq) ?? -1
  }

  /** Only changes for which this predicate holds, as on the page; '' for all. Throws PredicateError. */
  *filtered(text: string): WalkSearch {
    yield* this.#readOn()
    const words = text.trim()
    this.#places = words === '' ? null : yield* this.#found(words)
    this.#filter = words
    return true
  }

  /** `count` changes further, or as many as there are. */
  *step(direction: Direction, count: number): WalkSearch {
    const { length } = this
    yield* this.#readOn()
    if (this.#filter !== '' && this.length > length) this.#places = yield* this.#found(this.#filter)
    const next = this.#beside(direction, count).at(-1)
    return next !== undefined && (yield* this.#arrive(next))
  }

  /** Of the lines around the present one the places, this one among them. */
  around(before: number, after: number): readonly number[] {
    const upwards = [...this.#beside('backward', before)].reverse()
    const here = this.#place < 0 ? [] : [this.#place]
    return [...upwards, ...here, ...this.#beside('forward', after)]
  }

  /** To what a change led to. */
  *#arrive(place: number): WalkSearch {
    const hasMoved = yield* this.#walk.to(this.at(place)?.last ?? 0)
    if (hasMoved) this.#place = place
    return hasMoved
  }

  #beside(direction: Direction, count: number): readonly number[] {
    const { length } = this
    if (this.#places !== null) {
      const isForward = direction === 'forward'
      const there = this.#places.filter((place) => (isForward ? place > this.#place : place < this.#place))
      return (isForward ? there : there.reverse()).slice(0, count)
    }
    const [left, sign] = direction === 'forward' ? [length - 1 - this.#place, 1] : [this.#place, -1]
    const many = Math.max(0, Math.min(count, left))
    return Array.from({ length: many }, (_, i) => this.#place + sign * (i + 1))
  }

  *#readOn(): Generator<number, void> {
    const { recording } = this.#walk
    const chronicle = (this.#chronicle ??= chronicleBefore(recording))
    for (const entry of recording.entries(chronicle.last + 1, recording.last)) {
      chronicle.add(entry)
      if (entry.seq % aTurn === 0) yield entry.seq
    }
  }

  *#found(words: string): Generator<number, readonly number[]> {
    const reach = (seq: number) => this.#walk.reach(seq)
    return this.#chronicle === null ? [] : yield* searchPlaces(this.#chronicle, { words, kinds: [] }, reach)
  }
}
