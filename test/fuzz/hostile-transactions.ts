import type { Column } from '../../lib/schema/column.js'
import type { Domain } from '../../lib/schema/domain.js'
import { vtepTables } from '../../lib/schema/hardware-vtep.js'
import type { Random } from '../support/differential/random.js'
import { HostileValues } from './hostile-values.js'

export type Operation = Readonly<Record<string, unknown>>

/** What the database holds, as far as transactions are made of it: UUIDs by table. */
export interface Held {
  uuids(table: string): readonly string[]
  /** The switch's own row, and its real ports. */
  readonly physicalSwitch: string
  readonly ports: readonly string[]
}

const roots = [
  'Logical_Switch',
  'Ucast_Macs_Remote',
  'Mcast_Macs_Remote',
  'Ucast_Macs_Local',
  'Logical_Router',
  'ACL',
  'ACL_entry',
]

/** Transactions of hostile rows that a real server may take: its schema refuses the others. */
export class HostileTransactions {
  readonly #random: Random
  readonly #values: HostileValues
  #names = 0

  constructor(random: Random) {
    this.#random = random
    this.#values = new HostileValues(random)
  }

  /** Operations that insert, change or delete some rows. */
  next(held: Held): readonly Operation[] {
    const makers = [
      () => this.#logicalSwitch(),
      () => this.#unicast('Ucast_Macs_Remote', held),
      () => this.#unicast('Ucast_Macs_Remote', held),
      () => this.#unicast('Ucast_Macs_Remote', held),
      () => this.#unicast('Ucast_Macs_Local', held),
      () => this.#group(held),
      () => this.#group(held),
      () => this.#port(held),
      () => this.#binding(held),
      () => this.#switchRow(held),
      () => this.#tunnel(held),
      () => [this.#insert('Logical_Router', { name: this.#unique() })],
      () => this.#acl(held),
      () => this.#acl(held),
      () => this.#change(held),
      () => this.#change(held),
      () => this.#deletion(held),
      () => this.#deletion(held),
    ]
    return this.#random.pick(makers)()
  }

  #logicalSwitch(): Operation[] {
    const random = this.#random
    const mode = random.pick(['service_node', 'source_node', null])
    const row = { name: this.#unique(), ...this.#key(), ...(mode === null ? {} : { replication_mode: mode }) }
    return [this.#insert('Logical_Switch', row)]
  }

  #unicast(table: string, held: Held): Operation[] {
    const [locator, made] = this.#locator(held)
    const logical_switch = this.#some('Logical_Switch', held)
    if (logical_switch === null) return this.#logicalSwitch()
    const ipaddr = this.#text()
    return [...made, this.#insert(table, { MAC: this.#mac(), logical_switch, locator, ipaddr })]
  }

  #group(held: Held): Operation[] {
    const logical_switch = this.#some('Logical_Switch', held)
    if (logical_switch === null) return this.#logicalSwitch()
    const ends = Array.from({ length: 1 + this.#random.int(4) }, () => this.#locator(held))
    const locators = ['set', [...new Map(ends.map(([end]) => [JSON.stringify(end), end])).values()]]
    const name = this.#name()
    const MAC = this.#random.chance(0.5) ? 'unknown-dst' : this.#mac()
    return [
      ...ends.flatMap(([, made]) => made),
      { ...this.#insert('Physical_Locator_Set', { locators }), 'uuid-name': name },
      this.#insert('Mcast_Macs_Remote', {
        MAC,
        logical_switch,
        locator_set: ['named-uuid', name],
        ipaddr: '',
      }),
    ]
  }

  #port(held: Held): Operation[] {
    const name = this.#name()
    const vlan_bindings = this.#bindings(held, this.#random.int(6))
    const called = this.#random.chance(0.3) ? `p${this.#random.int(3)}` : this.#text()
    return [
      { ...this.#insert('Physical_Port', { name: called, vlan_bindings }), 'uuid-name': name },
      mutation('Physical_Switch', held.physicalSwitch, ['ports', 'insert', ['named-uuid', name]]),
    ]
  }

  #binding(held: Held): Operation[] {
    const vlan_bindings = this.#bindings(held, this.#random.chance(0.02) ? 4000 : 1 + this.#random.int(4))
    const port = this.#random.pick(held.ports)
    return [mutation('Physical_Port', port, ['vlan_bindings', 'insert', vlan_bindings])]
  }

  /** Entries with values of whatever domain their columns have; never bound to where honest frames pass. */
  #acl(held: Held): Operation[] {
    const random = this.#random
    const entries = Array.from({ length: 1 + random.int(5) }, () => ({
      ...this.#insert('ACL_entry', this.#entry()),
      'uuid-name': this.#name(),
    }))
    const acl = this.#name()
    const vlan = 101 + random.int(3995)
    const acl_entries = ['set', entries.map((entry) => ['named-uuid', entry['uuid-name']])]
    return [
      ...entries,
      { ...this.#insert('ACL', { acl_name: this.#unique(), acl_entries }), 'uuid-name': acl },
      mutation('Physical_Port', random.pick(held.ports), [
        'acl_bindings',
        'insert',
        ['map', [[vlan, ['named-uuid', acl]]]],
      ]),
    ]
  }

  #entry(): object {
    const columns: readonly (readonly [string, Column])[] = Object.entries(vtepTables.ACL_entry)
    const row = columns.flatMap(([name, { shape, of }]) =>
      shape === 'set' || (shape === 'optional' && this.#random.chance(0.6)) ? [] : [[name, this.#atom(of)]],
    )
    return Object.fromEntries(row) as object
  }

  #atom({ means, words, most = 0 }: Domain): unknown {
    const values = this.#values
    const random = this.#random
    if (words !== undefined) return random.pick(words)
    if (means === 'mac') return this.#mac()
    if (means === 'IP address') return clean(values.ip())
    if (means === 'IP mask') return clean(values.ipMask())
    if (means === 'ethertype') return clean(values.ethertype())
    return random.chance(0.2) ? values.integer() : random.int(most + 1)
  }

  #switchRow({ physicalSwitch }: Held): Operation[] {
    const text = `bad ${this.#text()}`
    return [
      this.#random.chance(0.5)
        ? mutation('Physical_Switch', physicalSwitch, ['tunnel_ips', 'insert', ['set', [text]]])
        : {
            op: 'update',
            table: 'Physical_Switch',
            where: isRow(physicalSwitch),
            row: { description: text },
          },
    ]
  }

  #tunnel(held: Held): Operation[] {
    const [[local, a], [remote, b]] = [this.#locator(held), this.#locator(held)]
    const name = this.#name()
    const random = this.#random
    const pairs = (keys: readonly string[]): unknown => [
      'map',
      keys.map((key) => [key, clean(random.chance(0.5) ? this.#values.address() : this.#values.text())]),
    ]
    // each that is enabled is a port more, if its remote is in use
    const params = random.chance(0.05) ? ['map', [['enable', 'true']]] : pairs(['enable', 'min_rx', 'min_tx'])
    const row = {
      local,
      remote,
      bfd_params: params,
      bfd_config_local: pairs(['bfd_dst_mac', 'bfd_dst_ip']),
      bfd_config_remote: pairs(['bfd_dst_mac', 'bfd_dst_ip', this.#text()]),
    }
    return [
      ...a,
      ...b,
      { ...this.#insert('Tunnel', row), 'uuid-name': name },
      mutation('Physical_Switch', held.physicalSwitch, ['tunnels', 'insert', ['named-uuid', name]]),
    ]
  }

  #change(held: Held): Operation[] {
    const table = this.#random.pick([
      'Logical_Switch',
      'Ucast_Macs_Remote',
      'Mcast_Macs_Remote',
      'Physical_Locator',
    ])
    const uuids = held.uuids(table)
    if (uuids.length === 0) return this.#logicalSwitch()
    const key = this.#key()
    const row =
      table === 'Logical_Switch'
        ? this.#random.chance(0.5)
          ? { name: this.#unique() }
          : key
        : table === 'Physical_Locator'
          ? key
          : { MAC: this.#mac() }
    return [{ op: 'update', table, where: isRow(this.#random.pick(uuids)), row }]
  }

  #deletion(held: Held): Operation[] {
    const table = this.#random.pick(roots)
    const uuids = held.uuids(table)
    if (uuids.length === 0) return this.#logicalSwitch()
    return [{ op: 'delete', table, where: isRow(this.#random.pick(uuids)) }]
  }

  #bindings(held: Held, count: number): unknown {
    const vlans = Array.from({ length: count }, (_, i) => (count > 10 ? i + 1 : 1 + this.#random.int(4095)))
    const pairs = vlans.flatMap((vlan) => {
      const logicalSwitch = this.#some('Logical_Switch', held)
      return logicalSwitch === null || vlan === 100 ? [] : [[vlan, logicalSwitch]]
    })
    return ['map', [...new Map(pairs.map((pair) => [pair[0], pair])).values()]]
  }

  /** One that is there, or one that these operations make. */
  #locator(held: Held): readonly [unknown, readonly Operation[]] {
    const known = held.uuids('Physical_Locator')
    if (known.length > 0 && this.#random.chance(0.5)) return [['uuid', this.#random.pick(known)], []]
    const name = this.#name()
    const dst_ip = clean(this.#values.address())
    const row = {
      encapsulation_type: 'vxlan_over_ipv4',
      dst_ip,
      ...(this.#random.chance(0.8) ? {} : this.#key()),
    }
    return [['named-uuid', name], [{ ...this.#insert('Physical_Locator', row), 'uuid-name': name }]]
  }

  #key(): object {
    return this.#random.chance(0.1) ? { tunnel_key: ['set', []] } : { tunnel_key: this.#values.integer() }
  }

  #some(table: string, held: Held): readonly ['uuid', string] | null {
    const uuids = held.uuids(table)
    return uuids.length === 0 ? null : ['uuid', this.#random.pick(uuids)]
  }

  #mac(): string {
    return clean(this.#values.mac())
  }

  #text(): string {
    return clean(this.#values.text())
  }

  /** An index lets no name stand twice. */
  #unique(): string {
    return `${this.#text()}${this.#random.chance(0.9) ? ++this.#names : ''}`
  }

  #name(): string {
    return `n${++this.#names}`
  }

  #insert(table: string, row: object): Operation {
    return { op: 'insert', table, row }
  }
}

/** A server takes neither NUL nor half a character. */
function clean(text: string): string {
  return Buffer.from(text.replaceAll('\u0000', '\u0001')).toString()
}

function mutation(table: string, uuid: string, change: readonly unknown[]): Operation {
  return { op: 'mutate', table, where: isRow(uuid), mutations: [change] }
}

function isRow(uuid: string): unknown {
  return [['_uuid', '==', ['uuid', uuid]]]
}
