import type { Entry } from '../../model/event.js'
import type { Recording } from '../../history/recording.js'

const pageLength = 256
/** A catch-up entry may have megabytes, so not many. */
const mostPages = 24

/** The entries of a recording, kept in memory around those that were asked for last. */
export class Pages {
  readonly #recording: Recording
  /** By number; what was used last stands last. */
  readonly #pages = new Map<number, readonly Entry[]>()

  constructor(recording: Recording) {
    this.#recording = recording
  }

  /** Those from `from` on, and a step of a page at a time: null at the end of each page. */
  *forward(from: number): Generator<Entry | null> {
    const { first, last } = this.#recording
    const start = Math.max(from, first)
    for (let page = numberOf(start); page <= numberOf(last); page++) {
      for (const entry of this.#page(page)) if (entry.seq >= start) yield entry
      yield null
    }
  }

  /** Those from `from` down, likewise. */
  *backward(from: number): Generator<Entry | null> {
    const { first, last } = this.#recording
    const start = Math.min(from, last)
    for (let page = numberOf(start); page >= numberOf(first); page--) {
      for (const entry of this.#page(page).toReversed()) if (entry.seq <= start) yield entry
      yield null
    }
  }

  /** The entry of this number, or, where that is lost, the next. */
  at(seq: number): Entry | null {
    for (const entry of this.forward(seq)) if (entry !== null) return entry
    return null
  }

  #page(number: number): readonly Entry[] {
    const start = number * pageLength
    const page = this.#pages.get(number) ?? [...this.#recording.entries(start, start + pageLength - 1)]
    this.#pages.delete(number)
    // of a recording that grows the last page is not whole yet
    if (start + pageLength - 1 <= this.#recording.last) this.#pages.set(number, page)
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= mostPages) break
      this.#pages.delete(oldest)
    }
    return page
  }
}

function numberOf(seq: number): number {
  return Math.floor(seq / pageLength)
}
