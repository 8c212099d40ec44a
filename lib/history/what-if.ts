import { Core } from '../daemon/core.js'
import { type Batch, isSameBatch, type Lane, lanes } from '../model/batch.js'
import type { Entry, Event } from '../model/event.js'

/** How a history is to be altered, by the recorded numbers of its entries. */
export interface Edits {
  readonly without: ReadonlySet<number>
  readonly changed: ReadonlyMap<number, Event>
  /** What happens right after an entry; 0: before the first. */
  readonly insertedAfter: ReadonlyMap<number, readonly Event[]>
}

/** A plan that would have been another. */
export interface OtherPlan {
  /** The recorded entry; null: planned after the last one. */
  readonly seq: number | null
  readonly atMs: number | null
  readonly lane: Lane
  /** Null: none. */
  readonly recorded: Batch | null
  readonly instead: Batch | null
}

/** An altered history that can't be followed. */
export class WhatIfError extends Error {
  override readonly name = 'WhatIfError'
}

/**
 * The plans that differ when a history is altered. Where one is recorded, the one that the altered history leads to
 * takes its place, and what is recorded of its outcome is taken for the outcome of that; where none is left to
 * be made, its outcome goes with it. Whatever else is recorded stays as it was: nobody can say what controller and switch
 * would have done. Last come plans that are still to be made. Throws WhatIfError.
 */
export function* whatIf(entries: Iterable<Entry>, edits: Edits): Generator<OtherPlan> {
  const [recorded, altered] = [new Core(), new Core()]
  const idle = new Set<Lane>()
  const happen = (seq: number, atMs: number, event: Event) => {
    following(seq, () => {
      const lost = event.type === 'JournalResumed' ? event.lost : 0
      altered.fold({ seq: altered.state.seq + 1 + lost, atMs, event })
    })
  }
  for (const event of edits.insertedAfter.get(0) ?? []) happen(0, 0, event)
  for (const entry of entries) {
    const { seq, atMs } = entry
    recorded.fold(entry)
    const event = edits.changed.get(seq) ?? entry.event
    if (edits.without.has(seq)) {
      if (event.type === 'Planned') idle.add(event.lane)
    } else if (event.type === 'Planned' && !edits.changed.has(seq)) {
      const { lane, batch } = event
      const instead = following(seq, () => altered.plan(lane))
      if (instead === null) idle.add(lane)
      else {
        idle.delete(lane)
        happen(seq, atMs, { type: 'Planned', lane, batch: instead })
      }
      if (!isSame(batch, instead)) yield { seq, atMs, lane, recorded: batch, instead }
    } else if (!isOutcome(event) || !idle.has(event.lane)) happen(seq, atMs, event)
    for (const inserted of edits.insertedAfter.get(seq) ?? []) happen(seq, atMs, inserted)
  }
  for (const lane of lanes) {
    const [was, instead] = [recorded.plan(lane), following(null, () => altered.plan(lane))]
    if (!isSame(was, instead)) yield { seq: null, atMs: null, lane, recorded: was, instead }
  }
}

function isOutcome(event: Event): event is Extract<Event, { type: 'Applied' | 'Failed' }> {
  return event.type === 'Applied' || event.type === 'Failed'
}

function isSame(a: Batch | null, b: Batch | null): boolean {
  return a === null || b === null ? a === b : isSameBatch(a, b)
}

/** An event that a person wrote may be no more than its name; what the core makes of it is not its fault. */
function following<T>(seq: number | null, step: () => T): T {
  try {
    return step()
  } catch (error) {
    const where = seq === null ? 'after the last entry' : `at entry ${seq}`
    const reason = error instanceof Error ? error.message : String(error)
    throw new WhatIfError(`the altered history can't be followed ${where}: ${reason}`)
  }
}
