import { noteOutcome } from '../reduce/bundle-outcome.js'
import type { Derived } from '../derive/derive.js'
import { type Change, changesBetween } from '../model/diff.js'
import { departureId } from '../pipeline/rules/learning.js'
import { remoteMac } from '../pipeline/rules/remote-mac.js'
import { type Batch, type FlowBatch, type FlowId, isSameBatch, type Lane } from '../model/batch.js'
import { type Collection, hashOf, lookup, none } from '../model/collection.js'
import { noDepartures } from '../model/departure.js'
import { type Flow, isSameFlow, priorityOf, tableOf } from '../model/flow.js'
import { isOwnCookie } from '../model/identity.js'
import type { Report, ReportedRows } from '../model/report.js'
import { flowContent } from '../model/quarantine.js'
import { type Part } from '../model/batch.js'
import { idle, type State } from '../model/state.js'
import { configToMake, configToRemove } from './config.js'
import { admitted } from './gate.js'
import { legacyFlows } from './legacy.js'
import { planReports } from './reports.js'

type FlowChanges = readonly Change<Flow, Flow>[]

/** The two differences that plans are made from. */
export interface Differences {
  readonly flows: FlowChanges
  readonly reports: readonly Change<Report, ReportedRows>[]
}

/** How many remote MACs one bundle changes at most: what a journal entry and one process take with ease. */
export const largestBundle = 16_384

/**
 * The next batch of a lane; null when there is nothing to do or not enough is known to do it. Make
 * before break: ports exist before flows that use them, and go after the last flow that did. A batch
 * that failed is planned again only after its retry is due, or when it has become another batch; flows do not wait for an
 * ovs-vsctl that failed, for those that use a port are desired when it is there.
 */
export function plan(lane: Lane, state: State, derived: Derived, differences: Differences): Batch | null {
  const { inFlight, failed } = state.lanes[lane]
  if (state.phase === 'stopped' || inFlight !== null) return null
  const batch =
    lane === 'switch' ? planSwitch(state, derived, differences) : planVtep(state, derived, differences)
  return failed !== null && JSON.stringify(failed) === JSON.stringify(batch) ? null : batch
}

/** Whether `plan` would give `batch`, where nothing is under way. To see that of an ovs-vsctl no bundle is made. */
export function isPlanned(
  batch: Batch,
  lane: Lane,
  state: State,
  derived: Derived,
  differences: Differences,
): boolean {
  if (batch.kind !== 'config') return isSame(plan(lane, state, derived, differences), batch)
  const { view, desired } = derived
  const restore = () => restoration(state, derived)
  if (!isKnown(state, derived)) return false
  const before = configToMake(state, view, desired, restore)
  if (before !== null) return isSame(before, batch)
  const after = configToRemove(state, view, desired, restore)
  return isSame(after, batch) && planFlows(state, derived, differences.flows) === null
}

function isSame(planned: Batch | null, batch: Batch): boolean {
  return planned !== null && isSameBatch(planned, batch)
}

function isKnown({ knowledge: { vtep, ovs, flows } }: State, { view }: Derived): boolean {
  return vtep !== 'unknown' && ovs === 'current' && flows === 'current' && view.bridge !== null
}

function planSwitch(state: State, derived: Derived, { flows }: Differences): Batch | null {
  if (!isKnown(state, derived)) return null
  const { view, desired } = derived
  const restore = () => restoration(state, derived)
  const { failed, setAside } = state.lanes.switch
  const isToWait = (batch: Batch) =>
    [failed, setAside].some((one) => one?.kind === 'config' && isSameBatch(one, batch))
  const making = configToMake(state, view, desired, restore)
  if (making !== null && !isToWait(making)) return making
  const flowBatch = planFlows(state, derived, flows)
  if (flowBatch !== null) return flowBatch
  // nothing goes before all is made
  if (making !== null) return null
  const removing = configToRemove(state, view, desired, restore)
  return removing === null || isToWait(removing) ? null : removing
}

/** The bundle for a bridge that has just dropped every flow: what is desired, and what others had there. */
function restoration(state: State, derived: Derived): FlowBatch | null {
  const displaced = [...state.displaced, ...state.foreign]
  const changes = changesBetween(wanted(state, derived), none, isSameFlow)
  const lanes = { ...state.lanes, switch: idle }
  const known = { flows: none, foreign: [], displaced, lanes, departures: noDepartures }
  return planFlows({ ...state, ...known }, derived, changes)
}

function planVtep(state: State, derived: Derived, { reports }: Differences): Batch | null {
  const { vtep, ovs } = state.knowledge
  return vtep === 'current' && ovs === 'current' ? planReports(state, derived.view, reports) : null
}

/** The bundle that changes led to, and from what else. */
interface Bundled {
  readonly causes: readonly unknown[]
  readonly batch: FlowBatch | null
}

const bundled = new WeakMap<FlowChanges, Bundled>()

/** As `flowsToChange`, which is asked the same again and again while nothing changes. */
function planFlows(state: State, derived: Derived, changes: FlowChanges): FlowBatch | null {
  if (changes.length === 0) return flowsToChange(state, derived, changes)
  const { displaced, foreign, replaced, departures, phase, quarantined, lanes } = state
  const { view, desired } = derived
  const { search, repeated } = lanes.switch
  const causes = [
    displaced,
    foreign,
    replaced,
    departures,
    phase,
    quarantined,
    search,
    repeated,
    view,
    desired.flows,
  ]
  const known = bundled.get(changes)
  if (known?.causes.every((cause, i) => cause === causes[i])) return known.batch
  const batch = flowsToChange(state, derived, changes)
  bundled.set(changes, { causes, batch })
  return batch
}

/**
 * Everything but remote MACs goes into the first bundle whole: a binding that moves must take what was
 * learned there along in the same moment.
 */
function flowsToChange(state: State, derived: Derived, changes: FlowChanges): FlowBatch | null {
  const { view } = derived
  const outdated = new Set(legacyFlows(state.displaced, view.legacy).map(({ key }) => key))
  const desired = wanted(state, derived)
  const add = state.displaced.filter(({ key }) => !outdated.has(key) && lookup(desired, key) === undefined)
  const remove = [
    ...legacyFlows(state.foreign, view.legacy),
    ...(state.departures?.pending ?? []).map(departureId),
  ]
  if (state.phase === 'leaving') add.push(...state.replaced)
  const taken = new Set(add.map(({ key }) => key))
  const others = add.length + remove.length
  for (const { key, desired, actual } of inTurn(changes, state)) {
    if (desired !== undefined) add.push(desired)
    else if (actual !== undefined && !taken.has(key)) remove.push({ key, cookie: actual.cookie })
  }
  const bridge = view.bridge?.name
  if (bridge === undefined) return null
  const batch: FlowBatch = { kind: 'flows', bridge, remove, add }
  const admitted = admittedBundle(state, batch)
  const isAll = others === 0 && add.length + remove.length === changes.length
  if (admitted === batch && isAll) noteOutcome(batch, state.flows ?? none, desired)
  return admitted
}

/**
 * What goes into one bundle. Where there are too many remote MACs it goes on behind the last of the bundle before, and from the
 * end to the beginning, so that each has its turn however many come meanwhile.
 */
function inTurn(changes: FlowChanges, { lanes }: State): FlowChanges {
  const areAll = changes.length <= largestBundle || changes.filter(isRemoteMac).length <= largestBundle
  if (areAll) return changes
  const end = lastIn(lanes.switch.repeated?.batch)
  const isNext = (change: Addressed) => end !== undefined && isRemoteMac(change) && isBehind(change, end)
  const first = Math.max(changes.findIndex(isNext), 0)
  let room = largestBundle
  return [...changes.slice(first), ...changes.slice(0, first)].filter(
    (change) => !isRemoteMac(change) || room-- > 0,
  )
}

/** The last remote MAC that a bundle makes, or that it removes if that is what it mostly does. */
function lastIn(batch: Batch | undefined): Addressed | undefined {
  if (batch?.kind !== 'flows') return undefined
  const made = batch.add.filter(isRemoteMac)
  const gone = batch.remove.filter(isRemoteMac)
  return (made.length < gone.length ? gone : made).at(-1)
}

/** In the order of changes. */
function isBehind({ key }: Addressed, other: Addressed): boolean {
  const order = hashOf(key) - hashOf(other.key)
  return order > 0 || (order === 0 && key > other.key)
}

function wanted({ phase }: State, { desired }: Derived): Collection<Flow> {
  return phase === 'leaving' ? none : desired.flows
}

/**
 * Where only a part of the changes can be made at once, what is removed of ours goes before and the way in comes last:
 * a frame that finds half a pipeline is dropped. Within a table the special comes before the usual, so a binding whose
 * frames an ACL is to be asked for has not its way out before that. What the predecessor left goes after all that.
 */
function admittedBundle(state: State, batch: FlowBatch): FlowBatch | null {
  if (batch.add.length + batch.remove.length === 0) return null
  if (state.quarantined.length === 0 && state.lanes.switch.search === null) return batch
  const removals = batch.remove.map((flow) => ({
    key: flow.key,
    content: flowContent(undefined),
    removed: flow,
  }))
  const additions = batch.add
    .map((flow) => ({ key: flow.key, content: flowContent(flow), added: flow }))
    .sort((a, b) => tableOf(b.key) - tableOf(a.key) || priorityOf(b.key) - priorityOf(a.key))
  const pending: readonly FlowPart[] = [
    ...removals.filter(({ removed }) => isOwnCookie(removed.cookie)),
    ...additions,
    ...removals.filter(({ removed }) => !isOwnCookie(removed.cookie)),
  ]
  const parts = admitted(state, 'switch', pending)
  const remove = parts.flatMap(({ removed }) => removed ?? [])
  const add = parts.flatMap(({ added }) => added ?? [])
  return parts.length === 0 ? null : { ...batch, remove, add }
}

interface FlowPart extends Part {
  readonly removed?: FlowId
  readonly added?: Flow
}

type Addressed = Pick<Flow, 'key'>

function isRemoteMac({ key }: Addressed): boolean {
  return remoteMac.hasKey(key)
}
