import type { Core } from '../daemon/core.js'
import { changesBetween } from '../model/diff.js'
import { type DifferingRow, differingRows } from '../reduce/differing-rows.js'
import { none } from '../model/collection.js'
import { addLine, isSameFlow } from '../model/flow.js'
import type { State } from '../model/state.js'

/** What differs between two positions of a history; null: there is none on that side. */
export interface StateComparison {
  readonly rows: readonly DifferingRow[]
  readonly desired: readonly FlowDifference[]
  readonly installed: readonly FlowDifference[]
}

export interface FlowDifference {
  readonly key: string
  readonly before: string | null
  readonly after: string | null
}

export function compare(a: Core, b: Core): StateComparison {
  const desired = (core: Core) => core.derived()?.desired.flows
  return {
    rows: [...differingRows({ ...a.state.vtep, ...a.state.ovs }, { ...b.state.vtep, ...b.state.ovs })],
    desired: flowDifferences(desired(a), desired(b)),
    installed: flowDifferences(a.state.flows, b.state.flows),
  }
}

type Flows = State['flows'] | undefined

/** By key; null: not known, which is as none. */
export function flowDifferences(before: Flows, after: Flows): readonly FlowDifference[] {
  const changes = changesBetween(after ?? none, before ?? none, isSameFlow)
  return changes
    .map(({ key, actual, desired }) => ({
      key,
      before: actual === undefined ? null : addLine(actual),
      after: desired === undefined ? null : addLine(desired),
    }))
    .sort((x, y) => (x.key < y.key ? -1 : 1))
}
