import type { ChangesView } from '../../../lib/screens/page/api.js'
import { type ChangeKind, changeKinds } from '../../../lib/history/changes/change.js'
import type { FoundChange } from '../../../lib/history/changes/chronicle.js'
import { changeLines } from '../../../lib/screens/page/change-view.js'
import { holds } from '../../../lib/history/predicate/holds.js'
import { PredicateError } from '../../../lib/history/predicate/predicate.js'
import type { Exhibit } from './exhibit.js'

/** What of the changes a page wants to see, as its address has it. */
export interface FinderQuestion {
  readonly words: string | undefined
  /** Of kinds, with commas. */
  readonly names: string | undefined
}

interface Known {
  readonly key: string
  /** So many changes had been read. */
  readonly length: number
  readonly found: FoundChange | PredicateError
}

const mostLines = 200
/** Of changes that only their states can tell, so long some are looked at for each question. */
const statesMs = 60

/** Finds changes; the last questions and how far they came are remembered, for list and timeline ask the same. */
export class Finder {
  readonly #exhibit: Exhibit
  #known: Known | null = null
  /** By question: which of those that were open are found, and how many were looked at. */
  #states: { readonly key: string; readonly yes: number[]; looked: number } | null = null

  constructor(exhibit: Exhibit) {
    this.#exhibit = exhibit
  }

  /** Null: the words can't be read. */
  found(asked: FinderQuestion): FoundChange | null {
    const { found } = this.#ask(asked)
    if (found instanceof PredicateError) return null
    if (found.open.length === 0) return found
    const { yes, looked } = this.#lookAtStates(asked, found)
    const places = [...found.places, ...yes].sort((a, b) => a - b)
    return { ...found, places, open: found.open.slice(looked) }
  }

  changes(
    asked: FinderQuestion,
    { from, count, at }: { readonly from: number | null; readonly count: number | null; readonly at: number },
  ): ChangesView {
    const { chronicle } = this.#exhibit.reading
    const all = chronicle.length
    const found = this.found(asked)
    if (found === null) {
      const mistake = this.#ask(asked).found
      const text = mistake instanceof PredicateError ? mistake.message : ''
      return { total: 0, all, from: 0, lines: [], here: -1, open: 0, mistake: text }
    }
    const { places, open } = found
    const here = placeUpTo(places, chronicle.placeOf(at))
    const most = Math.min(mostLines, count ?? mostLines)
    const start = Math.max(0, Math.min(from ?? here - Math.floor(most / 2), places.length - most))
    const lines = changeLines(chronicle, places, start, most)
    return { total: places.length, all, from: start, lines, here, open: open.length, mistake: null }
  }

  next(asked: FinderQuestion, at: number, isBackward: boolean): number | null {
    const { chronicle } = this.#exhibit.reading
    const places = this.found(asked)?.places ?? []
    const here = placeUpTo(places, chronicle.placeOf(at))
    const isOn = chronicle.at(places[here] ?? -1)?.seq === at
    const next = isBackward
      ? isOn || (places[here] ?? -1) === chronicle.placeOf(at)
        ? here - 1
        : here
      : here + 1
    const place = places[next] ?? (isBackward ? places.at(-1) : places[0])
    return place === undefined ? null : (chronicle.at(place)?.seq ?? null)
  }

  #ask({ words = '', names = '' }: FinderQuestion): Known {
    const { chronicle } = this.#exhibit.reading
    const key = JSON.stringify([words, names, this.#exhibit.news().generation])
    if (this.#known?.key === key && this.#known.length === chronicle.length) return this.#known
    const kinds = names
      .split(',')
      .filter((name): name is ChangeKind => changeKinds.some((kind) => kind === name))
    this.#known = { key, length: chronicle.length, found: this.#find(words, kinds) }
    return this.#known
  }

  #find(words: string, kinds: readonly ChangeKind[]): FoundChange | PredicateError {
    try {
      return this.#exhibit.reading.chronicle.find({ words, kinds })
    } catch (error) {
      if (error instanceof PredicateError) return error
      throw error
    }
  }

  #lookAtStates(
    asked: FinderQuestion,
    found: FoundChange,
  ): { readonly yes: readonly number[]; readonly looked: number } {
    const { key } = this.#ask(asked)
    if (this.#states?.key !== key) this.#states = { key, yes: [], looked: 0 }
    const states = this.#states
    const { chronicle, checkpoints } = this.#exhibit.reading
    const endMs = performance.now() + statesMs
    while (states.looked < found.open.length && performance.now() < endMs) {
      const place = found.open[states.looked++] ?? -1
      const seq = chronicle.at(place)?.last ?? 0
      if (chronicle.isFound(place, found, (term) => holds(term, null, () => checkpoints.coreAt(seq))))
        states.yes.push(place)
    }
    return states
  }
}

/** The last of these ascending places that is not behind one; -1: there is none. */
function placeUpTo(places: readonly number[], place: number): number {
  let [low, high] = [0, places.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((places[middle] ?? 0) > place) high = middle
    else low = middle + 1
  }
  return low - 1
}
