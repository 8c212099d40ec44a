import type { Batch } from '../lib/model/batch.js'
import type { Event } from '../lib/model/event.js'
import { faultOfEvent } from '../lib/model/event-shape.js'

/** What stands in a file is no event of ours; the message says which field, and what it should be. */
export class MalformedEvent extends Error {
  override readonly name = 'MalformedEvent'
}

/** An event from a value that somebody wrote, also an older program. Throws MalformedEvent. */
export function eventFrom(value: unknown): Event {
  const event = isPlan(value) ? upcast(value) : value
  const fault = faultOfEvent(event)
  if (fault !== null) throw new MalformedEvent(fault)
  // so it has been checked, field by field
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
  return event as Event
}

/**
 * An event as older programs wrote it, in today's form: what they could not say becomes what it meant for them. Here belongs
 * every change of an event's form, so that no other code knows of older ones.
 */
function upcast(event: Plan): Plan {
  const batch = upcastBatch(event.batch)
  return batch === event.batch ? event : { ...event, batch }
}

type Plan = Extract<Event, { type: 'Planned' | 'BackedOff' }>

/** Says it is one that has a batch; what else is in it nobody has looked at. */
function isPlan(value: unknown): value is Plan {
  if (typeof value !== 'object' || value === null || !('type' in value) || !('batch' in value)) return false
  const { type, batch } = value
  return (type === 'Planned' || type === 'BackedOff') && typeof batch === 'object' && batch !== null
}

/** As programs wrote them up to 2026-11-23. */
type FormerBatch = Batch | Omit<Extract<Batch, { kind: 'config' }>, 'restoration'> | FormerRows
type FormerRows = Omit<Extract<Batch, { kind: 'rows' }>, 'reports'>

/** A change of fail_mode restored nothing by itself, and rows did not say which reports they are. */
function upcastBatch(batch: FormerBatch): Batch {
  if (batch.kind === 'config' && !('restoration' in batch)) return { ...batch, restoration: null }
  if (batch.kind === 'rows' && !('reports' in batch)) return { ...batch, reports: [] }
  return batch
}
