import { isUsed, type Used } from './admission.js'

/** Which remote VTEPs were in use when their pieces were derived. */
export class Uses {
  readonly #used = new Set<string>()

  /** To be called when the piece of `address` is derived. */
  note(address: string, used: Used): void {
    if (isUsed(address, used)) this.#used.add(address)
    else this.#used.delete(address)
  }

  /** Those of some that have come into use since, or out of it. */
  changed(addresses: ReadonlySet<string>, used: Used): readonly string[] {
    return [...addresses].filter((address) => isUsed(address, used) !== this.#used.has(address))
  }
}
