import { isGraded, prioritiesIn } from '../pipeline/rules.js'
import { claim4 } from '../pipeline/rules/claims.js'
import { learnedMac } from '../pipeline/rules/learning.js'
import { heard } from '../pipeline/rules/source.js'
import { type Batch, type FlowBatch, isFlushing } from '../model/batch.js'
import { type Collection, entriesOf, lookup } from '../model/collection.js'
import type { ClaimUpdate, Event, LearnedUpdate } from '../model/event.js'
import { type Flow, type FlowKey, flowKey, tableOf } from '../model/flow.js'
import { isLearnedCookie, isOwnCookie } from '../model/identity.js'
import type { State } from '../model/state.js'
import { claimNews, claimUpdate } from './claims.js'
import { claimed, learnedUpdate, movedUpdate, news } from './flows.js'

/** What the flow monitor says about one flow; it does not say the priority. */
export interface FlowChange {
  readonly isGone: boolean
  readonly table: number
  readonly match: string
  readonly cookie: string
  readonly actions: string
}

const monitored =
  /^ event=(ADDED|MODIFIED|DELETED)(?: reason=\w+)? table=(\d+)(?: \w+_timeout=\d+)*(?: cookie=(0x[0-9a-f]+|0))?(?: ((?!actions=)\S+))?(?: actions=(.*))?$/

/** Whether it is a flow of somebody else. */
export function isOthers({ cookie }: FlowChange): boolean {
  return !isOwnCookie(cookie) && !isLearnedCookie(cookie)
}

/** One line of `ovs-ofctl monitor`, which leaves out actions that are none; undefined where it is about no flow. */
export function changeFrom(line: string): FlowChange | undefined {
  const [, event, number, cookie = '0x0', match = '', actions = 'drop'] = monitored.exec(line.trimEnd()) ?? []
  if (event === undefined) return undefined
  return { isGone: event === 'DELETED', table: Number(number), match, cookie, actions }
}

/**
 * What changes that somebody made amount to. What a batch under way does is expected; what contradicts our
 * knowledge of the switch in a way that can't be told from here makes it doubted, so that it is looked at.
 */
export function changed(state: State, changes: readonly FlowChange[]): Event[] {
  const learned: LearnedUpdate[] = []
  const claims: ClaimUpdate[] = []
  const others: FlowChange[] = []
  for (const change of changes)
    if (isLearnedCookie(change.cookie)) {
      const claim = change.table === claim4.table ? claimUpdate(change) : undefined
      if (claim !== undefined) claims.push(claim)
      const update =
        change.table === learnedMac.table
          ? learnedUpdate(change)
          : change.table === heard.table
            ? movedUpdate(change)
            : undefined
      if (update !== undefined) learned.push(update)
    } else others.push(change)
  const updates = news(state, learned)
  return [
    ...drift(state, others),
    ...(updates.length === 0 ? [] : [{ type: 'MacsLearned', isCatchUp: false, updates } as const]),
    ...claimed(claimNews(state, claims)),
  ]
}

function drift({ knowledge, flows, lanes }: State, changes: readonly FlowChange[]): Event[] {
  if (knowledge.flows !== 'current' || flows === null) return []
  const { inFlight } = lanes.switch
  const bundle = bundleOf(inFlight)
  const effects = bundle === null ? nothing : effectsOf(bundle)
  const gone = new Set<FlowKey>()
  for (const change of changes) {
    // what most changes are
    if (isMadeBy(change, effects)) continue
    const installed = installedAt(change, flows)
    if (change.isGone && isFlushing(inFlight) && isThere(change, installed)) continue
    if (isExpected(change, installed, effects)) continue
    const isOurs = change.isGone && installed?.cookie === change.cookie
    if (!isOurs || inFlight !== null) return [{ type: 'FlowsDoubted', reason: inWords(change) }]
    gone.add(installed.key)
  }
  if (gone.size === 0) return []
  return [{ type: 'FlowsObserved', isDrift: true, present: [], absent: [...gone], foreign: null }]
}

function bundleOf(inFlight: Batch | null): FlowBatch | null {
  const bundle = inFlight?.kind === 'config' ? inFlight.restoration : inFlight
  return bundle?.kind === 'flows' ? bundle : null
}

/** What others have we know but roughly. */
function isThere({ cookie }: FlowChange, installed: Flow | undefined): boolean {
  return !isOwnCookie(cookie) || installed !== undefined
}

/** Also expected: that others come and go where we have nothing, and what we know already. */
function isExpected(change: FlowChange, installed: Flow | undefined, effects: Effects): boolean {
  // somebody is at a place of which we shall think that we know what is there
  if (isTouching(change, effects)) return false
  if (change.isGone) return installed?.cookie !== change.cookie && !isOwnCookie(change.cookie)
  if (installed === undefined) return !isOwnCookie(change.cookie)
  return installed.cookie === change.cookie && installed.actions === change.actions
}

function isMadeBy(change: FlowChange, { removed, added }: Effects): boolean {
  if ((change.isGone ? removed : added).size === 0) return false
  const place = placeOf(change.table, change.match)
  if (change.isGone) return removed.has(place)
  const flow = added.get(place)
  return flow?.cookie === change.cookie && flow.actions === change.actions
}

function isTouching({ table: number, match }: FlowChange, { removed, added }: Effects): boolean {
  const place = placeOf(number, match)
  return added.has(place) || removed.has(place)
}

/** What a bundle under way does, by `placeOf`. */
interface Effects {
  readonly removed: ReadonlySet<string>
  readonly added: ReadonlyMap<string, Flow>
}

const nothing: Effects = { removed: new Set(), added: new Map() }

const known = new WeakMap<FlowBatch, Effects>()

function effectsOf(batch: FlowBatch): Effects {
  const effects = known.get(batch) ?? {
    removed: new Set(batch.remove.map(({ key }) => placeIn(key))),
    added: new Map(batch.add.map((flow) => [placeIn(flow.key), flow])),
  }
  known.set(batch, effects)
  return effects
}

/** A flow's table and match, which tell it from all others of ours. */
function placeOf(number: number, match: string): string {
  return `${number},${match}`
}

const keyParts = /^table=(\d+),priority=\d+,?/

function placeIn(key: FlowKey): string {
  const [start = '', number] = keyParts.exec(key) ?? []
  return placeOf(Number(number), key.slice(start.length))
}

function installedAt({ table: number, match }: FlowChange, flows: Collection<Flow>): Flow | undefined {
  for (const priority of prioritiesIn(number)) {
    const flow = lookup(flows, flowKey(number, priority, match))
    if (flow !== undefined) return flow
  }
  return isGraded(number) ? gradedIn(flows).get(placeOf(number, match)) : undefined
}

/** Of the flows that were asked about last. */
let graded: { readonly flows: Collection<Flow>; readonly at: ReadonlyMap<string, Flow> } | null = null

/** Those that have priorities of their own, by `placeOf`. Made when somebody else changes one of them, which is seldom. */
function gradedIn(flows: Collection<Flow>): ReadonlyMap<string, Flow> {
  if (graded?.flows === flows) return graded.at
  const at = new Map<string, Flow>()
  for (const [key, flow] of entriesOf(flows)) if (isGraded(tableOf(key))) at.set(placeIn(key), flow)
  graded = { flows, at }
  return at
}

function inWords({ isGone, table: number, match, cookie, actions }: FlowChange): string {
  const what = `table=${number}${match === '' ? '' : `,${match}`} cookie=${cookie} actions=${actions.slice(0, 80)}`
  return `${isGone ? 'removed' : 'added or changed'} by another: ${what}`
}
