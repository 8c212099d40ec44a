import type { VtepRowUpdate } from '../../lib/model/event.js'
import type { VtepTable } from '../../lib/schema/hardware-vtep.js'
import { bound } from '../support/small-world.js'

/** What one row more costs at the beginning and at the end of `count`. */
export interface Growth {
  readonly name: string
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
}

/** Where the rows stand. */
interface Ground {
  readonly logicalSwitch: string
  /** Of a remote VTEP, and of ours. */
  readonly remote: string
  readonly own: string
  readonly physicalSwitch: readonly [string, Readonly<Record<string, unknown>>]
  readonly port: readonly [string, Readonly<Record<string, unknown>>]
}

type Next = (i: number) => VtepRowUpdate[]

const nothing = { bfd_config_local: [], bfd_config_remote: [], bfd_status: [] }
const emptyPort = { vlan_bindings: [], acl_bindings: [], vlan_stats: [], port_fault_status: [] }

let made = 0

function row(table: VtepTable, columns: object, uuid = newUuid()): VtepRowUpdate {
  return { table, uuid, row: columns } as never
}

function newUuid(): string {
  const digits = (++made).toString(16).padStart(12, '0')
  return `f0000000-0000-4000-8000-${digits}`
}

function locator(dst_ip: string, tunnel_key: number | null = null): VtepRowUpdate {
  return row('Physical_Locator', { encapsulation_type: 'vxlan_over_ipv4', dst_ip, tunnel_key })
}

function macOf(i: number): string {
  const octets = [24, 16, 8, 0].map((shift) => ((i >> shift) & 255).toString(16).padStart(2, '0'))
  return ['02', '00', ...octets].join(':')
}

function addressOf(i: number): string {
  return `10.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`
}

/** fd00::1, in as many spellings as there are numbers. */
function spelling(i: number): string {
  const words = ['fd00', '0', '0', '0', '0', '0', '0', '1']
  return words
    .map((word, at) => word.padStart(Math.min(4, word.length + ((i >> (2 * at)) & 3)), '0'))
    .join(':')
}

function remoteMac(i: number, logical_switch: string, at: string): VtepRowUpdate {
  return row('Ucast_Macs_Remote', { MAC: macOf(i), logical_switch, locator: at })
}

function logicalSwitch(i: number): VtepRowUpdate {
  return row('Logical_Switch', { name: `x${i}`, tunnel_key: i + 100, replication_mode: null })
}

/** Inputs of which many alike could cost more and more. */
const kinds: Readonly<Record<string, (ground: Ground) => Next>> = {
  'a MAC': (at) => (i) => [remoteMac(i, at.logicalSwitch, at.remote)],
  'another row for one MAC': (at) => () => [remoteMac(1, at.logicalSwitch, at.remote)],
  'another row with one bad MAC': (at) => () => [
    row('Ucast_Macs_Remote', { MAC: 'bad', logical_switch: at.logicalSwitch, locator: at.remote }),
  ],
  'a MAC behind a VTEP of its own': (at) => (i) => {
    const end = locator(addressOf(i))
    return [end, remoteMac(i, at.logicalSwitch, end.uuid)]
  },
  'a spelling of one VTEP': (at) => (i) => {
    const end = locator(spelling(i))
    return [end, remoteMac(i, at.logicalSwitch, end.uuid)]
  },
  'a spelling of one VTEP with a key': (at) => (i) => {
    const end = locator(spelling(i), 77)
    return [end, remoteMac(i, at.logicalSwitch, end.uuid)]
  },
  'a switch at a VTEP with a key': (at) => {
    const end = locator('10.9.9.9', 77)
    return (i) => {
      const other = logicalSwitch(i)
      return [end, other, remoteMac(i, other.uuid, end.uuid), remoteMac(i, at.logicalSwitch, end.uuid)]
    }
  },
  'a VLAN of one switch': (at) => {
    const vlan_bindings: unknown[] = []
    return (i) => {
      vlan_bindings.push([i, at.logicalSwitch])
      return [row('Physical_Port', { ...at.port[1], vlan_bindings: [...vlan_bindings] }, at.port[0])]
    }
  },
  'a VLAN with a switch of its own': (at) => {
    const vlan_bindings: unknown[] = []
    return (i) => {
      const other = logicalSwitch(i)
      vlan_bindings.push([i, other.uuid])
      return [other, row('Physical_Port', { ...at.port[1], vlan_bindings: [...vlan_bindings] }, at.port[0])]
    }
  },
  'a Tunnel row for one VTEP': (at) => listed(at, 'tunnels', () => [tunnel(at.own, at.remote)]),
  'a VTEP with BFD': (at) =>
    listed(at, 'tunnels', (i) => {
      const end = locator(addressOf(i))
      return [tunnel(at.own, end.uuid), end, remoteMac(i, at.logicalSwitch, end.uuid)]
    }),
  'a port of one name': (at) =>
    listed(at, 'ports', () => [row('Physical_Port', { name: 'same', ...emptyPort })]),
  'a bad tunnel IP': (at) => {
    const tunnel_ips = ['10.2.2.1']
    return (i) => {
      tunnel_ips.push(`bad ${i}`)
      return [
        row(
          'Physical_Switch',
          { ...at.physicalSwitch[1], tunnel_ips: [...tunnel_ips] },
          at.physicalSwitch[0],
        ),
      ]
    }
  },
  'a row for a group address': (at) => {
    const set = row('Physical_Locator_Set', { locators: [at.remote] })
    return (i) => [
      set,
      row('Mcast_Macs_Remote', {
        MAC: macOf(i).replace('02', '03'),
        logical_switch: at.logicalSwitch,
        locator_set: set.uuid,
      }),
    ]
  },
  'a row for unknown-dst': (at) => (i) => {
    const end = locator(addressOf(i))
    const set = row('Physical_Locator_Set', { locators: [end.uuid] })
    const columns = { MAC: 'unknown-dst', logical_switch: at.logicalSwitch, locator_set: set.uuid }
    return [end, set, row('Mcast_Macs_Remote', columns)]
  },
  'a router': () => (i) => [row('Logical_Router', { name: `r${i}` })],
}

function tunnel(local: string, remote: string): VtepRowUpdate {
  return row('Tunnel', { ...nothing, local, remote, bfd_params: [['enable', 'true']] })
}

/** The first of the rows is also listed by the switch. */
function listed({ physicalSwitch }: Ground, column: 'ports' | 'tunnels', rows: Next): Next {
  const list = [...(physicalSwitch[1][column] as readonly string[])]
  return (i) => {
    const updates = rows(i)
    list.push(updates[0]?.uuid ?? '')
    return [
      ...updates,
      row('Physical_Switch', { ...physicalSwitch[1], [column]: [...list] }, physicalSwitch[0]),
    ]
  }
}

/** Adds `count` rows of each kind, one at a time, each with what is derived from it. */
export function* growth(count = 1000): Generator<Growth> {
  for (const [name, kind] of Object.entries(kinds)) {
    const { world, ls } = bound()
    world.work()
    const [remote, own] = [locator('10.2.2.3'), locator('10.2.2.1')]
    world.record({ type: 'VtepUpdated', isCatchUp: false, updates: [remote, own] })
    const [physicalSwitch] = world.database.rows('Physical_Switch')
    const [port] = world.database.rows('Physical_Port')
    if (physicalSwitch === undefined || port === undefined) throw new Error('no world')
    const next = kind({ logicalSwitch: ls, remote: remote.uuid, own: own.uuid, physicalSwitch, port })
    const timesMs = Array.from({ length: count }, (_, i) => {
      const updates = next(i)
      const startedMs = performance.now()
      world.record({ type: 'VtepUpdated', isCatchUp: false, updates })
      world.core.derived()
      return performance.now() - startedMs
    })
    const part = Math.ceil(count / 5)
    yield { name, count, firstMs: meanOf(timesMs.slice(0, part)), lastMs: meanOf(timesMs.slice(-part)) }
  }
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}
