import type { Core } from '../../daemon/core.js'
import { initialState } from '../../model/state.js'
import { holds } from '../predicate/holds.js'
import type { Recording } from '../recording.js'
import { Checkpoints } from '../../screens/step/checkpoints.js'
import { Pages } from '../../screens/step/pages.js'
import { Chronicle } from './chronicle.js'
import type { Wish } from './query.js'

/** What was before the first entry that is recorded, ready to be told the entries. */
export function chronicleBefore(recording: Recording): Chronicle {
  const { first } = recording
  return new Chronicle(first, first > 1 ? recording.coreAt(first - 1).state : initialState)
}

/** All changes up to entry `to`. */
export function chronicleOf(recording: Recording, to = recording.last): Chronicle {
  const chronicle = chronicleBefore(recording)
  for (const entry of recording.entries(recording.first, to)) chronicle.add(entry)
  return chronicle
}

/**
 * The places of the changes that are wished for, also of those that only states can tell; yields what `reach` does on
 * its way to what the entries up to one lead to. Throws PredicateError.
 */
export function* searchPlaces(
  chronicle: Chronicle,
  wish: Wish,
  reach: (seq: number) => Generator<number, Core>,
): Generator<number, readonly number[]> {
  const found = chronicle.find(wish)
  const held: number[] = []
  for (const place of found.open) {
    const core = yield* reach(chronicle.at(place)?.last ?? 0)
    if (chronicle.isFound(place, found, (term) => holds(term, null, () => core))) held.push(place)
  }
  return [...found.places, ...held].sort((a, b) => a - b)
}

/** The same at once. */
export function placesOf(chronicle: Chronicle, wish: Wish, recording: Recording): readonly number[] {
  const checkpoints = new Checkpoints(recording, new Pages(recording))
  const search = searchPlaces(chronicle, wish, (seq) => checkpoints.reach(seq))
  for (;;) {
    const { done, value } = search.next()
    if (done === true) return value
  }
}
