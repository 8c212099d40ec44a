import { changesText } from '../history/changes/change-words.js'
import type { Lane } from '../model/batch.js'
import { claimKeyParts } from '../model/claim.js'
import { aclDigits, cookieOf, learnedKeyParts, metadataOf, ofportOf, vlanOf } from '../model/identity.js'
import { type Collection, entriesOf, lookup } from '../model/collection.js'
import type { State } from '../model/state.js'
import { plainName } from './one-line.js'
import { isUuid, type Uuid } from '../model/uuid.js'
import { calledIn } from '../schema/tables.js'
import type { Mention } from '../history/mentions.js'

/** A row as it was last; `isGone`: it is there no more. */
export interface NamedRow {
  readonly table: string
  readonly row: object
  readonly isGone: boolean
}

/** Columns that names are made of, of whatever table. */
interface Naming {
  readonly name?: string
  readonly ofport?: number | null
  readonly ports?: readonly Uuid[]
  readonly interfaces?: readonly Uuid[]
  readonly MAC?: string
  readonly acl_name?: string
  readonly dst_ip?: string
  readonly sequence?: number
  readonly acl_bindings?: readonly (readonly [number, Uuid])[]
}

/** So many rows that are gone are remembered, those that went last. */
const mostGone = 20_000

/**
 * What rows, and the numbers in flows, are called; also those of rows that are gone. It begins with the rows of a
 * state, and is told the mentions of the history from there on, in their order.
 */
export class Names {
  readonly #tables: ReadonlyMap<string, Collection<object>>
  /** Tables whose rows in the state are not noted yet: who asks for few names does not pay for all. */
  readonly #unread: Set<string>
  readonly #heard = new Map<Uuid, NamedRow>()
  /** In the order in which they went. */
  readonly #gone = new Set<Uuid>()
  readonly #switches = new Map<string, Uuid>()
  /** Interfaces by OpenFlow port, of whatever bridge; and those of our own, as long as no row of them changes. */
  readonly #interfaces = new Map<number, Set<Uuid>>()
  readonly #routers = new Map<string, Uuid>()
  readonly #acls = new Map<string, Uuid>()
  readonly #aclEntries = new Map<string, Uuid>()
  readonly #portRows = new Set<Uuid>()
  readonly #physicalSwitches = new Set<Uuid>()
  readonly #bridges = new Set<Uuid>()
  #ports = new Map<number, string>()

  constructor({ vtep, ovs }: Pick<State, 'vtep' | 'ovs'>) {
    this.#tables = new Map(Object.entries({ ...vtep, ...ovs }))
    this.#unread = new Set(this.#tables.keys())
  }

  hear(mention: Mention): void {
    if (mention.what !== 'row') return
    const { table, key, value } = mention
    const row = value ?? this.row(key)?.row
    if (row === undefined) return
    this.#heard.set(key, { table, row, isGone: value === null })
    this.#read(table)
    this.#note(table, key, row)
    this.#gone.delete(key)
    if (value === null) this.#lose(key)
  }

  /** What went long ago is forgotten, so that a long history takes no more memory than a short one. */
  #lose(key: Uuid): void {
    this.#gone.add(key)
    if (this.#gone.size <= mostGone) return
    const [oldest = ''] = this.#gone
    this.#gone.delete(oldest)
    this.#heard.delete(oldest)
    this.#portRows.delete(oldest)
    this.#acls.delete(aclDigits(oldest))
    this.#aclEntries.delete(cookieOf(oldest))
  }

  row(uuid: Uuid): NamedRow | undefined {
    const heard = this.#heard.get(uuid)
    if (heard !== undefined) return heard
    for (const [table, rows] of this.#tables) {
      const row = lookup(rows, uuid)
      if (row !== undefined) return { table, row, isGone: false }
    }
    return undefined
  }

  /** A row as a person would call it within its table: its name, its MAC and logical switch, its end points. */
  of(uuid: Uuid): string {
    const known = this.row(uuid)
    if (known === undefined) return uuid.slice(0, 8)
    // each word that is from outside is made plain, not the words of ours around it
    const { name, MAC, dst_ip, acl_name, ...others } = known.row as Naming
    const words = Object.entries({ name, MAC, dst_ip, acl_name }).flatMap(([column, word]) =>
      word === undefined ? [] : [[column, plainName(word)] as const],
    )
    const row = { ...others, ...Object.fromEntries(words) }
    return calledIn(known.table, row, (other, table) => this.#in(table, other)) ?? uuid.slice(0, 8)
  }

  /** A value of a column as JSON, with rows called by their names. */
  value(value: unknown): string {
    return JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'string' && isUuid(part) && this.row(part) !== undefined ? this.of(part) : part,
    )
  }

  logicalSwitch(metadata: string): string {
    const uuid = this.logicalSwitchRow(metadata)
    return uuid === undefined ? `the logical switch ${metadata}` : this.of(uuid)
  }

  /** A router by its metadata. */
  router(metadata: string): string {
    this.#read('Logical_Router')
    const uuid = this.#routers.get(metadata)
    return uuid === undefined ? `the router ${metadata}` : `router ${this.of(uuid)}`
  }

  logicalSwitchRow(metadata: string): Uuid | undefined {
    this.#read('Logical_Switch')
    return this.#switches.get(metadata)
  }

  port(ofport: number): string {
    this.#read('Physical_Switch', 'Bridge', 'Interface')
    const known = this.#ports.get(ofport)
    if (known !== undefined) return known
    const all = [...(this.#interfaces.get(ofport) ?? [])]
    // other bridges have ports of the same numbers
    const own = this.#ownInterfaces()
    const uuid = all.find((one) => own.has(one)) ?? all.at(-1)
    const name = uuid === undefined ? `port ${ofport}` : this.of(uuid)
    this.#ports.set(ofport, name)
    return name
  }

  /** A binding: port and VLAN. */
  binding(number: number): string {
    const vlan = vlanOf(number)
    return `${this.port(ofportOf(number))} ${vlan === 0 ? 'untagged' : `VLAN ${vlan}`}`
  }

  /** An ACL by the digits that stand for it in flows. */
  acl(digits: string): string {
    this.#read('ACL')
    const uuid = this.#acls.get(digits)
    return uuid === undefined ? digits : this.of(uuid)
  }

  aclEntry(cookie: string): number | null {
    this.#read('ACL_entry')
    const uuid = this.#aclEntries.get(cookie)
    return (uuid === undefined ? undefined : (this.row(uuid)?.row as Naming | undefined)?.sequence) ?? null
  }

  /** The ports, with the VLAN where the ACL is for one. */
  aclPlaces(digits: string): string {
    this.#read('ACL', 'Physical_Port')
    const acl = this.#acls.get(digits)
    const places = [...this.#portRows].flatMap((uuid) => {
      const port = this.row(uuid)
      if (port === undefined || port.isGone) return []
      const bound = ((port.row as Naming).acl_bindings ?? []).filter(([, one]) => one === acl)
      return bound.map(([vlan]) => (vlan === 0 ? this.of(uuid) : `${this.of(uuid)} VLAN ${vlan}`))
    })
    return places.length === 0 ? 'no port' : places.sort().join(', ')
  }

  /** A learned MAC by its `learnedKey`. */
  learned(key: string): string {
    const { metadata, mac } = learnedKeyParts(key)
    return `${mac} in ${this.logicalSwitch(metadata)}`
  }

  /** An IP address that is claimed, by its `claimKey`. */
  claimed(key: string): string {
    const { metadata, address } = claimKeyParts(key)
    return `${address} in ${this.logicalSwitch(metadata)}`
  }

  /** Changes of a lane, by their keys as in Part. */
  changes(lane: Lane, keys: readonly string[]): string {
    return changesText(lane, keys, this)
  }

  /** Notes what the state has of these tables. */
  #read(...tables: readonly string[]): void {
    for (const table of tables) {
      const rows = this.#tables.get(table)
      if (rows === undefined || !this.#unread.delete(table)) continue
      for (const [key, row] of entriesOf(rows)) this.#note(table, key, row)
    }
  }

  #note(table: string, uuid: Uuid, row: object): void {
    const { ofport } = row as Naming
    if (table === 'Logical_Switch') this.#switches.set(metadataOf(uuid), uuid)
    if (table === 'Logical_Router') this.#routers.set(metadataOf(uuid), uuid)
    if (table === 'ACL') this.#acls.set(aclDigits(uuid), uuid)
    if (table === 'ACL_entry') this.#aclEntries.set(cookieOf(uuid), uuid)
    if (table === 'Physical_Port') this.#portRows.add(uuid)
    if (table === 'Physical_Switch') this.#physicalSwitches.add(uuid)
    if (table === 'Bridge') this.#bridges.add(uuid)
    if (table === 'Interface' && typeof ofport === 'number')
      this.#interfaces.set(ofport, (this.#interfaces.get(ofport) ?? new Set()).add(uuid))
    if (['Physical_Switch', 'Bridge', 'Port', 'Interface'].includes(table)) this.#ports = new Map()
  }

  /** Those of the bridges that are called as a physical switch is. */
  #ownInterfaces(): ReadonlySet<Uuid> {
    const row = (uuid: Uuid) => (this.row(uuid)?.row ?? {}) as Naming
    const names = new Set([...this.#physicalSwitches].map((uuid) => row(uuid).name))
    const bridges = [...this.#bridges].map(row).filter(({ name }) => name !== undefined && names.has(name))
    const ports = bridges.flatMap(({ ports = [] }) => ports)
    return new Set(ports.flatMap((uuid) => row(uuid).interfaces ?? []))
  }

  /** Only what a column may refer to is followed, so that no history, whoever wrote it, leads in a circle. */
  #in(table: string, uuid: Uuid): string {
    return this.row(uuid)?.table === table ? this.of(uuid) : uuid.slice(0, 8)
  }
}
