import { entriesOf, none } from '../model/collection.js'
import type { Entry } from '../model/event.js'
import type { State } from '../model/state.js'
import { type Mention, mentionsIn } from './mentions.js'
import type { Recording } from './recording.js'

/** What is said at once: by an entry, or, where `entry` is null, by the state that the recording begins with. */
export interface SaidInPassage {
  readonly entry: Entry | null
  readonly mentions: readonly Mention[]
}

/** All that is said up to entry `to`, from what stood before the first entry on. */
export function* passage(recording: Recording, to = recording.last): Generator<SaidInPassage> {
  const { first } = recording
  if (first > 1) yield { entry: null, mentions: [...mentionsOf(recording.coreAt(first - 1).state)] }
  for (const entry of recording.entries(first, to)) yield { entry, mentions: [...mentionsIn(entry)] }
}

/** Everything that stands in a state, as if one entry had said it. */
export function* mentionsOf({ vtep, ovs, flows, learned, claims }: State): Generator<Mention> {
  for (const [table, rows] of Object.entries({ ...vtep, ...ovs }))
    for (const [key, value] of entriesOf<object>(rows)) yield { what: 'row', table, key, value }
  if (flows !== null)
    for (const [key, value] of entriesOf(flows)) yield { what: 'flow', how: 'observed', key, value }
  if (learned !== null) for (const [key, value] of entriesOf(learned)) yield { what: 'learned', key, value }
  for (const [key, value] of entriesOf(claims ?? none)) yield { what: 'claim', key, value }
}
