import { dialServer, type ControllerSession, type Row } from './controller-session.js'
import {
  insert,
  locator,
  map,
  mutate,
  named,
  remove,
  set,
  update,
  uuid,
  where,
  type Reference,
} from './operations.js'
import type { Ovs, Owner } from './ovs.js'
import { until } from './until.js'

/** An ELAN: OpenDaylight's virtual network. */
export interface Elan {
  readonly name: string
  readonly segmentationId: number
}

/** A port's whole map of bindings. */
export type Bindings = readonly { readonly vlan: number; readonly elan: Elan }[]

/**
 * OpenDaylight's hwvtepsouthbound and its user elanmanager, by their transactions: what one refers to must have come
 * back from the database before the other is sent.
 */
export interface OpenDaylight extends ControllerSession {
  /** What it calls the node: the UUID of the Global row. */
  readonly nodeId: string
  createSwitch(elan: Elan): Promise<void>
  /** Every port of this name gets this map, on whichever physical switch. */
  bind(port: string, bindings: Bindings): Promise<void>
  /** `hosts` become the ELAN's replication targets, in a locator set of their own. */
  replicateTo(elan: Elan, hosts: readonly string[]): Promise<void>
  addMac(elan: Elan, mac: string, ip: string, host: string): Promise<void>
  /** A Tunnel row of its own from `tunnelIp` to `host`, listed at the physical switch; gives its UUID. */
  addTunnel(physicalSwitch: string, tunnelIp: string, host: string, columns: object): Promise<string>
  /** The remote rows, our local rows and the switch in one transaction; rejects when the server refuses. */
  deleteSwitch(elan: Elan): Promise<void>
  /** What it does then: the same rows, and the bindings in place of the switch. */
  stripSwitch(elan: Elan): Promise<void>
  /** And at last the switch alone. */
  deletePlainSwitch(elan: Elan): Promise<void>
}

/** Of all tables but Logical_Binding_Stats; of Manager all columns but `status`. */
const COLUMNS: Readonly<Record<string, readonly string[] | null>> = {
  Global: null,
  Manager: ['target', 'max_backoff', 'inactivity_probe', 'other_config', 'is_connected'],
  Physical_Switch: null,
  Physical_Port: null,
  Tunnel: null,
  Logical_Switch: null,
  Ucast_Macs_Local: null,
  Ucast_Macs_Remote: null,
  Mcast_Macs_Local: null,
  Mcast_Macs_Remote: null,
  Logical_Router: null,
  Arp_Sources_Local: null,
  Arp_Sources_Remote: null,
  Physical_Locator_Set: null,
  Physical_Locator: null,
  ACL: null,
  ACL_entry: null,
}
const MONITOR_ID = '1d0c1e3e-0a3e-4e55-8d6e-6a30b3b9f2a1'
const MAC_TABLES = ['Ucast_Macs_Remote', 'Ucast_Macs_Local', 'Mcast_Macs_Remote', 'Mcast_Macs_Local']

export async function startOpenDaylight(owner: Owner, ovs: Ovs): Promise<OpenDaylight> {
  const select = { initial: true, insert: true, delete: true, modify: true }
  const requests = Object.fromEntries(
    Object.entries(COLUMNS).map(([table, columns]) => [
      table,
      [columns === null ? { select } : { columns, select }],
    ]),
  )
  const session = await dialServer(owner, ovs, MONITOR_ID, requests)
  const row = (table: string, column: string, value: string): Row | undefined =>
    session.rows(table).find(({ columns }) => columns[column] === value)
  const known = (table: string, column: string, value: string): Row => {
    const found = row(table, column, value)
    if (found === undefined) throw new Error(`${table} has no ${value}`)
    return found
  }
  const switchOf = ({ name }: Elan): Reference => uuid(known('Logical_Switch', 'name', name).uuid)
  const commit = async (operations: readonly object[]): Promise<void> => {
    await session.transact(operations)
    await session.told()
  }
  const locatorsOf = (
    hosts: readonly string[],
  ): { readonly references: readonly Reference[]; readonly made: readonly object[] } => {
    const made: object[] = []
    const references = hosts.map((host, i) => {
      const found = row('Physical_Locator', 'dst_ip', host)
      if (found !== undefined) return uuid(found.uuid)
      made.push(locator(host, `PhysicalLocator_${i}`))
      return named(`PhysicalLocator_${i}`)
    })
    return { references, made }
  }
  const bindingsOf = ({ columns }: Row): readonly (readonly [number, Reference])[] =>
    (columns.vlan_bindings as readonly [string, readonly (readonly [number, Reference])[]])[1]
  const writeBindings = (port: unknown, bindings: readonly (readonly [number, Reference])[]): object =>
    update('Physical_Port', where('name', port), { name: port, vlan_bindings: map(bindings) })
  const removeMacs = (logicalSwitch: Reference): readonly object[] =>
    MAC_TABLES.map((table) => remove(table, where('logical_switch', logicalSwitch)))

  const [global] = session.rows('Global')
  if (global === undefined) throw new Error('the database has no Global row')
  return {
    ...session,
    nodeId: global.uuid,
    createSwitch: async ({ name, segmentationId }) => {
      const columns = { name, description: name, tunnel_key: segmentationId, replication_mode: 'source_node' }
      await session.transact([insert('Logical_Switch', columns, 'LogicalSwitch_1')])
      await until(`${name} has come back`, () => row('Logical_Switch', 'name', name) ?? null)
    },
    bind: (port, bindings) =>
      commit([
        writeBindings(
          port,
          bindings.map(({ vlan, elan }) => [vlan, switchOf(elan)]),
        ),
      ]),
    replicateTo: async (elan, hosts) => {
      const logicalSwitch = switchOf(elan)
      const { references, made } = locatorsOf(hosts)
      const operations = [
        ...made,
        insert('Physical_Locator_Set', { locators: set(references) }, 'PhysicalLocatorSet_1'),
      ]
      const columns = { locator_set: named('PhysicalLocatorSet_1'), logical_switch: logicalSwitch }
      const present = session
        .rows('Mcast_Macs_Remote')
        .find((mac) => JSON.stringify(mac.columns.logical_switch) === JSON.stringify(logicalSwitch))
      operations.push(
        present === undefined
          ? insert('Mcast_Macs_Remote', { MAC: 'unknown-dst', ...columns })
          : update('Mcast_Macs_Remote', where('_uuid', uuid(present.uuid)), columns),
      )
      await commit(operations)
    },
    addMac: async (elan, mac, ip, host) => {
      const { references, made } = locatorsOf([host])
      const columns = { MAC: mac, ipaddr: ip, locator: references[0], logical_switch: switchOf(elan) }
      await commit([...made, insert('Ucast_Macs_Remote', columns)])
    },
    addTunnel: async (physicalSwitch, tunnelIp, host, columns) => {
      const { references, made } = locatorsOf([tunnelIp, host])
      const [local, remote] = references
      const which = where('_uuid', uuid(known('Physical_Switch', 'name', physicalSwitch).uuid))
      const results = await session.transact([
        ...made,
        insert('Tunnel', { local, remote, ...columns }, 'Tunnel_1'),
        mutate('Physical_Switch', which, ['tunnels', 'insert', set([named('Tunnel_1')])]),
      ])
      await session.told()
      return (results[made.length]?.uuid as Reference)[1]
    },
    deleteSwitch: (elan) =>
      commit([...removeMacs(switchOf(elan)), remove('Logical_Switch', where('name', elan.name))]),
    stripSwitch: async (elan) => {
      const logicalSwitch = switchOf(elan)
      const isOther = ([, other]: readonly [number, Reference]): boolean => other[1] !== logicalSwitch[1]
      const stripped = session
        .rows('Physical_Port')
        .filter((port) => !bindingsOf(port).every(isOther))
        .map((port) => writeBindings(port.columns.name, bindingsOf(port).filter(isOther)))
      await commit([...removeMacs(logicalSwitch), ...stripped])
    },
    deletePlainSwitch: ({ name }) => commit([remove('Logical_Switch', where('name', name))]),
  }
}
