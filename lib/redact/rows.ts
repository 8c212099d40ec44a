import { ownDescription } from '../derive/pieces/pipeline.js'
import type { Column, DatabaseDeclaration, TableDeclaration } from '../schema/column.js'
import { type Domain, textDomain } from '../schema/domain.js'
import type { RowUpdate } from '../model/event.js'
import { ovsTables } from '../schema/open-vswitch.js'
import { vtepTables } from '../schema/hardware-vtep.js'
import { sessionName, tunnelName } from '../derive/view/port-names.js'
import type { Pseudonyms } from './pseudonyms.js'
import { keyword, setting, target } from './settings.js'
import { parseIp } from '../model/acl/ip.js'
import { parseAddress } from '../model/address.js'
import { own } from '../model/own.js'
import { arpSourceMac, routerMac } from '../model/routing/virtual-mac.js'

const tables: DatabaseDeclaration = { ...vtepTables, ...ovsTables }

/** Rows with pseudonyms in them, in the order of the real ones: of what is first, the first stays first. */
export class RowRedaction {
  readonly #names: Pseudonyms
  /** Physical switches: names of ports are made from theirs. */
  readonly #switches = new Set<string>()

  constructor(names: Pseudonyms) {
    this.#names = names
  }

  physicalSwitch(name: string): string {
    this.#switches.add(name)
    return this.name(name)
  }

  update<U extends RowUpdate>({ table, uuid, row }: U): U {
    return { table, uuid: this.#names.uuid(uuid), row: row && this.row(table, row) } as U
  }

  /** `table` of hardware_vtep or Open_vSwitch; columns that are not declared are left out. */
  row<R extends object>(table: string, row: R): R {
    const columns: TableDeclaration = own<TableDeclaration>(tables, table) ?? {}
    const values = new Map(Object.entries(row))
    const made = new Map<string, unknown>()
    this.#noteDerived(table, values)
    // a port's name may be made from an address in the same row
    for (const name of Object.keys(columns).reverse()) {
      const column = own(columns, name)
      if (column !== undefined && values.has(name))
        made.set(name, this.#columnIn(values, column, values.get(name)))
    }
    return Object.fromEntries(
      [...values.keys()].filter((name) => made.has(name)).map((name) => [name, made.get(name)]),
    ) as R
  }

  /** MACs that follow from what is in a row follow from its pseudonym. */
  #noteDerived(table: string, row: ReadonlyMap<string, unknown>): void {
    const [name, addresses] = [row.get('name'), row.get('tunnel_ips')]
    if (table === 'Logical_Router' && typeof name === 'string')
      this.#names.macIs(routerMac(name), routerMac(this.name(name)))
    if (table === 'Physical_Switch' && Array.isArray(addresses))
      for (const address of addresses.map((one) => parseAddress(String(one))))
        if (address !== undefined)
          this.#names.macIs(arpSourceMac(address), arpSourceMac(this.#names.address(address)))
  }

  #columnIn(row: ReadonlyMap<string, unknown>, column: Column, value: unknown): unknown {
    const { under } = column.of
    if (under === undefined || typeof value !== 'string') return this.column(column, value)
    const mask = row.get(under)
    return this.#names.ip(value, typeof mask === 'string' ? mask : null)
  }

  /** A value of a column as the core holds it. */
  column(column: Column, value: unknown): unknown {
    if (value === null || value === undefined) return value
    const { shape, of, to } = column
    if (shape === 'one' || shape === 'optional') return this.#atom(of, value)
    const members = value as readonly unknown[]
    if (shape === 'set') return members.map((member) => this.#atom(of, member))
    const pairs = members as readonly (readonly [string, string])[]
    return of.means === 'setting'
      ? pairs.map((pair) => setting(this.#names, pair, (text) => this.name(text)))
      : pairs.map(([key, member]) => [
          this.#atom(of, key),
          to === undefined ? member : this.#atom(to, member),
        ])
  }

  /** A string in a column of `table`; one that is not declared is anybody's text. */
  string(table: string, column: string, value: string): unknown {
    const declared = own<TableDeclaration>(tables, table)
    return this.#atom((declared && own(declared, column)?.of) ?? textDomain, value)
  }

  #atom({ means, words }: Domain, value: unknown): unknown {
    const written = String(value)
    switch (means) {
      case 'row':
        return this.#names.uuid(written)
      case 'vni':
      case 'vlan':
      case 'port number':
      case 'count':
      case 'header field':
        return Number(value)
      case 'name':
        return this.name(written)
      case 'mac':
        return this.#names.mac(written)
      case 'address':
        return this.#names.address(written)
      case 'target':
        return target(this.#names, written)
      case 'IP address':
        return this.#names.ip(written, null)
      case 'IP prefix':
        return this.#names.routed(written)
      case 'IP mask':
        return parseIp(written) === undefined ? this.#names.text(written) : written
      case 'ethertype':
        return /^0x[0-9a-f]{1,4}$/i.test(written) ? written : this.#names.text(written)
      case 'text':
        return written === ownDescription ? written : this.#names.text(written)
      case 'keyword':
      case 'fault':
      case 'setting':
        return words?.includes(written) === true ? written : keyword(this.#names, written)
    }
  }

  /** Of a port, bridge or switch; names that we or the predecessor make of others are made of their pseudonyms. */
  name(text: string): string {
    const [, ofSwitch, ofLogical] = /^(.+)_vtep_ls(\d+)$/s.exec(text) ?? []
    if (ofSwitch !== undefined && this.#switches.has(ofSwitch))
      return `${this.#names.name(ofSwitch)}_vtep_ls${ofLogical}`
    const [, vlan, port, end] = /^(\d{4})-(.+)-([pl])$/s.exec(text) ?? []
    if (port !== undefined) return `${vlan}-${this.#names.name(port)}-${end}`
    if (text === 'vtep_bfd') return text
    return this.#ownPort(text) ?? this.#names.name(text)
  }

  #ownPort(text: string): string | null {
    if (!/^(vtep|bfd)-[0-9a-f]{8}$/.test(text)) return null
    for (const bridge of this.#switches) {
      for (let i = 0; i < mostTunnels; i++)
        if (tunnelName(bridge, i) === text) return tunnelName(this.#names.name(bridge), i)
      for (const remote of this.#names.addresses)
        if (sessionName(bridge, remote) === text)
          return sessionName(this.#names.name(bridge), this.#names.address(remote))
    }
    return null
  }
}

/** More ports of one switch than it has tunnel IPs. */
const mostTunnels = 64
