import { isUsed, type Used } from './admission.js'

/** Which remote VTEPs bound logical switches send to. */
export class Uses {
  readonly #used = new Set<string>()

  /** Those of some that have come into use since they were asked for last, or out of it. */
  changed(addresses: Iterable<string>, used: Used): readonly string[] {
    const changed: string[] = []
    for (const address of addresses) {
      const is = isUsed(address, used)
      if (is === this.#used.has(address)) continue
      if (is) this.#used.add(address)
      else this.#used.delete(address)
      changed.push(address)
    }
    return changed
  }
}
