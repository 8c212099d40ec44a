import { parseAddress } from '../model/address.js'
import { entriesOf, lookup } from '../model/collection.js'
import { parseMac, unknownDestination } from '../model/mac.js'
import type { VtepTables } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import type { UcastMacRow, VtepRow, VtepTable } from '../model/vtep.js'
import { Groups, Tally } from './groups.js'

/** A row before and after; undefined: it was or is not there. */
export type RowChange = {
  [T in VtepTable]: {
    readonly table: T
    readonly uuid: Uuid
    readonly before: VtepRow<T> | undefined
    readonly after: VtepRow<T> | undefined
  }
}[VtepTable]

/** An index, the key in it, and the member there if that is not the row itself. */
type IndexKey = readonly [Pick<Groups, 'add' | 'delete'>, string, string?]

/** Which rows point at a row: what the tables cannot answer without being read through. */
export class Indexes {
  /** `macKey` → Ucast_Macs_Remote */
  readonly rowsOfMac = new Groups()
  /** logical switch → Ucast_Macs_Remote */
  readonly macRows = new Groups()
  /** locator → Ucast_Macs_Remote */
  readonly macRowsAt = new Groups()
  /** logical switch → Mcast_Macs_Remote */
  readonly groupRows = new Groups()
  /** locator set → Mcast_Macs_Remote */
  readonly groupRowsAt = new Groups()
  /** locator → Physical_Locator_Set */
  readonly setsWith = new Groups()
  /** address → Physical_Locator */
  readonly locatorsAt = new Groups()
  /** locator → Tunnel */
  readonly tunnelsAt = new Groups()

  /** `macKey` → Mcast_Macs_Remote, those of unknown-dst left out */
  readonly rowsOfGroup = new Groups()
  /** locator → logical switches with Ucast_Macs_Remote rows there */
  readonly switchesAt = new Tally()
  /** locator set → logical switches */
  readonly switchesAtSet = new Tally()
  /** `keyAt` → Physical_Locator */
  readonly locatorsKeyed = new Groups()

  /** Under which keys of which indexes a row stands, each but once. */
  readonly #keys: { readonly [T in VtepTable]?: (row: VtepRow<T>) => readonly IndexKey[] } = {
    Ucast_Macs_Remote: (row) => [
      [this.rowsOfMac, macKey(row)],
      [this.macRows, row.logical_switch],
      [this.macRowsAt, row.locator],
      [this.switchesAt, row.locator, row.logical_switch],
    ],
    Mcast_Macs_Remote: (row) => [
      [this.groupRows, row.logical_switch],
      [this.groupRowsAt, row.locator_set],
      [this.switchesAtSet, row.locator_set, row.logical_switch],
      ...(row.MAC === unknownDestination ? [] : [[this.rowsOfGroup, macKey(row)] as const]),
    ],
    Tunnel: ({ local, remote }) => [...new Set([local, remote])].map((end) => [this.tunnelsAt, end]),
    Physical_Locator_Set: ({ locators }) => [...new Set(locators)].map((locator) => [this.setsWith, locator]),
    Physical_Locator: ({ dst_ip, tunnel_key }) => [
      [this.locatorsAt, parseAddress(dst_ip) ?? dst_ip],
      ...(tunnel_key === null ? [] : [[this.locatorsKeyed, keyAt(dst_ip, tunnel_key)] as const]),
    ],
  }

  constructor(tables: VtepTables) {
    for (const table of Object.keys(this.#keys) as VtepTable[])
      for (const [uuid, row] of entriesOf<unknown>(tables[table]))
        for (const [index, key, member = uuid] of this.#keysOf(table, row)) index.add(key, member)
  }

  note({ table, uuid, before, after }: RowChange): void {
    const left = this.#keysOf(table, before)
    const entered = this.#keysOf(table, after)
    // most changes leave most of a row's keys as they are
    const hasStayed = (i: number) => isSameKey(left[i], entered[i])
    for (const [i, [index, key, member = uuid]] of left.entries())
      if (!hasStayed(i)) index.delete(key, member)
    for (const [i, [index, key, member = uuid]] of entered.entries())
      if (!hasStayed(i)) index.add(key, member)
  }

  #keysOf(table: VtepTable, row: unknown): readonly IndexKey[] {
    const keys = this.#keys[table] as ((row: unknown) => readonly IndexKey[]) | undefined
    return row === undefined ? [] : (keys?.(row) ?? [])
  }

  /** Whether a row of a remote table sends frames to `address`. */
  isInUse(address: string): boolean {
    for (const locator of this.locatorsAt.of(address)) {
      if (this.switchesAt.has(locator)) return true
      for (const set of this.setsWith.of(locator)) if (this.switchesAtSet.has(set)) return true
    }
    return false
  }

  /** The logical switches with remote rows at a locator. */
  *switchesUsing(locator: Uuid): Generator<Uuid> {
    yield* this.switchesAt.of(locator)
    for (const set of this.setsWith.of(locator)) yield* this.switchesAtSet.of(set)
  }

  /** The `macKey`s of a logical switch's remote MACs, groups included. */
  *macsOf(logicalSwitch: Uuid, tables: VtepTables): Generator<string> {
    for (const uuid of this.macRows.of(logicalSwitch)) {
      const row = lookup(tables.Ucast_Macs_Remote, uuid)
      if (row !== undefined) yield macKey(row)
    }
    yield* this.groupsOf(logicalSwitch, tables)
  }

  /** The `macKey`s of a logical switch's group rows. */
  *groupsOf(logicalSwitch: Uuid, tables: VtepTables): Generator<string> {
    for (const uuid of this.groupRows.of(logicalSwitch)) {
      const row = lookup(tables.Mcast_Macs_Remote, uuid)
      if (row !== undefined) yield macKey(row)
    }
  }

  hasRemotes(logicalSwitch: Uuid): boolean {
    return this.macRows.has(logicalSwitch) || this.groupRows.has(logicalSwitch)
  }
}

function isSameKey(one: IndexKey | undefined, other: IndexKey | undefined): boolean {
  return one?.[0] === other?.[0] && one?.[1] === other?.[1] && one?.[2] === other?.[2]
}

/** A VTEP and a tunnel_key of its own, however its address is spelled. */
export function keyAt(dst_ip: string, tunnel_key: number): string {
  return `${parseAddress(dst_ip) ?? dst_ip} ${tunnel_key}`
}

/** Rows for the same address of the same logical switch have one key, however they spell the address. */
export function macKey({ logical_switch, MAC }: Pick<UcastMacRow, 'logical_switch' | 'MAC'>): string {
  return [logical_switch, parseMac(MAC) ?? MAC].join('/')
}
