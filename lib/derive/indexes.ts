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

/** How rows of a table stand in an index. */
interface Standing<R> {
  readonly index: Pick<Groups, 'add' | 'delete'>
  /** Under which key, if any, or under which keys, each but once. */
  readonly under: (row: R) => string | readonly string[] | undefined
  /** What stands there if that is not the row itself. */
  readonly member?: (row: R) => string
  /** The columns that decide that: rows that agree on them need not be asked. */
  readonly columns: readonly (keyof R)[]
}

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

  readonly #standings: { readonly [T in VtepTable]?: readonly Standing<VtepRow<T>>[] } = {
    Ucast_Macs_Remote: [
      { index: this.rowsOfMac, under: macKey, columns: ['logical_switch', 'MAC'] },
      by(this.macRows, 'logical_switch'),
      by(this.macRowsAt, 'locator'),
      by(this.switchesAt, 'locator', 'logical_switch'),
    ],
    Mcast_Macs_Remote: [
      by(this.groupRows, 'logical_switch'),
      by(this.groupRowsAt, 'locator_set'),
      by(this.switchesAtSet, 'locator_set', 'logical_switch'),
      {
        index: this.rowsOfGroup,
        under: (row) => (row.MAC === unknownDestination ? undefined : macKey(row)),
        columns: ['logical_switch', 'MAC'],
      },
    ],
    Tunnel: [
      {
        index: this.tunnelsAt,
        under: ({ local, remote }) => [...new Set([local, remote])],
        columns: ['local', 'remote'],
      },
    ],
    Physical_Locator_Set: [
      { index: this.setsWith, under: ({ locators }) => [...new Set(locators)], columns: ['locators'] },
    ],
    Physical_Locator: [
      {
        index: this.locatorsAt,
        under: ({ dst_ip }) => parseAddress(dst_ip) ?? dst_ip,
        columns: ['dst_ip'],
      },
      {
        index: this.locatorsKeyed,
        under: ({ dst_ip, tunnel_key }) => (tunnel_key === null ? undefined : keyAt(dst_ip, tunnel_key)),
        columns: ['dst_ip', 'tunnel_key'],
      },
    ],
  }

  constructor(tables: VtepTables) {
    for (const table of Object.keys(this.#standings) as VtepTable[])
      for (const standing of this.#standingsOf(table))
        for (const [uuid, row] of entriesOf<unknown>(tables[table])) move('add', standing, uuid, row)
  }

  note({ table, uuid, before, after }: RowChange): void {
    for (const standing of this.#standingsOf(table)) {
      // most changes leave most of a row as it is
      if (before !== undefined && after !== undefined && agree(standing.columns, before, after)) continue
      if (before !== undefined) move('delete', standing, uuid, before)
      if (after !== undefined) move('add', standing, uuid, after)
    }
  }

  #standingsOf(table: VtepTable): readonly Standing<unknown>[] {
    return (this.#standings[table] ?? []) as readonly Standing<unknown>[]
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

function agree(columns: readonly string[], before: object, after: object): boolean {
  const [one, other] = [before, after] as Record<string, unknown>[]
  return columns.every((column) => one?.[column] === other?.[column])
}

/** Rows under what a column says; `member`: the column of what stands there if that is not the row itself. */
function by<K extends string, M extends string = never>(
  index: Standing<unknown>['index'],
  column: K,
  member?: M,
): Standing<Readonly<Record<K | M, string>>> {
  const under = (row: Readonly<Record<K, string>>) => row[column]
  if (member === undefined) return { index, under, columns: [column] }
  return { index, under, member: (row) => row[member], columns: [column, member] }
}

/** A row comes into its place in an index, or leaves it. */
function move<R>(how: 'add' | 'delete', { index, under, member }: Standing<R>, uuid: Uuid, row: R): void {
  const keys = under(row)
  if (typeof keys === 'string') index[how](keys, member?.(row) ?? uuid)
  else for (const key of keys ?? []) index[how](key, member?.(row) ?? uuid)
}

/** A VTEP and a tunnel_key of its own, however its address is spelled. */
export function keyAt(dst_ip: string, tunnel_key: number): string {
  return `${parseAddress(dst_ip) ?? dst_ip} ${tunnel_key}`
}

/** Rows for the same address of the same logical switch have one key, however they spell the address. */
export function macKey({ logical_switch, MAC }: Pick<UcastMacRow, 'logical_switch' | 'MAC'>): string {
  return [logical_switch, parseMac(MAC) ?? MAC].join('/')
}

/** Of a `macKey`. */
export function partsOf(key: string): { readonly logicalSwitch: string; readonly mac: string } {
  const at = key.indexOf('/')
  return { logicalSwitch: key.slice(0, at), mac: key.slice(at + 1) }
}
