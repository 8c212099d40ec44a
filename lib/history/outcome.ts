import type { Entry } from '../model/event.js'
import type { Recording } from './recording.js'

/** How the batch that the entry plans ended; null: it plans none, or nobody knows. */
export function recordedOutcomeOf({ seq, event }: Entry, recording: Recording): Entry | null {
  if (event.type !== 'Planned') return null
  for (const later of recording.entries(seq + 1)) {
    const { type } = later.event
    if (type === 'Started') return null
    if ((type === 'Applied' || type === 'Failed') && later.event.lane === event.lane) return later
  }
  return null
}

/**
 * The entry whose batch ended so; null: the entry is no such end, or its plan is not among those before it. `backward`: these,
 * the nearest first, with null between pages.
 */
export function planOf({ event }: Entry, backward: Iterable<Entry | null>): Entry | null {
  if (event.type !== 'Applied' && event.type !== 'Failed') return null
  for (const earlier of backward) {
    if (earlier?.event.type === 'Started') return null
    if (earlier?.event.type === 'Planned' && earlier.event.lane === event.lane) return earlier
  }
  return null
}
