import type { Limits } from '../model/limits.js'

/** How many MACs are learned at which place, as far as a limit asks for it. */
export class Crowds {
  readonly #isLimited: boolean
  /** By `placeOf`. */
  readonly #sizes = new Map<string, number>()

  constructor({ learned, learnedPerPort }: Limits) {
    this.#isLimited = learned !== null || learnedPerPort !== null
  }

  sizeAt(metadata: string, number: number): number {
    return this.#sizes.get(crowdPlaceOf(metadata, number)) ?? 0
  }

  /** A MAC, by its `learnedKey`, is learned at another binding than before; undefined: at none. Gives the places that this changes. */
  note(key: string, was: number | undefined, is: number | undefined): readonly string[] {
    if (was === is || !this.#isLimited) return []
    const metadata = metadataIn(key)
    const places: string[] = []
    const count = (number: number | undefined, more: number) => {
      if (number === undefined) return
      const place = crowdPlaceOf(metadata, number)
      this.#sizes.set(place, (this.#sizes.get(place) ?? 0) + more)
      places.push(place)
    }
    count(was, -1)
    count(is, 1)
    return places
  }
}

/** Where a binding's MACs are learned. */
export function crowdPlaceOf(metadata: string, number: number): string {
  return `${metadata}/${number}`
}

/** Of a `crowdPlaceOf`. */
export function placeNumber(place: string): number {
  return Number(place.slice(place.indexOf('/') + 1))
}

/** That in a `learnedKey`, or in a place. */
export function metadataIn(key: string): string {
  return key.slice(0, key.indexOf('/'))
}
