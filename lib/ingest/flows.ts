import { rowNamed } from '../model/named.js'
import { type Collection, entriesOf, lookup, none } from '../model/collection.js'
import type { Claim } from '../model/claim.js'
import type { ClaimUpdate, Event, LearnedUpdate } from '../model/event.js'
import { type Flow, type FlowKey, flowKey, isAddress, isSameFlow, parseFlow, tableOf } from '../model/flow.js'
import { isLearnedCookie, isOwnCookie, learnedKey } from '../model/identity.js'
import { claim4 } from '../pipeline/rules/claims.js'
import { learnedMac } from '../pipeline/rules/learning.js'
import { heard } from '../pipeline/rules/source.js'
import type { State } from '../model/state.js'
import { claimDifferences, claimIn } from './claims.js'
import type { FlowCount } from '../daemon/statistics.js'

/** The flow tables of a bridge, sorted by owner. */
export interface Observation {
  readonly own: ReadonlyMap<string, Flow>
  readonly learned: ReadonlyMap<string, number>
  /** By `claimKey`. */
  readonly claims: ReadonlyMap<string, Claim>
  readonly foreign: readonly Flow[]
}

/** What `ovs-ofctl dump-flows` prints as the daemon asks for it, sorted. */
export function observe(dump: string): Observation {
  return byOwner(flowsIn(dump))
}

function* flowsIn(dump: string): Generator<Flow> {
  for (const line of dump.split('\n')) {
    const flow = parseFlow(line)
    if (flow !== undefined) yield flow
  }
}

/** Flows of one bridge in our form, sorted. One that has our cookie, but could not be deleted alone, is left to others. */
export function byOwner(flows: Iterable<Flow>): Observation {
  const own = new Map<string, Flow>()
  const learned = new Map<string, number>()
  const claims = new Map<string, Claim>()
  const foreign: Flow[] = []
  for (const flow of flows) {
    if (isOwnCookie(flow.cookie) && isAddress(flow.key)) own.set(flow.key, flow)
    else if (!isLearnedCookie(flow.cookie)) foreign.push(flow)
    else if (tableOf(flow.key) === claim4.table) noteClaim(claims, flow)
    else noteLearned(learned, flow)
  }
  return { own, learned, claims, foreign }
}

/** The flows are as they are thought to be. */
export const nothingObserved: Event = {
  type: 'FlowsObserved',
  isDrift: false,
  present: [],
  absent: [],
  foreign: null,
}

/** How an observation differs from what the state holds, as events; the second one only if it says anything. */
export function observed(state: State, { own, learned, claims, foreign: all }: Observation): Event[] {
  const foreign = isSecure(state) ? all : all.filter((flow) => !isDefault(flow))
  const known: Collection<Flow> = state.flows ?? none
  const present = [...own.values()].filter((flow) => !isKnown(flow, known))
  const absent = [...entriesOf(known)].map(([key]) => key).filter((key) => !own.has(key))
  const isForeignSame = JSON.stringify(foreign) === JSON.stringify(state.foreign)
  const updates = learnedDifferences(state.learned ?? none, learned)
  const isDrift = state.knowledge.flows === 'current' || state.isDoubted
  const isNothing =
    state.knowledge.flows === 'current' && present.length + absent.length === 0 && isForeignSame
  return [
    ...(isNothing
      ? []
      : [
          {
            type: 'FlowsObserved',
            isDrift,
            present,
            absent,
            foreign: isForeignSame ? null : foreign,
          } as const,
        ]),
    ...(updates.length === 0 && state.learned !== null
      ? []
      : [{ type: 'MacsLearned', isCatchUp: true, updates } as const]),
    ...claimed(claimDifferences(state.claims ?? none, claims)),
  ]
}

/** None where nothing is new. */
export function claimed(updates: readonly ClaimUpdate[]): Event[] {
  return updates.length === 0 ? [] : [{ type: 'AddressesClaimed', updates }]
}

interface LearnedChange {
  readonly isGone: boolean
  readonly match: string
  readonly cookie: string
  readonly actions: string
}

/** A learned MAC that came, moved or went, as the flow monitor tells it. */
export function learnedUpdate({ isGone, match, cookie, actions }: LearnedChange): LearnedUpdate | undefined {
  // all that is learned has one priority
  const key = flowKey(learnedMac.table, learnedMac.priorities[0] ?? 0, match)
  const learned = learnedBy({ key, cookie, actions })
  return learned !== undefined && isGone ? { key: learned.key, binding: null } : learned
}

/** A note ends that a MAC was heard from a tunnel, and not here. */
export function movedUpdate({ isGone, match, cookie, actions }: LearnedChange): LearnedUpdate | undefined {
  const key = flowKey(heard.table, heard.priorities[0] ?? 0, match)
  const note = isGone ? heard.read({ key, cookie, actions }) : null
  if (note === null || note.isHere) return undefined
  return { key: learnedKey(note.metadata, note.mac), binding: null, hasMoved: true }
}

/** Without the updates that say what the state holds already. */
export function news(state: State, updates: readonly LearnedUpdate[]): LearnedUpdate[] {
  const last = new Map(updates.map((update) => [update.key, update]))
  return [...last.values()].filter(
    ({ key, binding }) =>
      (state.learned === null ? undefined : lookup(state.learned, key)) !== (binding ?? undefined),
  )
}

const counted = /^ (cookie=0x[0-9a-f]+), duration=[\d.]+s, (table=\d+), n_packets=(\d+), n_bytes=(\d+), (.*)$/

/** OVSDB's integers have 63 bits and a sign; OpenFlow says by more that it does not know. */
const countable = 2 ** 63

/** What a flow has counted, from a line of flow statistics; undefined for any other line. */
export function countFrom(line: string): readonly [FlowKey, FlowCount] | undefined {
  const [, cookie, table, packets, bytes, rest] = counted.exec(line) ?? []
  const flow = rest === undefined ? undefined : parseFlow(` ${cookie}, ${table}, ${rest}`)
  const count = { packets: Number(packets), bytes: Number(bytes) }
  return flow && count.packets < countable && count.bytes < countable ? [flow.key, count] : undefined
}

function noteLearned(learned: Map<string, number>, flow: Flow): void {
  const one = learnedBy(flow)
  if (one !== undefined) learned.set(one.key, one.binding)
}

function noteClaim(claims: Map<string, Claim>, flow: Flow): void {
  const one = claimIn(flow)
  if (one?.claim) claims.set(one.key, one.claim)
}

function learnedBy(flow: Flow): { key: string; binding: number } | undefined {
  const learned = learnedMac.read(flow)
  return learned === null
    ? undefined
    : { key: learnedKey(learned.metadata, learned.mac), binding: learned.binding }
}

function learnedDifferences(
  known: Collection<number>,
  learned: ReadonlyMap<string, number>,
): LearnedUpdate[] {
  const changed = [...learned].filter(([key, binding]) => lookup(known, key) !== binding)
  const gone = [...entriesOf(known)].filter(([key]) => !learned.has(key))
  return [
    ...changed.map(([key, binding]) => ({ key, binding })),
    ...gone.map(([key]) => ({ key, binding: null })),
  ]
}

function isKnown(flow: Flow, known: Collection<Flow>): boolean {
  const same = lookup(known, flow.key)
  return same !== undefined && isSameFlow(flow, same)
}

/** A bridge that fails closed has only the flows that somebody gave it. */
function isSecure({ ovs, settings }: State): boolean {
  return rowNamed(ovs?.Bridge, settings?.physicalSwitch)?.row.fail_mode === 'secure'
}

/** The flow every new bridge begins with; ours replaces it, and a standalone bridge makes it anew. */
function isDefault(flow: Flow): boolean {
  return flow.key === 'table=0,priority=0' && flow.actions === 'NORMAL' && flow.cookie === '0x0'
}
