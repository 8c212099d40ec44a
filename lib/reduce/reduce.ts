import { rowNamed } from '../model/named.js'
import { freeze, produce } from 'immer'
import { type Batch, type FlowBatch, isFlushing, isSameBatch, type Lane, lanes } from '../model/batch.js'
import { outcomeOf } from './bundle-outcome.js'
import { parseAddress } from '../model/address.js'
import { amend, type Collection, none, sizeOf } from '../model/collection.js'
import type { Entry, Event, RowUpdate, VtepRowUpdate } from '../model/event.js'
import type { Flow, FlowKey } from '../model/flow.js'
import { isOwnCookie } from '../model/identity.js'
import { afterBundle, afterFlush, withLearned, withoutDeparted, withoutUnlinked } from './departures.js'
import { formerFailMode } from '../derive/view/marks.js'
import { valueOf } from '../derive/pairs.js'
import { quarantineDue, heldBack, narrowed, released, searchAt, widened } from './quarantine.js'
import { withAclsDue } from './refused-acls.js'
import { restored } from '../model/snapshot.js'
import {
  emptyOvsTables,
  emptyVtepTables,
  idle,
  type LaneState,
  type OvsTables,
  type State,
  type VtepTables,
} from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import { own } from '../model/own.js'

/** Changed in whole parts: whoever reads a part through the draft makes Immer draft all that it looks at. */
type Draft = { -readonly [K in keyof State]: State[K] }

/** Folds one entry into the state. */
export function reduce(state: State, entry: Entry): State {
  // at once: Immer would look through all of it at each place where it is kept
  if (entry.event.type === 'Planned') freeze(entry.event.batch)
  return produce(state, (draft) => {
    draft.seq = entry.seq
    evolve(draft, entry.event, state, entry.atMs)
  })
}

function evolve(draft: Draft, event: Event, state: State, atMs: number): void {
  switch (event.type) {
    case 'Started':
      draft.settings = event.settings
      draft.phase = 'running'
      draft.knowledge = { vtep: 'unknown', ovs: 'unknown', flows: 'unknown' }
      draft.isDoubted = false
      draft.lanes = { switch: idle, vtep: idle }
      draft.quarantined = lanes.reduce(quarantineDue, state.quarantined)
      return
    case 'VtepUpdated': {
      const came: Uuid[] = []
      noteAddresses(draft, state, event.updates)
      draft.vtep = updated(state.vtep ?? emptyVtepTables(), event.updates, {
        table: 'Ucast_Macs_Remote',
        came,
      })
      noteSeen(draft, state, event.updates, came)
      noteDeparted(draft, state, event.updates, atMs)
      draft.quarantined = withAclsDue(state.quarantined, state.vtep, event.updates)
      return know(draft, 'vtep', event.isCatchUp)
    }
    case 'OvsUpdated':
      draft.ovs = updated(state.ovs ?? emptyOvsTables(), event.updates)
      Object.assign(draft, learnedPart(withoutUnlinked(state, draft.ovs, event.updates, atMs)))
      noteFormerFailMode(draft, state)
      forgetBridge(draft, state)
      return know(draft, 'ovs', event.isCatchUp)
    case 'FlowsObserved':
      if (event.isDrift) noteDrift(draft, event, atMs)
      return observeFlows(draft, state, event)
    case 'FlowsDoubted':
      draft.isDoubted = true
      draft.knowledge = { ...state.knowledge, flows: 'unknown' }
      return
    case 'MacsLearned':
      Object.assign(draft, withLearned(state, event, atMs))
      return
    case 'AddressesClaimed':
      draft.claims = amend(
        state.claims ?? none,
        event.updates.map(({ key, claim }) => [key, claim ?? undefined] as const),
      )
      return
    case 'SourceLost':
      setLane(draft, state, event.source === 'vtep' ? 'vtep' : 'switch', { repeated: null })
      draft.knowledge = { ...state.knowledge, [event.source]: event.source === 'flows' ? 'unknown' : 'lost' }
      return
    case 'Planned':
      setLane(draft, state, event.lane, underWay(state.lanes[event.lane], event.batch, atMs))
      draft.planned = { seq: draft.seq, atMs, lane: event.lane, batch: event.batch }
      noteEndangered(draft, state, event.batch)
      return
    case 'Applied':
      applied(draft, state, state.lanes[event.lane].inFlight)
      return settle(draft, state, event.lane, widened(state, event.lane, state.lanes[event.lane].inFlight))
    case 'Failed':
      if (event.isRejected === true) return rejected(draft, state, event)
      if (event.lane === 'switch') draft.knowledge = { ...state.knowledge, flows: 'unknown' }
      return settle(draft, state, event.lane, { failed: state.lanes[event.lane].inFlight, repeated: null })
    case 'BackedOff':
      if (event.keys !== undefined) {
        draft.quarantined = heldBack(state.quarantined, event.lane, event.batch, event.keys)
        return
      }
      return settle(draft, state, event.lane, { failed: event.batch })
    case 'RetryDue':
      if (event.keys !== undefined) {
        draft.quarantined = released(state.quarantined, event.lane, event.keys)
        return
      }
      setLane(draft, state, event.lane, { failed: null })
      return forgetSetAside(draft, event.lane)
    case 'QuarantineDue':
      draft.quarantined = quarantineDue(state.quarantined, event.lane)
      return
    case 'JournalResumed':
      become(draft, { ...restored(event.snapshot), seq: draft.seq })
      return
    case 'CleanupRequested':
      draft.phase = 'leaving'
      draft.quarantined = lanes.reduce((all, lane) => released(all, lane, null), state.quarantined)
      draft.knowledge = { ...state.knowledge, flows: 'unknown' }
      return
    case 'Stopped':
      draft.phase = 'stopped'
      return
  }
}

/** Updates of tables that are not among `tables` are for programs that know them. `asked`: which rows came in one of them. */
function updated<T extends VtepTables | OvsTables>(
  tables: T,
  updates: readonly RowUpdate[],
  asked?: { readonly table: keyof T; readonly came: Uuid[] },
): T {
  const byTable = new Map<string, [Uuid, unknown][]>()
  for (const { table, uuid, row } of updates) {
    const changes = byTable.get(table) ?? []
    byTable.set(table, changes)
    changes.push([uuid, row ?? undefined])
  }
  const amended = { ...tables } as Record<string, Collection<unknown>>
  for (const [table, changes] of byTable) {
    const rows = own(amended, table)
    const came = table === asked?.table ? asked.came : null
    if (rows !== undefined) amended[table] = amend(rows, changes, undefined, came)
  }
  return amended as unknown as T
}

/** Remembers what we announced ourselves as: rows that still say so are ours when tunnel_ips have changed. */
function noteAddresses(draft: Draft, state: State, updates: readonly VtepRowUpdate[]): void {
  const announced = new Set(state.announcedAddresses)
  for (const update of updates)
    if (update.table === 'Physical_Switch' && update.row?.name === state.settings?.physicalSwitch)
      for (const text of update.row?.tunnel_ips ?? []) announced.add(parseAddress(text) ?? text)
  if (announced.size > state.announcedAddresses.length) draft.announcedAddresses = [...announced].sort()
}

/** Remembers when each remote MAC row was first seen, also those that `came` now: of rows that contradict each other the newest counts. */
function noteSeen(
  draft: Draft,
  { seen, vtep }: State,
  updates: readonly RowUpdate[],
  came: readonly Uuid[],
): void {
  const ofMacs = updates.filter(({ table }) => table === 'Ucast_Macs_Remote')
  // what was there has been seen
  const isKnown = sizeOf(seen) === sizeOf(vtep?.Ucast_Macs_Remote ?? none)
  const changes =
    isKnown && ofMacs.every(({ row }) => row !== null)
      ? came.map((uuid) => [uuid, draft.seq] as const)
      : ofMacs.map(({ uuid, row }) => [uuid, row === null ? undefined : draft.seq] as const)
  draft.seen = amend(seen, changes, (first) => first)
}

/** After the tables and our addresses are noted. */
function noteDeparted(draft: Draft, state: State, updates: readonly VtepRowUpdate[], atMs: number): void {
  const { vtep: tables, announcedAddresses } = draft
  if (tables === null) return
  Object.assign(draft, learnedPart(withoutDeparted({ ...state, announcedAddresses }, tables, updates, atMs)))
}

function learnedPart({ learned, departures }: Pick<State, 'learned' | 'departures'>) {
  return { learned, ...(departures !== undefined && { departures }) }
}

function know(draft: Draft, source: 'vtep' | 'ovs', isCatchUp: boolean): void {
  if (isCatchUp) draft.knowledge = { ...draft.knowledge, [source]: 'current' }
}

type Observed = Extract<Event, { type: 'FlowsObserved' }>

function observeFlows(draft: Draft, state: State, event: Observed): void {
  draft.flows = withFlows(state.flows ?? none, event.absent, event.present)
  const foreign = event.foreign ?? state.foreign
  draft.foreign = foreign
  draft.displaced = without(state.displaced, foreign)
  draft.replaced = without(state.replaced, foreign)
  draft.isDoubted = false
  draft.knowledge = { ...state.knowledge, flows: 'current' }
}

/**
 * Flows of others that a batch is about to remove, by a change of fail_mode, or to overwrite. Noted before
 * it runs: whether it did is for the next observation to say.
 */
function noteEndangered(draft: Draft, { foreign, displaced, replaced, phase }: State, batch: Batch): void {
  if (isFlushing(batch)) draft.displaced = [...displaced, ...without(foreign, displaced)]
  if (batch.kind !== 'flows' || phase === 'leaving' || foreign.length === 0) return
  const taken = new Set(batch.add.map(({ key }) => key))
  const overwritten = foreign.filter(({ key }) => taken.has(key))
  if (overwritten.length > 0) draft.replaced = [...without(replaced, overwritten), ...overwritten]
}

function applied(draft: Draft, state: State, batch: Batch | null): void {
  if (batch?.kind === 'flows' && state.flows !== null) applyFlows(draft, state, batch)
  if (batch?.kind === 'flows' && state.departures !== undefined)
    draft.departures = afterBundle(state.departures, batch)
  if (isFlushing(batch)) {
    if (state.departures !== undefined) draft.departures = afterFlush(state.departures)
    draft.flows = none
    draft.foreign = []
    if (batch.restoration !== null)
      applyFlows(draft, { ...state, flows: none, foreign: [] }, batch.restoration)
    // among deletions that had to come nobody can tell one that had not
    draft.knowledge = { ...state.knowledge, flows: 'unknown' }
  }
}

/** `state`: as it is before, also where the draft has been changed already. */
function applyFlows(draft: Draft, state: State, batch: FlowBatch): void {
  const { remove, add } = batch
  const { after, others } = outcomeOf(batch, state.flows ?? none, (before) => {
    const own = add.filter(({ cookie }) => isOwnCookie(cookie))
    const others = without(
      add.filter(({ cookie }) => !isOwnCookie(cookie)),
      own,
    )
    const absent = [...remove, ...others].map(({ key }) => key)
    return { after: withFlows(before, absent, own), others }
  })
  draft.flows = after
  if (state.foreign.length > 0 || others.length > 0)
    draft.foreign = [...without(state.foreign, [...remove, ...add]), ...others]
  // a bundle brings back all that is to come back, but for what is refused, unless it is one part of several
  const isPart = state.lanes.switch.search !== null
  const refused = new Set(state.quarantined.map(({ key }) => key))
  if (state.displaced.length > 0)
    draft.displaced = without(state.displaced, add).filter(({ key }) => isPart || refused.has(key))
  if (state.phase === 'leaving') draft.replaced = without(state.replaced, others)
}

function withFlows(
  flows: Collection<Flow>,
  absent: readonly FlowKey[],
  present: readonly Flow[],
): Collection<Flow> {
  const changes: [FlowKey, Flow | undefined][] = absent.map((key) => [key, undefined])
  for (const flow of present) changes.push([flow.key, flow])
  return amend(flows, changes)
}

/** Remembers what the bridge says of its fail_mode before ours, where somebody makes it forget that. */
function noteFormerFailMode(draft: Draft, state: State): void {
  const name = state.settings?.physicalSwitch
  const [before, after] = [state.ovs, draft.ovs].map((ovs) => rowNamed(ovs?.Bridge, name)?.row)
  if (after?.fail_mode !== 'secure') delete draft.formerFailMode
  else if (valueOf(after.external_ids, formerFailMode) === undefined) {
    const former = valueOf(before?.external_ids ?? [], formerFailMode)
    if (former !== undefined) draft.formerFailMode = former
  }
}

/** Parts that the other state has not are gone, too. */
function become(draft: Draft, state: State): void {
  for (const part of Object.keys(draft)) if (!(part in state)) Reflect.deleteProperty(draft, part)
  Object.assign(draft, state)
}

/** A bridge that was deleted and made anew shares nothing with the old one but its name. */
function forgetBridge(draft: Draft, state: State): void {
  const name = state.settings?.physicalSwitch
  const [before, after] = [state.ovs, draft.ovs].map((ovs) => rowNamed(ovs?.Bridge, name)?.uuid)
  if (before === undefined || before === after) return
  draft.flows = null
  draft.learned = null
  delete draft.claims
  if (state.departures !== undefined) draft.departures = afterFlush(state.departures)
  draft.foreign = []
  draft.displaced = []
  draft.replaced = []
  draft.knowledge = { ...draft.knowledge, flows: 'unknown' }
}

function without(flows: readonly Flow[], others: readonly Pick<Flow, 'key'>[]): readonly Flow[] {
  if (flows.length === 0 || others.length === 0) return flows
  const keys = new Set(others.map(({ key }) => key))
  return flows.filter(({ key }) => !keys.has(key))
}

function setLane(draft: Draft, state: State, lane: Lane, part: Partial<LaneState>): void {
  draft.lanes = { ...state.lanes, [lane]: { ...state.lanes[lane], ...part } }
}

type Settled = Partial<LaneState> & { readonly quarantined?: State['quarantined'] }

/** What was under way in a lane has come to an end. */
function settle(draft: Draft, state: State, lane: Lane, { quarantined, ...part }: Settled): void {
  setLane(draft, state, lane, { inFlight: null, failed: null, ...part })
  const { inFlight } = state.lanes[lane]
  // an ovs-vsctl has come to its end, in whatever way
  if (inFlight?.kind === 'config') forgetSetAside(draft, lane)
  if (quarantined !== undefined) draft.quarantined = quarantined
}

/** A bundle and a transaction are atomic, so what is known still holds. */
function rejected(draft: Draft, state: State, { lane, reason }: Extract<Event, { type: 'Failed' }>): void {
  const found = narrowed(state, lane, state.lanes[lane].inFlight, reason)
  settle(draft, state, lane, { ...found, repeated: null })
}

/** How long a batch that was undone counts as the same quarrel. */
const forgottenAfterMs = 300_000

function forgetSetAside(draft: Draft, lane: Lane): void {
  const { setAside, ...rest } = draft.lanes[lane]
  if (setAside !== undefined) draft.lanes = { ...draft.lanes, [lane]: rest }
}

function underWay(was: LaneState, batch: Batch, atMs: number): LaneState {
  const { repeated, search, failed, setAside } = was
  const isAgain =
    repeated !== null && atMs - repeated.atMs < forgottenAfterMs && isSameBatch(repeated.batch, batch)
  const count = isAgain ? repeated.count + 1 : 1
  const waiting = failed?.kind === 'config' ? failed : setAside
  return {
    inFlight: batch,
    failed: null,
    repeated: { batch, count, atMs },
    search: searchAt(search, batch),
    ...(batch.kind === 'flows' && waiting !== undefined && { setAside: waiting }),
  }
}

function noteDrift(draft: Draft, { present, absent }: Observed, atMs: number): void {
  const [example] = [...absent, ...present.map(({ key }) => key)]
  if (example !== undefined)
    draft.drift = { seq: draft.seq, atMs, changed: present.length, gone: absent.length, example }
}
