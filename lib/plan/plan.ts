import type { Derived } from '../derive/derive.js'
import { changesOf, type Difference } from '../diff.js'
import type { Batch, FlowBatch, Lane } from '../model/batch.js'
import type { Flow } from '../model/flow.js'
import type { Report, ReportedRows } from '../model/report.js'
import type { State } from '../model/state.js'
import { configToMake, configToRemove } from './config.js'
import { legacyFlows } from './legacy.js'
import { planReports } from './reports.js'

/** The two differences that plans are made from. */
export interface Differences {
  readonly flows: Difference<Flow, Flow>
  readonly reports: Difference<Report, ReportedRows>
}

/** How many flows one bundle changes at most: what a journal entry and one process take with ease. */
const largestBundle = 4096

/**
 * The next batch of a lane; null when there is nothing to do or not enough is known to do it. Make
 * before break: ports exist before flows that use them, and go after the last flow that did. A batch
 * that failed is planned again only after its retry is due, or when it has become another batch.
 */
export function plan(lane: Lane, state: State, derived: Derived, differences: Differences): Batch | null {
  const { inFlight, failed } = state.lanes[lane]
  if (state.phase === 'stopped' || inFlight !== null) return null
  const batch =
    lane === 'switch' ? planSwitch(state, derived, differences) : planVtep(state, derived, differences)
  return failed !== null && JSON.stringify(failed) === JSON.stringify(batch) ? null : batch
}

function planSwitch(state: State, derived: Derived, { flows }: Differences): Batch | null {
  const { vtep, ovs, flows: table } = state.knowledge
  if (vtep === 'unknown' || ovs !== 'current' || table !== 'current' || derived.view.bridge === null)
    return null
  const { view, desired } = derived
  return (
    configToMake(state, view, desired) ??
    planFlows(state, derived, flows) ??
    configToRemove(state, view, desired)
  )
}

function planVtep(state: State, derived: Derived, { reports }: Differences): Batch | null {
  const { vtep, ovs } = state.knowledge
  return vtep === 'current' && ovs === 'current' ? planReports(state, derived.view, reports) : null
}

function planFlows(state: State, { view }: Derived, difference: Difference<Flow, Flow>): FlowBatch | null {
  const outdated = new Set(legacyFlows(state.displaced, view).map(({ key }) => key))
  const add = state.displaced.filter(({ key }) => !outdated.has(key))
  const remove = legacyFlows(state.foreign, view)
  const limit = add.length + remove.length + largestBundle
  for (const { desired, actual } of changesOf(difference)) {
    if (add.length + remove.length >= limit) break
    if (desired !== undefined) add.push(desired)
    else if (actual !== undefined) remove.push({ key: actual.key, cookie: actual.cookie })
  }
  const bridge = view.bridge?.name
  return bridge === undefined || add.length + remove.length === 0
    ? null
    : { kind: 'flows', bridge, remove, add }
}
