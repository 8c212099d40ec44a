/** The last result of a pure function: asked for the very same again, it gives that very one. */
export class Kept<C extends readonly unknown[], T> {
  readonly #make: (...causes: C) => T
  #last: { readonly causes: C; readonly made: T } | null = null

  constructor(make: (...causes: C) => T) {
    this.#make = make
  }

  of(...causes: C): T {
    const last = this.#last
    if (last?.causes.every((cause, i) => cause === causes[i])) return last.made
    const made = this.#make(...causes)
    this.#last = { causes, made }
    return made
  }
}
