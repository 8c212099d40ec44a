/** So many texts are remembered at most; then it begins anew. */
const most = 65_536

/** The texts that `make` gives, the very same for the same key: what many flows have in common is made once and kept once. */
export class Remembered<K> {
  readonly #texts = new Map<K, string>()
  readonly #make: (key: K) => string

  constructor(make: (key: K) => string) {
    this.#make = make
  }

  of(key: K): string {
    const known = this.#texts.get(key)
    if (known !== undefined) return known
    if (this.#texts.size === most) this.#texts.clear()
    const made = this.#make(key)
    this.#texts.set(key, made)
    return made
  }
}
