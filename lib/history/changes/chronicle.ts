import type { Entry } from '../../model/event.js'
import type { State } from '../../model/state.js'
import type { Names } from '../../words/names.js'
import { type HistoryChange, changeKinds, type ChangeKind } from './change.js'
import { ChangesFold, type OpenChange } from './fold.js'
import { type Query, queryOf, type Wish } from './query.js'
import { type Span, Spans } from './spans.js'
import { type Noteworthy, summaryOf } from './summary.js'

/** Changes that were found, by their places, ascending. */
export interface FoundChange {
  readonly places: readonly number[]
  /** Those of which only states can tell; empty: all are told. */
  readonly open: readonly number[]
  readonly query: Query
}

/** All changes and spans of a history, as far as it has been told; what page, `step`, `changes` and `summary` show. */
export class Chronicle {
  readonly #fold: ChangesFold
  readonly #spans: Spans
  readonly #changes: OpenChange[] = []
  /** Of each entry from the first on the place of the change that it belongs to; -1: none. */
  readonly #owners: number[] = []
  readonly #first: number
  #last: number
  #summary: { readonly last: number; readonly lines: readonly Noteworthy[] } | null = null

  /** `first`: the number of the first entry; `state`: what stood before it. */
  constructor(first: number, state: Pick<State, 'vtep' | 'ovs' | 'learned'>) {
    this.#first = first
    this.#last = first - 1
    this.#fold = new ChangesFold(state)
    this.#spans = new Spans(state)
  }

  /** The last entry that it was told. */
  get last(): number {
    return this.#last
  }

  get length(): number {
    return this.#changes.length
  }

  get spans(): readonly Span[] {
    return this.#spans.all
  }

  /** What things are called by now. */
  get names(): Names {
    return this.#fold.names
  }

  /** In the order of the entries. */
  add(entry: Entry): void {
    const { begun, continued } = this.#fold.add(entry)
    if (begun !== null) this.#changes.push(begun)
    while (this.#owners.length < entry.seq - this.#first) this.#owners.push(-1)
    this.#owners.push((begun ?? continued.at(-1))?.index ?? -1)
    this.#spans.add(entry)
    this.#last = entry.seq
  }

  at(place: number): HistoryChange | undefined {
    return this.#changes[place]
  }

  /** The place of the change that an entry belongs to, or of the last that began before it; -1: there is none. */
  placeOf(seq: number): number {
    const own = this.#owners[seq - this.#first] ?? -1
    if (own >= 0) return own
    let [low, high] = [0, this.#changes.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#changes[middle]?.seq ?? 0) > seq) high = middle
      else low = middle + 1
    }
    return low - 1
  }

  /** The entries of a change, with plans and outcomes that it shares with others. */
  entriesOf(place: number): readonly number[] {
    const change = this.#changes[place]
    if (change === undefined) return []
    const seqs = change.plans.flatMap(({ seq, outcome }) => (outcome === null ? [seq] : [seq, outcome]))
    for (let seq = change.seq; seq <= change.last; seq++)
      if (this.#owners[seq - this.#first] === place) seqs.push(seq)
    return [...new Set(seqs)].sort((a, b) => a - b)
  }

  /** Throws PredicateError. */
  find(wish: Wish): FoundChange {
    const query = queryOf(wish)
    const places: number[] = []
    const open: number[] = []
    this.#changes.forEach((change, place) => {
      const is = query.test(change)
      if (is === true) places.push(place)
      else if (is === undefined) open.push(place)
    })
    return { places, open, query }
  }

  /** Whether one that only its state could tell is found. */
  isFound(place: number, { query }: FoundChange, stateHolds: Parameters<Query['testWith']>[1]): boolean {
    const change = this.#changes[place]
    return change !== undefined && query.testWith(change, stateHolds)
  }

  /** How many changes there are of each kind. */
  counts(): Readonly<Record<ChangeKind, number>> {
    const counts = Object.fromEntries(changeKinds.map((kind) => [kind, 0])) as Record<ChangeKind, number>
    for (const { kinds } of this.#changes) for (const kind of kinds) counts[kind]++
    return counts
  }

  summary(): readonly Noteworthy[] {
    if (this.#summary?.last !== this.#last)
      this.#summary = { last: this.#last, lines: summaryOf(this.#changes, this.spans) }
    return this.#summary.lines
  }
}
