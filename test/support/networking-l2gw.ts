import { awaitServer, type ControllerSession, type Row } from './controller-session.js'
import {
  insert,
  locator,
  map,
  mutate,
  named,
  remove,
  update,
  uuid,
  where,
  type Reference,
} from './operations.js'
import type { Ovs, Owner } from './ovs.js'

/** A Neutron port on a hypervisor. */
export interface Vm {
  readonly mac: string
  readonly ip: string
  readonly host: string
}

/** What an l2-gateway-connection joins to a network. */
export interface Segment {
  readonly port: string
  readonly vlan: number
}

/**
 * OpenStack's L2 gateway agent, by its transactions: networking_l2gw's ovsdb_writer.py and ovsdb_monitor.py, as
 * a manager that the server dials. It writes no unknown-dst and reads none but ours.
 */
export interface L2gw extends ControllerSession {
  /** Everything about a connection in one transaction. */
  createConnection(network: Network, vms: readonly Vm[], segments: readonly Segment[]): Promise<void>
  portUp(network: Network, vm: Vm): Promise<void>
  /** The row keeps its UUID and gets another locator. */
  migrate(mac: string, host: string): Promise<void>
  portDown(network: Network, mac: string): Promise<void>
  /** The deletion of a connection: the bindings, then the MACs, then the switch when no gateway is left. */
  unbind(network: Network, segments: readonly Segment[]): Promise<void>
  deleteMacs(network: Network): Promise<void>
  deleteSwitch(network: Network): Promise<void>
}

export interface Network {
  readonly id: string
  readonly name: string
  readonly vni: number
}

const TABLES = [
  'Logical_Switch',
  'Physical_Switch',
  'Physical_Port',
  'Ucast_Macs_Local',
  'Ucast_Macs_Remote',
  'Physical_Locator',
  'Mcast_Macs_Local',
  'Physical_Locator_Set',
]
const COMMIT = { op: 'commit', durable: true }

export async function startL2gw(owner: Owner, ovs: Ovs): Promise<L2gw> {
  const everything = { select: { initial: true, insert: true, delete: true, modify: true } }
  const requests = Object.fromEntries(TABLES.map((table) => [table, [everything]]))
  const session = await awaitServer(owner, ovs, null, requests)
  const row = (table: string, column: string, value: string): Row | undefined =>
    session.rows(table).find(({ columns }) => columns[column] === value)
  const known = (table: string, column: string, value: string): string => {
    const found = row(table, column, value)
    if (found === undefined) throw new Error(`${table} has no ${value}`)
    return found.uuid
  }
  const commit = async (operations: readonly object[]): Promise<void> => {
    await session.transact([...operations, COMMIT])
    await session.told()
  }
  /** The locator of a host, and the operations that make it if it is not there. */
  const locatorOf = (host: string): { readonly reference: Reference; readonly made: readonly object[] } => {
    const found = row('Physical_Locator', 'dst_ip', host)
    if (found !== undefined) return { reference: uuid(found.uuid), made: [] }
    const name = `a${host.replaceAll('.', '')}`
    return { reference: named(name), made: [locator(host, name)] }
  }
  const macRow = ({ mac, ip }: Vm, at: Reference, logicalSwitch: Reference): object =>
    insert('Ucast_Macs_Remote', { MAC: mac, ipaddr: ip, locator: at, logical_switch: logicalSwitch })
  const switchOf = (network: Network): Reference => uuid(known('Logical_Switch', 'name', network.id))
  const changeBindings = (
    segments: readonly Segment[],
    mutator: 'insert' | 'delete',
    logicalSwitch: Reference,
  ): readonly object[] =>
    segments.map(({ port, vlan }) => {
      const mutation = ['vlan_bindings', mutator, map([[vlan, logicalSwitch]])]
      return mutate('Physical_Port', where('_uuid', uuid(known('Physical_Port', 'name', port))), mutation)
    })

  return {
    ...session,
    createConnection: async (network, vms, segments) => {
      const logicalSwitch = named('a1')
      const { id, name: description, vni } = network
      const operations = [insert('Logical_Switch', { description, name: id, tunnel_key: vni }, 'a1')]
      for (const host of new Set(vms.map((vm) => vm.host))) {
        const { reference, made } = locatorOf(host)
        const macs = vms.filter((vm) => vm.host === host)
        operations.push(...made, ...macs.map((vm) => macRow(vm, reference, logicalSwitch)))
      }
      await commit([...operations, ...changeBindings(segments, 'insert', logicalSwitch)])
    },
    portUp: async (network, vm) => {
      const { reference, made } = locatorOf(vm.host)
      await commit([...made, macRow(vm, reference, switchOf(network))])
    },
    migrate: async (mac, host) => {
      const { reference, made } = locatorOf(host)
      const which = where('_uuid', uuid(known('Ucast_Macs_Remote', 'MAC', mac)))
      await commit([...made, update('Ucast_Macs_Remote', which, { locator: reference })])
    },
    portDown: (network, mac) =>
      commit([
        remove('Ucast_Macs_Remote', [...where('MAC', mac), ...where('logical_switch', switchOf(network))]),
      ]),
    unbind: (network, segments) => commit(changeBindings(segments, 'delete', switchOf(network))),
    deleteMacs: async (network) => {
      const logicalSwitch = switchOf(network)
      const isOfNetwork = ({ columns }: Row): boolean =>
        JSON.stringify(columns.logical_switch) === JSON.stringify(logicalSwitch)
      const macs = session.rows('Ucast_Macs_Remote').filter(isOfNetwork)
      await commit(
        macs.map(({ columns }) =>
          remove('Ucast_Macs_Remote', [
            ...where('MAC', columns.MAC),
            ...where('logical_switch', logicalSwitch),
          ]),
        ),
      )
    },
    deleteSwitch: (network) => commit([remove('Logical_Switch', where('_uuid', switchOf(network)))]),
  }
}
