import type { Column } from '../../lib/schema/column.js'
import type { Domain } from '../../lib/schema/domain.js'
import { tableNamed } from '../../lib/schema/tables.js'
import { type VtepTable, vtepTables } from '../../lib/schema/hardware-vtep.js'
import type { Random } from '../support/differential/random.js'
import { HostileValues } from './hostile-values.js'

export type Row = Readonly<Record<string, unknown>>

/** A change of one row: what it is now; null: it goes. */
export interface Edit {
  readonly table: VtepTable
  readonly uuid: string
  readonly row: Row | null
}

/** What the edits are made among. */
export interface Ground {
  rows(table: VtepTable): ReadonlyMap<string, Row>
  /** Rows that edits may point at beside their own. */
  readonly shared: Readonly<Partial<Record<VtepTable, readonly string[]>>>
}

const tables = Object.keys(vtepTables) as VtepTable[]
const weights: readonly VtepTable[] = [
  ...tables,
  ...tables,
  ...Array.from({ length: 12 }, () => 'Ucast_Macs_Remote' as const),
  ...Array.from({ length: 6 }, () => 'Mcast_Macs_Remote' as const),
  ...Array.from({ length: 6 }, () => 'Physical_Locator' as const),
  ...Array.from({ length: 4 }, () => 'Physical_Locator_Set' as const),
  ...Array.from({ length: 4 }, () => 'Logical_Switch' as const),
]

const immutable = (table: VtepTable): readonly string[] => tableNamed(table)?.immutable ?? []

const bfdKeys = ['enable', 'min_rx', 'min_tx', 'decay_min_rx', 'bfd_dst_ip', 'bfd_dst_mac', 'cpath_down']

/** Rows of every table that we read with hostile values in every column. Their UUIDs are above all others. */
export class HostileRows {
  readonly values: HostileValues
  readonly #random: Random
  readonly #own = new Map<string, VtepTable>()
  #count = 0

  constructor(random: Random) {
    this.#random = random
    this.values = new HostileValues(random)
  }

  /** Which rows are there by these hands. */
  get own(): ReadonlyMap<string, VtepTable> {
    return this.#own
  }

  /** Some edits that come in one transaction. */
  edits(ground: Ground): Edit[] {
    const random = this.#random
    if (random.chance(0.01)) return [...this.#renameCycle(ground)]
    const edits = Array.from({ length: 1 + random.int(20) }, () => this.#edit(ground))
    const last = new Map(edits.map((edit) => [edit.uuid, edit]))
    for (const { uuid, table, row } of last.values())
      if (row === null) this.#own.delete(uuid)
      else this.#own.set(uuid, table)
    return [...last.values()]
  }

  #edit(ground: Ground): Edit {
    const random = this.#random
    const known = this.#own.size === 0 || random.chance(0.6) ? undefined : random.pick([...this.#own])
    if (known === undefined) {
      const table = random.pick(weights)
      return { table, uuid: this.#newUuid(), row: this.#row(table, ground) }
    }
    const [uuid, table] = known
    const row = ground.rows(table).get(uuid)
    if (row === undefined || table === 'Physical_Locator_Set' || random.chance(0.4))
      return { table, uuid, row: null }
    const name = random.pick(
      Object.keys(vtepTables[table]).filter((each) => !immutable(table).includes(each)),
    )
    const value = this.#value(table, name, ground)
    return { table, uuid, row: { ...row, [name]: value } }
  }

  #row(table: VtepTable, ground: Ground): Row {
    const names = Object.keys(vtepTables[table])
    return Object.fromEntries(names.map((name) => [name, this.#value(table, name, ground)]))
  }

  #value(table: VtepTable, name: string, ground: Ground): unknown {
    const column = (vtepTables[table] as Readonly<Record<string, Column>>)[name]
    if (column === undefined) throw new Error(`no column ${name}`)
    const random = this.#random
    const { shape, of, to = of } = column
    const count = random.chance(0.01) ? random.int(4097) : random.int(4)
    const some = (): unknown[] => Array.from({ length: count }, () => this.#atom(of, ground))
    // its index lets no second one be called as ours is
    if (table === 'Physical_Switch' && name === 'name') return `other ${this.values.text()}`
    if (name === 'replication_mode' && random.chance(0.7)) return random.pick(['service_node', 'source_node'])
    if (shape === 'one') return this.#atom(of, ground)
    if (shape === 'optional') return random.chance(0.3) ? null : this.#atom(of, ground)
    if (shape === 'set') return ascending([...new Set(some())], (atom) => atom)
    const pairs = some().map((key) => [key, this.#atom(to, ground, key)] as const)
    return ascending([...new Map(pairs)], ([key]) => key)
  }

  /** `key`: of the pair that it is the value of. */
  #atom({ means, table, most = 0, words = [] }: Domain, ground: Ground, key?: unknown): unknown {
    const { values } = this
    const random = this.#random
    switch (means) {
      case 'row':
        return this.#pointer(table ?? '', ground)
      case 'vlan':
        return values.vlan()
      case 'vni':
      case 'port number':
      case 'count':
        return values.integer()
      case 'mac':
        return random.chance(0.2) ? 'unknown-dst' : values.mac()
      case 'address':
        return values.address()
      case 'setting':
        return key === undefined ? this.#key() : this.#setting(key)
      case 'IP address':
        return values.ip()
      case 'IP prefix':
        return random.chance(0.2) ? values.ip() : `${values.ip()}/${random.int(40)}`
      case 'IP mask':
        return values.ipMask()
      case 'target':
        return `${random.pick(['tcp', 'ssl', 'ptcp', 'unix'])}:${values.address()}`
      case 'ethertype':
        return values.ethertype()
      case 'header field':
        return random.chance(0.1) ? values.integer() : random.int(most + 1)
      case 'keyword':
        return random.pick(words.length === 0 || random.chance(0.1) ? [values.text()] : words)
      case 'name':
      case 'text':
      case 'fault':
        return values.text()
    }
  }

  #key(): string {
    return this.#random.chance(0.8) ? this.#random.pick(bfdKeys) : this.values.text()
  }

  #setting(key: unknown): string {
    const { values } = this
    const random = this.#random
    if (key === 'enable' && random.chance(0.7)) return 'true'
    if (key === 'bfd_dst_ip') return values.address()
    if (key === 'bfd_dst_mac') return values.mac()
    return random.chance(0.5) ? String(values.integer()) : values.text()
  }

  /** One of ours, one that is shared, or one that is not there. */
  #pointer(name: string, ground: Ground): string {
    const random = this.#random
    if (!Object.hasOwn(vtepTables, name) || random.chance(0.05)) return this.#newUuid()
    const table = name as VtepTable
    const shared = ground.shared[table] ?? []
    const own = [...ground.rows(table).keys()].filter((uuid) => this.#own.has(uuid))
    const choice = [...own, ...shared]
    return choice.length === 0 ? this.#newUuid() : random.pick(choice)
  }

  /** Logical switches, or ports, that take each other's names. */
  *#renameCycle(ground: Ground): Generator<Edit> {
    const table = this.#random.pick(['Logical_Switch', 'Physical_Port'] as const)
    const rows = [...ground.rows(table)].filter(([uuid]) => this.#own.has(uuid))
    for (const [i, [uuid, row]] of rows.entries())
      yield { table, uuid, row: { ...row, name: rows[(i + 1) % rows.length]?.[1]['name'] } }
  }

  #newUuid(): string {
    const random = this.#random
    const word = (): string => random.int(65_536).toString(16).padStart(4, '0')
    const count = (++this.#count).toString(16).padStart(12, '0')
    // now and then two that begin alike, which is all that the switch sees of them
    return random.chance(0.1)
      ? `ffaaaaaa-aaaa-4aaa-8aaa-${count}`
      : `ff${word()}ee-${word()}-4aaa-8aaa-${count}`
  }
}

function ascending<T>(items: readonly T[], keyOf: (item: T) => unknown): T[] {
  return [...items].sort((a, b) => {
    const [x, y] = [keyOf(a) as string | number, keyOf(b) as string | number]
    return x < y ? -1 : x > y ? 1 : 0
  })
}
