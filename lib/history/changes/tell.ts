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

/** The places of the changes that are wished for, also of those that only states can tell. Throws PredicateError. */
export function placesOf(chronicle: Chronicle, wish: Wish, recording: Recording): readonly number[] {
  const found = chronicle.find(wish)
  if (found.open.length === 0) return found.places
  const checkpoints = new Checkpoints(recording, new Pages(recording))
  const isHeld = (place: number): boolean => {
    const seq = chronicle.at(place)?.last ?? 0
    return chronicle.isFound(place, found, (term) => holds(term, null, () => checkpoints.coreAt(seq)))
  }
  return [...found.places, ...found.open.filter(isHeld)].sort((a, b) => a - b)
}
