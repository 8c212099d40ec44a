import { type Claim, claimKeyParts } from '../model/claim.js'
import { learnedKey } from '../model/identity.js'
import { Groups } from './groups.js'

/** Which IP addresses each learned MAC claims. */
export class Claims {
  /** `learnedKey` → `claimKey` */
  readonly #keys = new Groups()

  /** Who claims an address is another than before; undefined: nobody. Gives the learned MACs that this concerns. */
  note(key: string, was: Claim | undefined, is: Claim | undefined): readonly string[] {
    const { metadata } = claimKeyParts(key)
    const places: string[] = []
    const move = (how: 'add' | 'delete', claim: Claim | undefined) => {
      if (claim === undefined) return
      const place = learnedKey(metadata, claim.mac)
      this.#keys[how](place, key)
      places.push(place)
    }
    move('delete', was)
    move('add', is)
    return places
  }

  of(learned: string): Iterable<string> {
    return this.#keys.of(learned)
  }
}
