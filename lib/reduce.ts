import { enableMapSet, enablePatches, freeze, type Patch, produceWithPatches } from 'immer'
import { type Batch, type FlowBatch, isSameBatch, type Lane, lanes } from './model/batch.js'
import { parseAddress } from './model/address.js'
import { amend, type Buckets, entriesOf, lookup, type MutableBuckets, put } from './model/buckets.js'
import type { Entry, Event, RowUpdate, VtepRowUpdate } from './model/event.js'
import type { Flow, FlowKey } from './model/flow.js'
import { isOwnCookie } from './model/identity.js'
import { due, narrowed, searchAt, widened } from './reduce-quarantine.js'
import { restored } from './model/snapshot.js'
import {
  emptyOvsTables,
  emptyVtepTables,
  idle,
  type LaneState,
  type OvsTables,
  type State,
} from './model/state.js'
import type { Uuid } from './model/uuid.js'

enableMapSet()
enablePatches()

/** The state after an entry, and Immer's word on where it changed. */
export interface Reduced {
  readonly state: State
  readonly patches: readonly Patch[]
}

type Draft = { -readonly [K in keyof State]: State[K] }

/** Folds one entry into the state. */
export function reduce(state: State, entry: Entry): Reduced {
  // at once: Immer would look through all of it at each place where a part is kept
  freeze(entry.event, true)
  const [next, patches] = produceWithPatches(state, (draft) => {
    draft.seq = entry.seq
    evolve(draft, entry.event, state, entry.atMs)
  })
  return { state: next, patches }
}

function evolve(draft: Draft, event: Event, state: State, atMs: number): void {
  switch (event.type) {
    case 'Started':
      draft.settings = event.settings
      draft.phase = 'running'
      draft.knowledge = { vtep: 'unknown', ovs: 'unknown', flows: 'unknown' }
      draft.isDoubted = false
      for (const lane of lanes) {
        draft.lanes = { ...draft.lanes, [lane]: idle }
        draft.quarantined = due(draft.quarantined, lane)
      }
      return
    case 'VtepUpdated':
      noteSeen(draft, state, event.updates)
      noteAddresses(draft, state, event.updates)
      draft.vtep = updated(draft.vtep, state.vtep, emptyVtepTables, event.updates)
      return know(draft, 'vtep', event.isCatchUp)
    case 'OvsUpdated':
      draft.ovs = updated(draft.ovs, state.ovs, emptyOvsTables, event.updates)
      forgetBridge(draft, state)
      return know(draft, 'ovs', event.isCatchUp)
    case 'FlowsObserved':
      if (event.isDrift) noteDrift(draft, event, atMs)
      return observeFlows(draft, state, event)
    case 'FlowsDoubted':
      draft.isDoubted = true
      draft.knowledge = { ...draft.knowledge, flows: 'unknown' }
      return
    case 'MacsLearned':
      draft.learned ??= new Map()
      for (const { key, binding } of event.updates) put(mutable(draft.learned), key, binding ?? undefined)
      return
    case 'SourceLost':
      forgetRepeats(draft, event.source === 'vtep' ? 'vtep' : 'switch')
      draft.knowledge = { ...draft.knowledge, [event.source]: event.source === 'flows' ? 'unknown' : 'lost' }
      return
    case 'Planned':
      draft.lanes = { ...draft.lanes, [event.lane]: underWay(state.lanes[event.lane], event.batch, atMs) }
      draft.planned = { seq: draft.seq, atMs, lane: event.lane, batch: event.batch }
      noteEndangered(draft, state, event.batch)
      return
    case 'Applied':
      applied(draft, state, state.lanes[event.lane].inFlight)
      settle(draft, event.lane, null)
      return search(draft, event.lane, widened(state, event.lane, state.lanes[event.lane].inFlight))
    case 'Failed':
      if (event.isRejected === true) return rejected(draft, state, event)
      if (event.lane === 'switch') draft.knowledge = { ...draft.knowledge, flows: 'unknown' }
      settle(draft, event.lane, state.lanes[event.lane].inFlight)
      return forgetRepeats(draft, event.lane)
    case 'BackedOff':
      return settle(draft, event.lane, event.batch)
    case 'RetryDue':
      draft.lanes = { ...draft.lanes, [event.lane]: { ...state.lanes[event.lane], failed: null } }
      return
    case 'QuarantineDue':
      draft.quarantined = due(state.quarantined, event.lane)
      return
    case 'JournalResumed':
      Object.assign(draft, restored(event.snapshot), { seq: draft.seq })
      return
    case 'CleanupRequested':
      draft.phase = 'leaving'
      draft.knowledge = { ...draft.knowledge, flows: 'unknown' }
      return
    case 'Stopped':
      draft.phase = 'stopped'
      return
  }
}

/**
 * The first contents are built outside the draft: Immer would copy and patch each row for nothing.
 * Otherwise the draft's own tables, with the updates made in them.
 */
function updated<T extends object>(
  drafted: T | null,
  known: T | null,
  empty: () => T,
  updates: readonly RowUpdate[],
): T {
  const tables = known === null || drafted === null ? empty() : drafted
  const byName = tables as Record<string, Buckets<unknown>>
  for (const { table, uuid, row } of updates) {
    const rows = byName[table]
    if (rows !== undefined) put(mutable(rows), uuid, row ?? undefined)
  }
  return tables
}

/** Remembers what we announced ourselves as: rows that still say so are ours when tunnel_ips have changed. */
function noteAddresses(draft: Draft, state: State, updates: readonly VtepRowUpdate[]): void {
  const announced = new Set(state.announcedAddresses)
  for (const update of updates)
    if (update.table === 'Physical_Switch' && update.row?.name === state.settings?.physicalSwitch)
      for (const text of update.row?.tunnel_ips ?? []) announced.add(parseAddress(text) ?? text)
  if (announced.size > state.announcedAddresses.length) draft.announcedAddresses = [...announced].sort()
}

/** Remembers when each remote MAC row was first seen: of rows that contradict each other the newest counts. */
function noteSeen(draft: Draft, state: State, updates: readonly RowUpdate[]): void {
  const changes = new Map<Uuid, number | undefined>()
  for (const { table, uuid, row } of updates)
    if (table === 'Ucast_Macs_Remote' && (row === null || lookup(state.seen, uuid) === undefined))
      changes.set(uuid, row === null ? undefined : draft.seq)
  if (changes.size > 0) draft.seen = amend(state.seen, changes)
}

function know(draft: Draft, source: 'vtep' | 'ovs', isCatchUp: boolean): void {
  if (isCatchUp) draft.knowledge = { ...draft.knowledge, [source]: 'current' }
}

type Observed = Extract<Event, { type: 'FlowsObserved' }>

function observeFlows(draft: Draft, state: State, event: Observed): void {
  draft.flows = withFlows(state.flows ?? new Map<never, never>(), event.absent, event.present)
  if (event.foreign !== null) draft.foreign = event.foreign
  draft.displaced = without(draft.displaced, draft.foreign)
  draft.replaced = without(draft.replaced, draft.foreign)
  draft.isDoubted = false
  draft.knowledge = { ...draft.knowledge, flows: 'current' }
}

/**
 * Flows of others that a batch is about to remove, by a change of fail_mode, or to overwrite. Noted before
 * it runs: whether it did is for the next observation to say.
 */
function noteEndangered(draft: Draft, { foreign, phase }: State, batch: Batch): void {
  if (batch.kind === 'config' && batch.isFlushing)
    draft.displaced = [...draft.displaced, ...without(foreign, draft.displaced)]
  if (batch.kind !== 'flows' || phase === 'leaving') return
  const overwritten = foreign.filter(({ key }) => batch.add.some((flow) => flow.key === key))
  if (overwritten.length > 0) draft.replaced = [...without(draft.replaced, overwritten), ...overwritten]
}

function applied(draft: Draft, state: State, batch: Batch | null): void {
  if (batch?.kind === 'flows' && state.flows !== null) applyFlows(draft, state.flows, batch)
  if (batch?.kind === 'config' && batch.isFlushing) {
    draft.flows = new Map()
    draft.foreign = []
    if (batch.restoration !== null) applyFlows(draft, new Map<never, never>(), batch.restoration)
    // among deletions that had to come nobody can tell one that had not
    draft.knowledge = { ...draft.knowledge, flows: 'unknown' }
  }
}

function applyFlows(draft: Draft, before: Buckets<Flow>, { remove, add }: FlowBatch): void {
  const own = add.filter(({ cookie }) => isOwnCookie(cookie))
  const others = without(
    add.filter(({ cookie }) => !isOwnCookie(cookie)),
    own,
  )
  const absent = [...remove, ...others].map(({ key }) => key)
  draft.flows = withFlows(before, absent, own)
  const touched = [...remove, ...add]
  if (draft.foreign.length > 0 || others.length > 0)
    draft.foreign = [...without(draft.foreign, touched), ...others]
  // a bundle brings back all that is to come back, but for what is refused, unless it is one part of several
  const isPart = draft.lanes.switch.search !== null
  const refused = new Set(draft.quarantined.map(({ key }) => key))
  if (draft.displaced.length > 0)
    draft.displaced = without(draft.displaced, add).filter(({ key }) => isPart || refused.has(key))
  if (draft.phase === 'leaving') draft.replaced = without(draft.replaced, others)
}

/** Made outside the draft: nobody asks Immer where flows changed, and for a bundle it would be a patch for each. */
function withFlows(
  flows: Buckets<Flow>,
  absent: readonly FlowKey[],
  present: readonly Flow[],
): Buckets<Flow> {
  const changes = new Map<FlowKey, Flow | undefined>(absent.map((key) => [key, undefined]))
  for (const flow of present) changes.set(flow.key, flow)
  return amend(flows, changes)
}

/** A bridge that was deleted and made anew shares nothing with the old one but its name. */
function forgetBridge(draft: Draft, state: State): void {
  const name = state.settings?.physicalSwitch
  const [before, after] = [state.ovs, draft.ovs].map((ovs) => bridgeNamed(name, ovs))
  if (before === undefined || before === after) return
  draft.flows = null
  draft.learned = null
  draft.foreign = []
  draft.displaced = []
  draft.replaced = []
  draft.knowledge = { ...draft.knowledge, flows: 'unknown' }
}

function bridgeNamed(name: string | undefined, ovs: OvsTables | null): string | undefined {
  if (ovs !== null) for (const [uuid, row] of entriesOf(ovs.Bridge)) if (row.name === name) return uuid
  return undefined
}

function without(flows: readonly Flow[], others: readonly Pick<Flow, 'key'>[]): readonly Flow[] {
  if (flows.length === 0 || others.length === 0) return flows
  const keys = new Set(others.map(({ key }) => key))
  return flows.filter(({ key }) => !keys.has(key))
}

function settle(draft: Draft, lane: Lane, failed: Batch | null): void {
  draft.lanes = { ...draft.lanes, [lane]: { ...draft.lanes[lane], inFlight: null, failed } }
}

/** A bundle and a transaction are atomic, so what is known still holds. */
function rejected(draft: Draft, state: State, { lane, reason }: Extract<Event, { type: 'Failed' }>): void {
  settle(draft, lane, null)
  search(draft, lane, narrowed(state, lane, state.lanes[lane].inFlight, reason))
  forgetRepeats(draft, lane)
}

function search(draft: Draft, lane: Lane, { search, quarantined }: ReturnType<typeof narrowed>): void {
  draft.lanes = { ...draft.lanes, [lane]: { ...draft.lanes[lane], search } }
  draft.quarantined = quarantined
}

/** How long a batch that was undone counts as the same quarrel. */
const forgottenAfterMs = 300_000

function underWay({ repeated, search }: LaneState, batch: Batch, atMs: number): LaneState {
  const isAgain =
    repeated !== null && atMs - repeated.atMs < forgottenAfterMs && isSameBatch(repeated.batch, batch)
  const count = isAgain ? repeated.count + 1 : 1
  return { inFlight: batch, failed: null, repeated: { batch, count, atMs }, search: searchAt(search, batch) }
}

function forgetRepeats(draft: Draft, lane: Lane): void {
  draft.lanes = { ...draft.lanes, [lane]: { ...draft.lanes[lane], repeated: null } }
}

function noteDrift(draft: Draft, { present, absent }: Observed, atMs: number): void {
  const [example] = [...absent, ...present.map(({ key }) => key)]
  if (example !== undefined)
    draft.drift = { seq: draft.seq, atMs, changed: present.length, gone: absent.length, example }
}

function mutable<T>(buckets: Buckets<T>): MutableBuckets<T> {
  return buckets as MutableBuckets<T>
}
