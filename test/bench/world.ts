import {
  insert,
  locator,
  map,
  mutate,
  named,
  type Reference,
  set,
  update,
  uuid,
  where,
} from '../support/operations.js'
import type { ControllerSession } from '../support/controller-session.js'

/** How much a controller has written: MACs spread evenly over logical switches, each reached by four remote VTEPs. */
export interface Size {
  readonly macs: number
  readonly switches: number
  readonly remotes: number
}

/** 25 MACs a switch, up to the 4,000 switches and 1,024 remote VTEPs of the largest worlds. */
export function sizeOf(macs: number): Size {
  return {
    macs,
    switches: Math.min(4_000, Math.ceil(macs / 25)),
    remotes: Math.min(1_024, Math.ceil(macs / 100)),
  }
}

/** What the rest of a benchmark refers to. */
export interface World extends Size {
  /** UUIDs by number of the switch and of the remote VTEP. */
  readonly switchUuids: readonly string[]
  readonly locatorUuids: readonly string[]
}

/** Bulk MACs, which no watch looks at. */
export const bulkMac = (n: number): string => mac('02:fe', n)
/** MACs whose flows are watched. */
export const watchedMac = (n: number): string => mac('02:fd', n)
/** MACs of stations behind our own ports. */
export const stationMac = (n: number): string => mac('02:fc', n)
/** What all MACs of `watchedMac` match, as ovs-fields(7) writes it. */
export const watchedMacs = '02:fd:00:00:00:00/ff:ff:00:00:00:00'

export const remoteIp = (n: number): string => `10.${64 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`

const remotesOfSwitch = 4

/** Which remote VTEP has MAC number `i` of switch `n`. */
function remoteOf({ remotes }: Size, n: number, i: number): number {
  return (n * remotesOfSwitch + (i % remotesOfSwitch)) % remotes
}

/**
 * Writes it all into a hardware_vtep with nothing but its Physical_Switch: VLAN n + 1 of port p0 is bound to switch
 * n, frames with unknown destination go to the VTEPs that have the switch's MACs.
 */
export async function fill(session: ControllerSession, size: Size): Promise<World> {
  const numbers = Array.from({ length: size.switches }, (_, n) => n)
  const vlans = numbers.map((n) => [n + 1, named(`ls${n}`)] as const)
  // nothing keeps a locator but those that refer to it, so all this is one transaction
  const results = await session.transact([
    ...Array.from({ length: size.remotes }, (_, n) => locator(remoteIp(n), `vtep${n}`)),
    ...numbers.map((n) => insert('Logical_Switch', { name: `ls${n}`, tunnel_key: 1_000 + n }, `ls${n}`)),
    insert('Physical_Port', { name: 'p0', vlan_bindings: map(vlans) }, 'p0'),
    insert('Physical_Port', { name: 'p1' }, 'p1'),
    mutate('Physical_Switch', [], ['ports', 'insert', set([named('p0'), named('p1')])]),
    ...numbers.flatMap((n) => flooding(size, n)),
  ])
  const uuids = results.map((result) => (result['uuid'] as readonly [string, string] | undefined)?.[1] ?? '')
  const locatorUuids = uuids.slice(0, size.remotes)
  const switchUuids = uuids.slice(size.remotes, size.remotes + size.switches)
  const rows = Array.from({ length: size.macs }, (_, i) => {
    const n = i % size.switches
    const remote = remoteOf(size, n, Math.floor(i / size.switches))
    return remoteMac(bulkMac(i), switchUuids[n] ?? '', uuid(locatorUuids[remote] ?? ''))
  })
  for (let at = 0; at < rows.length; at += rowsATransaction)
    await session.transact(rows.slice(at, at + rowsATransaction))
  return { ...size, switchUuids, locatorUuids }
}

const rowsATransaction = 50_000

function flooding(size: Size, n: number): readonly object[] {
  const remotes = Array.from({ length: remotesOfSwitch }, (_, i) => remoteOf(size, n, i))
  const members = [...new Set(remotes)].map((remote) => named(`vtep${remote}`))
  return [
    insert('Physical_Locator_Set', { locators: set(members) }, `set${n}`),
    insert('Mcast_Macs_Remote', {
      MAC: 'unknown-dst',
      logical_switch: named(`ls${n}`),
      locator_set: named(`set${n}`),
    }),
  ]
}

export function remoteMac(mac: string, switchUuid: string, place: Reference): object {
  return insert('Ucast_Macs_Remote', { MAC: mac, logical_switch: uuid(switchUuid), locator: place })
}

/** Gives port p1 the binding of `vlan` to `switchUuid`, or takes it away. */
export function bindOnP1(vlan: number, switchUuid: string | readonly string[], isBound = true): object {
  const reference = typeof switchUuid === 'string' ? uuid(switchUuid) : switchUuid
  const mutation = isBound
    ? ['vlan_bindings', 'insert', map([[vlan, reference]])]
    : ['vlan_bindings', 'delete', set([vlan])]
  return mutate('Physical_Port', where('name', 'p1'), mutation)
}

/** Another place for a MAC that is there. */
export function move(rowUuid: string, locatorUuid: string): object {
  return update('Ucast_Macs_Remote', where('_uuid', uuid(rowUuid)), { locator: uuid(locatorUuid) })
}

/** The UUIDs of all bulk MACs' rows. */
export async function rowsOfMacs(session: ControllerSession): Promise<readonly string[]> {
  const [result] = await session.transact([
    { op: 'select', table: 'Ucast_Macs_Remote', where: [], columns: ['_uuid', 'MAC'] },
  ])
  const rows = result?.['rows'] as readonly {
    readonly _uuid: readonly [string, string]
    readonly MAC: string
  }[]
  return rows.filter(({ MAC }) => MAC.startsWith('02:fe')).map(({ _uuid: [, text] }) => text)
}

function mac(prefix: string, n: number): string {
  return `${prefix}:${n.toString(16).padStart(8, '0').match(/../g)?.join(':') ?? ''}`
}
