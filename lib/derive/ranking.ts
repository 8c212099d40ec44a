/**
 * Which keys are among the first so many in the order of their texts. Cost of a change: a binary search, and a move within an
 * array; nothing where there is no limit.
 */
export class Ranking {
  readonly #most: number | null
  #sorted: string[] = []

  constructor(most: number | null) {
    this.#most = most
  }

  get isLimited(): boolean {
    return this.#most !== null
  }

  isWithin(key: string): boolean {
    const last = this.#last()
    return last === null || key <= last
  }

  /** Notes which of some keys are there. Gives all whose answer changed by that, and none of which it did not. */
  note(keys: Iterable<string>, isThere: (key: string) => boolean): readonly string[] {
    if (this.#most === null) return []
    const before = this.#last()
    const come: string[] = []
    const gone = new Set<string>()
    for (const key of keys) {
      const isKnown = this.#sorted[placeIn(this.#sorted, key)] === key
      if (isThere(key) === isKnown) continue
      if (isKnown) gone.add(key)
      else come.push(key)
    }
    this.#change(come, gone)
    const [from, to] = [before, this.#last()].map((last) => this.#countTo(last))
    return this.#sorted.slice(Math.min(from ?? 0, to ?? 0), Math.max(from ?? 0, to ?? 0))
  }

  #change(come: readonly string[], gone: ReadonlySet<string>): void {
    if (come.length + gone.size <= fewChanges) {
      for (const key of gone) this.#sorted.splice(placeIn(this.#sorted, key), 1)
      for (const key of come) this.#sorted.splice(placeIn(this.#sorted, key), 0, key)
    } else this.#sorted = [...this.#sorted.filter((key) => !gone.has(key)), ...come].sort()
  }

  /** The last one within; null: all are. */
  #last(): string | null {
    if (this.#most === null || this.#sorted.length <= this.#most) return null
    return this.#sorted[this.#most - 1] ?? null
  }

  #countTo(last: string | null): number {
    if (last === null) return this.#sorted.length
    const place = placeIn(this.#sorted, last)
    return this.#sorted[place] === last ? place + 1 : place
  }
}

/** More than these are sorted in together. */
const fewChanges = 64

/** Where `key` is among ascending keys, or would be. */
function placeIn(keys: readonly string[], key: string): number {
  let [from, to] = [0, keys.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((keys[middle] ?? '') < key) from = middle + 1
    else to = middle
  }
  return from
}
