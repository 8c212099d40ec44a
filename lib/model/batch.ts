import { type Flow, isSameFlow } from './flow.js'

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

/** Whether the switch drops every flow on the way. */
export function isFlushing(batch: Batch | null): batch is ConfigBatch & { readonly isFlushing: true } {
  return batch?.kind === 'config' && batch.isFlushing
}

export function isSameBatch(a: Batch, b: Batch): boolean {
  if (a === b) return true
  if (a.kind !== 'flows' || b.kind !== 'flows')
    return exampleOf(a) === exampleOf(b) && JSON.stringify(a) === JSON.stringify(b)
  return a.bridge === b.bridge && areSame(a.add, b.add, isSameFlow) && areSame(a.remove, b.remove, isSameId)
}

/** In the same order. */
function areSame<T extends FlowId>(
  some: readonly T[],
  others: readonly T[],
  isSame: (one: T, other: T) => boolean,
): boolean {
  if (some.length !== others.length) return false
  return some.every((one, i) => {
    const other = others[i]
    return one.key === other?.key && isSame(one, other)
  })
}

function isSameId(one: FlowId, other: FlowId): boolean {
  return one.cookie === other.cookie
}

/** Tells most batches that are no bundles apart without printing them. */
function exampleOf(batch: Batch): string | undefined {
  if (batch.kind === 'config') return batch.arguments.at(-1)
  return batch.kind === 'rows' ? batch.reports[0]?.key : undefined
}
/** What one change of a batch makes of a flow, a report, a port or a bridge; `key` as in Flow, of `reportKey` or of `subjectOf`. */

export interface Part {
  readonly key: string
  /** Of `flowContent`, `reportContent`, or a JSON text of the commands. */
  readonly content: string
}
