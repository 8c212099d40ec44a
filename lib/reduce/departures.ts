import { parseAddress } from '../model/address.js'
import type { FlowBatch } from '../model/batch.js'
import { amend, entriesOf, lookup, none, sizeOf } from '../model/collection.js'
import { type Departure, type Departures, noDepartures } from '../model/departure.js'
import type { Event, OvsRowUpdate, VtepRowUpdate } from '../model/event.js'
import { byMetadata, learnedKey, learnedKeyParts, metadataOf, ofportOf } from '../model/identity.js'
import { parseMac } from '../model/mac.js'
import type { OvsTables, State, VtepTables } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import { linksLost } from './links.js'
import { departureId } from '../pipeline/rules/learning.js'

/**
 * Who comes back so often within this time is let be: two hosts have one address, or two say where it is. As of MACs that
 * move in RFC 7432, 15.1.
 */
const mostReturns = 5
const returnsWithinMs = 180_000
/** So many are remembered at most. */
const mostRecent = 1000

type Known = Pick<State, 'learned' | 'departures'>

/**
 * What is learned after updates of hardware_vtep: a MAC that a new row, or a changed one, places elsewhere is no longer.
 * If its host talks here again it is learned anew. `tables`: after the updates.
 */
export function withoutDeparted(
  state: State,
  tables: VtepTables,
  updates: readonly VtepRowUpdate[],
  atMs: number,
): Known {
  const { settings, vtep, learned } = state
  // a history without a version of the pipeline was planned without departures
  const isAsked = settings?.pipeline !== undefined && vtep !== null
  if (!isAsked || learned === null || sizeOf(learned) === 0) return state
  return departed(
    state,
    updates.flatMap((update) => departureIn(update, state, tables) ?? []),
    atMs,
  )
}

/** What is learned after the switch said so. Only what it says by itself means that the host has talked again, or moved. */
export function withLearned(
  state: State,
  { updates, isCatchUp }: Extract<Event, { type: 'MacsLearned' }>,
  atMs: number,
): Known {
  const { learned, departures } = state
  const waiting = new Set(departures?.pending.map(keyOf))
  const news = isCatchUp ? updates.filter(({ key }) => !waiting.has(key)) : updates
  const said = news.filter(({ hasMoved }) => hasMoved !== true)
  const keys = new Set(said.map(({ key }) => key))
  const known: Known = {
    learned: amend(
      learned ?? none,
      said.map(({ key, binding }) => [key, binding ?? undefined]),
    ),
    ...(departures && { departures: without(departures, (one) => keys.has(keyOf(one))) }),
  }
  const moved = news.filter(({ hasMoved }) => hasMoved === true)
  if (moved.length === 0) return known
  const switches = byMetadata(state.vtep?.Logical_Switch)
  return departed(
    known,
    moved.flatMap(({ key }) => departureOf(key, known, switches) ?? []),
    atMs,
  )
}

/** What is learned when links went down: nothing behind them. */
export function withoutUnlinked(
  state: State,
  after: OvsTables,
  updates: readonly OvsRowUpdate[],
  atMs: number,
): Known {
  const { learned, vtep } = state
  if (learned === null || sizeOf(learned) === 0) return state
  const lost = linksLost(state, after, updates)
  if (lost.size === 0) return state
  const switches = byMetadata(vtep?.Logical_Switch)
  const behind = [...entriesOf(learned)].filter(([, binding]) => lost.has(ofportOf(binding)))
  return departed(
    state,
    behind.flatMap(([key]) => departureOf(key, state, switches) ?? []),
    atMs,
  )
}

/** `all` are learned no more, but for those that have come back too often. */
function departed(known: Known, all: readonly Departure[], atMs: number): Known {
  const { learned, departures = noDepartures } = known
  const recent = departures.recent.filter((one) => atMs - one.atMs < returnsWithinMs)
  const returns = countsOf(recent.map(({ key }) => key))
  const going = new Map(
    all
      .map((departure) => [keyOf(departure), departure] as const)
      .filter(([key]) => (returns.get(key) ?? 0) < mostReturns),
  )
  if (going.size === 0) return known
  const keys = [...going.keys()]
  return {
    learned: amend(
      learned ?? none,
      keys.map((key) => [key, undefined]),
    ),
    departures: {
      pending: [...departures.pending.filter((one) => !going.has(keyOf(one))), ...going.values()],
      recent: [...recent, ...keys.map((key) => ({ key, atMs }))].slice(-mostRecent),
    },
  }
}

function departureOf(
  key: string,
  { learned }: Known,
  switches: ReadonlyMap<string, Uuid>,
): Departure | undefined {
  const { metadata, mac } = learnedKeyParts(key)
  const binding = learned === null ? undefined : lookup(learned, key)
  const logicalSwitch = switches.get(metadata)
  return binding === undefined || logicalSwitch === undefined ? undefined : { logicalSwitch, mac, binding }
}

/** The MACs, by `learnedKey`, that came back so often that they are let be. */
export function contestedMacs({ recent }: Departures): ReadonlySet<string> {
  const counts = countsOf(recent.map(({ key }) => key))
  return new Set([...counts].filter(([, count]) => count >= mostReturns).map(([key]) => key))
}

/** Those that wait no more after a bundle was made. */
export function afterBundle(departures: Departures, { remove }: FlowBatch): Departures {
  const removed = new Set(remove.map(({ key }) => key))
  return without(departures, (one) => removed.has(departureId(one).key))
}

/** None waits any more: all flows are gone. */
export function afterFlush(departures: Departures): Departures {
  return without(departures, () => true)
}

function without(departures: Departures, isOver: (one: Departure) => boolean): Departures {
  const pending = departures.pending.filter((one) => !isOver(one))
  return pending.length === departures.pending.length ? departures : { ...departures, pending }
}

function departureIn(
  update: VtepRowUpdate,
  { vtep, learned, announcedAddresses }: State,
  tables: VtepTables,
): Departure | undefined {
  if (update.table !== 'Ucast_Macs_Remote' || update.row === null || vtep === null || learned === null)
    return undefined
  const { logical_switch: logicalSwitch, MAC, locator } = update.row
  const before = lookup(vtep.Ucast_Macs_Remote, update.uuid)
  const isSame = before?.MAC === MAC && before.logical_switch === logicalSwitch && before.locator === locator
  const mac = isSame ? undefined : parseMac(MAC)
  if (mac === undefined) return undefined
  const binding = lookup(learned, learnedKey(metadataOf(logicalSwitch), mac))
  const address = parseAddress(lookup(tables.Physical_Locator, locator)?.dst_ip ?? '')
  const isElsewhere = address !== undefined && !announcedAddresses.includes(address)
  return binding === undefined || !isElsewhere ? undefined : { logicalSwitch, mac, binding }
}

function keyOf({ logicalSwitch, mac }: Departure): string {
  return learnedKey(metadataOf(logicalSwitch), mac)
}

function countsOf(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
