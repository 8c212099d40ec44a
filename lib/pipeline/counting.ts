import type { Binding } from '../model/binding.js'
import type { FlowKey } from '../model/flow.js'
import { entrances, taggedEntrance, untaggedEntrance } from './rules/entrance.js'
import { bindingExit } from './rules/exit.js'

/** Of the flows that count the frames of bindings. */
const counting = [taggedEntrance, untaggedEntrance, bindingExit]

/** The flows that count a binding's frames: into its logical switch, and out of it. */
export function countingFlows(binding: Binding): { readonly into: FlowKey[]; readonly outOf: FlowKey } {
  return {
    into: entrances(binding).map(({ key }) => key),
    outOf: bindingExit.key({ binding: binding.number }),
  }
}

/** The tables of the flows that count. */
export const countingTables: readonly number[] = [...new Set(counting.map(({ table }) => table))]

/** Whether a flow may be one that counts a binding's frames. */
export function isCounting(key: FlowKey): boolean {
  return counting.some((rule) => rule.readKey(key) !== null)
}
