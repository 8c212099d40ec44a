import type { Part } from './quarantine.js'
import type { Flow } from './flow.js'

/** Batches of one lane run one after another: `switch` writes to the bridge, `vtep` to hardware_vtep. */
export type Lane = 'switch' | 'vtep'
export const lanes: readonly Lane[] = ['switch', 'vtep']

/**
 * Changes that succeed or fail together, and the command that makes them. All strings are ours or
 * printed from typed values.
 */
export type Batch = ConfigBatch | FlowBatch | RowBatch

/** One `ovs-vsctl` transaction, as its arguments. */
export interface ConfigBatch {
  readonly kind: 'config'
  readonly arguments: readonly string[]
  /** The switch drops every flow when its fail_mode changes. */
  readonly isFlushing: boolean
  /** What is made at once then, so that frames have a way again. Null: nothing. */
  readonly restoration: FlowBatch | null
}

/** One atomic OpenFlow bundle: deletes first, then adds (an add also replaces). */
export interface FlowBatch {
  readonly kind: 'flows'
  readonly bridge: string
  readonly remove: readonly FlowId[]
  readonly add: readonly Flow[]
}

/** One transaction on hardware_vtep, as the operations of RFC 7047, 5.2. */
export interface RowBatch {
  readonly kind: 'rows'
  readonly operations: readonly Operation[]
  /** The reports it makes true, in this order. */
  readonly reports: readonly Part[]
}

export type Operation = Readonly<Record<string, unknown>> & { readonly op: string }

/** Enough of a flow to delete it and no other: the cookie is compared in full. */
export type FlowId = Pick<Flow, 'key' | 'cookie'>

export function isSameBatch(a: Batch, b: Batch): boolean {
  return a === b || (firstOf(a) === firstOf(b) && JSON.stringify(a) === JSON.stringify(b))
}

/** Tells most batches apart without printing them. */
function firstOf(batch: Batch): string | undefined {
  if (batch.kind === 'flows') return (batch.add[0] ?? batch.remove[0])?.key
  return batch.kind === 'config' ? batch.arguments.at(-1) : batch.reports[0]?.key
}
