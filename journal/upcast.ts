import type { Batch } from '../lib/model/batch.js'
import type { Event } from '../lib/model/event.js'

/**
 * An event as older programs wrote it, in today's form: what they could not say becomes what it meant for them. Here belongs
 * every change of an event's form, so that no other code knows of older ones.
 */
export function upcast(event: Event): Event {
  if (event.type !== 'Planned' && event.type !== 'BackedOff') return event
  const batch = upcastBatch(event.batch)
  return batch === event.batch ? event : { ...event, batch }
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
