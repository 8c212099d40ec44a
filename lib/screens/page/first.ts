/** The first so many of a long list by an order, without putting the whole list into it. */
export class First<T> {
  readonly #most: number
  readonly #order: (a: T, b: T) => number
  #kept: T[] = []
  total = 0

  constructor(most: number, order: (a: T, b: T) => number) {
    this.#most = most
    this.#order = order
  }

  add(one: T): void {
    this.total++
    this.#kept.push(one)
    if (this.#kept.length >= 8 * this.#most) this.#kept = this.list()
  }

  list(): T[] {
    return this.#kept.toSorted(this.#order).slice(0, this.#most)
  }
}
