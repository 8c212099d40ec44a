import { entriesOf, none } from '../../lib/model/collection.js'
import { metadataOf } from '../../lib/model/identity.js'
import type { FakeDatabase } from './fake-database.js'
import type { Limits } from '../../lib/model/limits.js'
import { History } from './history.js'

/** A switch with ports p0 (OpenFlow port 1) and p1 (2), and a controller's hands in the database. */
export class World extends History {
  constructor(database?: FakeDatabase, limits?: Limits) {
    super(database, limits)
    for (const name of ['p0', 'p1'])
      this.record({ type: 'OvsUpdated', isCatchUp: false, updates: this.fakeSwitch.addPort(name) })
    this.work()
  }

  edit(change: Parameters<History['database']['edit']>[0]): void {
    this.record({ type: 'VtepUpdated', isCatchUp: false, updates: this.database.edit(change) })
  }

  insert(table: Parameters<History['database']['put']>[0], row: object): string {
    let uuid = ''
    this.edit(() => (uuid = this.database.put(table, row as never)))
    return uuid
  }

  bind(port: string, bindings: readonly (readonly [number, string])[]): void {
    this.edit((tables) => {
      for (const [uuid, row] of tables.Physical_Port)
        if (row['name'] === port) tables.Physical_Port.set(uuid, { ...row, vlan_bindings: bindings })
    })
  }

  change(table: Parameters<History['database']['put']>[0], uuid: string, columns: object): void {
    this.edit((tables) => tables[table].set(uuid, { ...tables[table].get(uuid), ...columns }))
  }

  /** Inserts a MAC or an unknown-dst row, with locators of its own where there are none. */
  remote(MAC: string, logical_switch: string, ...addresses: readonly string[]): string {
    let uuid = ''
    this.edit((tables) => {
      const locators = addresses
        .map((dst_ip) => {
          const known = [...tables.Physical_Locator].find(
            ([, row]) => row['dst_ip'] === dst_ip && row['tunnel_key'] === null,
          )
          return known?.[0] ?? this.database.put('Physical_Locator', { dst_ip })
        })
        .sort()
      if (MAC !== 'unknown-dst')
        uuid = this.database.put('Ucast_Macs_Remote', { MAC, logical_switch, locator: locators[0] })
      else {
        const locator_set = this.database.put('Physical_Locator_Set', { locators })
        uuid = this.database.put('Mcast_Macs_Remote', { MAC, logical_switch, locator_set })
      }
    })
    return uuid
  }

  /** Inserts a Mcast_Macs_Remote row. */
  group(MAC: string, logical_switch: string, ...addresses: readonly string[]): void {
    this.edit(() => {
      const locators = addresses.map((dst_ip) => this.database.put('Physical_Locator', { dst_ip })).sort()
      const locator_set = this.database.put('Physical_Locator_Set', { locators })
      this.database.put('Mcast_Macs_Remote', { MAC, logical_switch, locator_set })
    })
  }

  /** Inserts a Ucast_Macs_Remote row at a locator with a tunnel_key. */
  keyed(MAC: string, logical_switch: string, dst_ip: string, tunnel_key: number): void {
    this.edit((tables) => {
      const known = [...tables.Physical_Locator].find(([, row]) => row['tunnel_key'] === tunnel_key)
      const locator = known?.[0] ?? this.database.put('Physical_Locator', { dst_ip, tunnel_key })
      this.database.put('Ucast_Macs_Remote', { MAC, logical_switch, locator })
    })
  }

  /** Removes all bindings of a logical switch. */
  unbind(logicalSwitch: string): void {
    this.edit((tables) => {
      for (const [uuid, row] of tables.Physical_Port) {
        const bindings = row['vlan_bindings'] as readonly (readonly [number, string])[]
        tables.Physical_Port.set(uuid, {
          ...row,
          vlan_bindings: bindings.filter(([, to]) => to !== logicalSwitch),
        })
      }
    })
  }

  /** Desired flows of some tables, by key. */
  flows(...tables: readonly number[]): Record<string, string> {
    const flows = [...entriesOf(this.core.derived()?.desired.flows ?? none)]
    return Object.fromEntries(
      flows
        .filter(([key]) => tables.includes(Number(/^table=(\d+)/.exec(key)?.[1])))
        .map(([key, { actions }]): [string, string] => [key, actions])
        .sort(),
    )
  }

  problems(): string[] {
    const problems = this.core.derived()?.desired.problems ?? none
    return [...entriesOf(problems)].flatMap(([, list]) => list).map(({ reason }) => reason)
  }

  reports(): string[] {
    return [...entriesOf(this.core.derived()?.desired.reports ?? none)].map(([key]) => key).sort()
  }
}

/** With one logical switch, VNI 33: p0 untagged (binding 0x10000) and p1 VLAN 10 (0x2000a). */
export function bound(limits?: Limits): { world: World; ls: string; metadata: string } {
  const world = new World(undefined, limits)
  const ls = world.insert('Logical_Switch', { name: 'ls0', tunnel_key: 33 })
  world.bind('p0', [[0, ls]])
  world.bind('p1', [[10, ls]])
  return { world, ls, metadata: metadataOf(ls) }
}
