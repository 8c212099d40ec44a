import { type Collection, lookup, none } from '../../model/collection.js'
import type { LearnedUpdate } from '../../model/event.js'
import { learnedKeyParts } from '../../model/identity.js'
import type { Names } from '../../words/names.js'
import { type Placed, placedTexts, isMoved } from './places.js'
import type { RowFact } from './row-facts.js'

/** Where stations were heard last: bindings by `learnedKey`. */
export class MacsHeard {
  readonly #before: Collection<number>
  readonly #since = new Map<string, number | null>()

  constructor(before: Collection<number> | null) {
    this.#before = before ?? none
  }

  /** Null: nowhere. */
  at(key: string): number | null {
    const since = this.#since.get(key)
    return since === undefined ? (lookup(this.#before, key) ?? null) : since
  }

  hear({ key, binding }: LearnedUpdate): void {
    if (binding === null && lookup(this.#before, key) === undefined) this.#since.delete(key)
    else this.#since.set(key, binding)
  }
}

/** Stations that came, moved and went. */
export function learnedFacts(
  updates: readonly LearnedUpdate[],
  names: Names,
  heard: MacsHeard,
): readonly RowFact[] {
  const placed = updates.map((update): Placed => {
    const { metadata, mac } = learnedKeyParts(update.key)
    const was = heard.at(update.key)
    heard.hear(update)
    const place = (binding: number | null) => (binding === null ? null : names.binding(binding))
    return { logicalSwitch: names.logicalSwitch(metadata), mac, from: place(was), to: place(update.binding) }
  })
  const moved = placed.filter(isMoved).map(({ mac }) => mac)
  return placedTexts(placed).map((text, i) => ({
    ...(i === 0 && moved.length > 0 && { moved }),
    kinds: moved.length > 0 ? ['moved', 'learned'] : ['learned'],
    text: text.replace(/ placed at /, ' heard at ').replace(/ removed from /, ' forgotten at '),
  }))
}
