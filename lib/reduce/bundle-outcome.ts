import type { FlowBatch } from '../model/batch.js'
import type { Collection } from '../model/collection.js'
import type { Flow } from '../model/flow.js'

type Flows = Collection<Flow>

/** What a bundle makes of flows that are installed. */
export interface BundleOutcome {
  /** Ours that are installed then. */
  readonly after: Flows
  /** Those of others that it brings. */
  readonly others: readonly Flow[]
}

const outcomes = new WeakMap<FlowBatch, { readonly before: Flows; readonly outcome: BundleOutcome }>()

/**
 * To be called where it is known anyway what `batch`, all of whose flows are ours, makes of `before`: flows like those that it
 * asks for. Who follows the batch then gets that very collection, and to compare both costs nothing.
 */
export function noteOutcome(batch: FlowBatch, before: Flows, after: Flows): void {
  outcomes.set(batch, { before, outcome: { after, others: [] } })
}

/** What `batch` makes of `before`: as noted, else as `make` says, which is noted. */
export function outcomeOf(
  batch: FlowBatch,
  before: Flows,
  make: (before: Flows) => BundleOutcome,
): BundleOutcome {
  const known = outcomes.get(batch)
  if (known?.before === before) return known.outcome
  const outcome = make(before)
  outcomes.set(batch, { before, outcome })
  return outcome
}
