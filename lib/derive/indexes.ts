import { parseAddress } from '../model/address.js'
import { entriesOf, lookup } from '../model/collection.js'
import { aclDigits } from '../model/identity.js'
import { unknownDestination } from '../model/mac.js'
import type { VtepTables } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import type { VtepRow, VtepTable } from '../schema/hardware-vtep.js'
import { addressKeyOf, isSameAddress } from './addresses.js'
import { Groups, Nested } from './groups.js'
import { isSameMac, type MacEntry, macKey, Macs } from './macs.js'

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
  /** A row comes into its place there, or leaves it. */
  readonly move: (how: 'add' | 'delete', uuid: Uuid, row: R) => void
  /** Whether two rows have the same place: then none need be moved. */
  readonly isSame: (before: R, after: R) => boolean
}

/** Which rows point at a row: what the tables cannot answer without being read through. */
export class Indexes {
  /** Ucast_Macs_Remote, and what is asked for because of them and of groups */
  readonly macs = new Macs()
  /** logical switch → Ucast_Macs_Remote */
  readonly macRows = new Groups()
  /** locator → logical switch → Ucast_Macs_Remote */
  readonly macRowsAt = new Nested()
  /** logical switch → Mcast_Macs_Remote */
  readonly groupRows = new Groups()
  /** locator set → logical switch → Mcast_Macs_Remote */
  readonly groupRowsAt = new Nested()
  /** locator → Physical_Locator_Set */
  readonly setsWith = new Groups()
  /** address → Physical_Locator */
  readonly locatorsAt = new Groups()
  /** locator → Tunnel */
  readonly tunnelsAt = new Groups()

  /** `macKey` → Mcast_Macs_Remote, those of unknown-dst left out */
  readonly rowsOfGroup = new Groups()
  /** `addressKey` → Ucast_Macs_Remote */
  readonly rowsOfAddress = new Groups()
  /** `keyAt` → Physical_Locator */
  readonly locatorsKeyed = new Groups()

  /** ACL → Physical_Port */
  readonly portsWithAcl = new Groups()
  /** ACL_entry → ACL */
  readonly aclsWith = new Groups()
  /** `aclDigits` → ACL */
  readonly aclsAlike = new Groups()

  readonly #standings: { readonly [T in VtepTable]?: readonly Standing<VtepRow<T>>[] } = {
    Ucast_Macs_Remote: [
      by(this.macRows, 'logical_switch'),
      byTwo(this.macRowsAt, 'locator', 'logical_switch'),
      under(this.rowsOfAddress, addressKeyOf, isSameAddress),
    ],
    Mcast_Macs_Remote: [
      by(this.groupRows, 'logical_switch'),
      byTwo(this.groupRowsAt, 'locator_set', 'logical_switch'),
      under(this.rowsOfGroup, (row) => (row.MAC === unknownDestination ? undefined : macKey(row)), isSameMac),
    ],
    Physical_Port: [
      underEach(
        this.portsWithAcl,
        ({ acl_bindings }) => acl_bindings.map(([, acl]) => acl),
        (before, after) => before.acl_bindings === after.acl_bindings,
      ),
    ],
    ACL: [
      underEach(
        this.aclsWith,
        ({ acl_entries }) => acl_entries,
        (before, after) => before.acl_entries === after.acl_entries,
      ),
      { move: (how, uuid) => this.aclsAlike[how](aclDigits(uuid), uuid), isSame: () => true },
    ],
    Tunnel: [
      underEach(
        this.tunnelsAt,
        ({ local, remote }) => [local, remote],
        (before, after) => before.local === after.local && before.remote === after.remote,
      ),
    ],
    Physical_Locator_Set: [
      underEach(
        this.setsWith,
        ({ locators }) => locators,
        (before, after) => before.locators === after.locators,
      ),
    ],
    Physical_Locator: [
      under(
        this.locatorsAt,
        ({ dst_ip }) => parseAddress(dst_ip) ?? dst_ip,
        (before, after) => before.dst_ip === after.dst_ip,
      ),
      under(
        this.locatorsKeyed,
        ({ dst_ip, tunnel_key }) => (tunnel_key === null ? undefined : keyAt(dst_ip, tunnel_key)),
        (before, after) => before.dst_ip === after.dst_ip && before.tunnel_key === after.tunnel_key,
      ),
    ],
  }

  constructor(tables: VtepTables) {
    for (const [uuid, row] of entriesOf(tables.Ucast_Macs_Remote)) this.macs.at(macKey(row)).set(uuid, row)
    for (const table of Object.keys(this.#standings) as VtepTable[]) {
      const standings = this.#standingsOf(table)
      for (const [uuid, row] of entriesOf<unknown>(tables[table]))
        for (const { move } of standings) move('add', uuid, row)
    }
    for (const key of this.rowsOfGroup.keys()) this.macs.at(key)
  }

  /** Whose rows changed goes to `touched`. */
  note({ table, uuid, before, after }: RowChange, touched: Set<MacEntry>): void {
    if (table === 'Ucast_Macs_Remote') this.macs.note(uuid, before, after, touched)
    for (const { move, isSame } of this.#standingsOf(table)) {
      // most changes leave most of a row as it is
      if (before !== undefined && after !== undefined && isSame(before, after)) continue
      if (before !== undefined) move('delete', uuid, before)
      if (after !== undefined) move('add', uuid, after)
    }
  }

  #standingsOf(table: VtepTable): readonly Standing<unknown>[] {
    return (this.#standings[table] ?? []) as readonly Standing<unknown>[]
  }

  /** The logical switches with remote rows at a locator: of its MACs, and of each set with it. */
  *switchesUsing(locator: Uuid): Generator<Uuid> {
    yield* this.macRowsAt.secondsOf(locator)
    for (const set of this.setsWith.of(locator)) yield* this.groupRowsAt.secondsOf(set)
  }

  /** Whether a logical switch has remote rows at a locator. */
  isUsing(logicalSwitch: Uuid, locator: Uuid): boolean {
    if (this.macRowsAt.hasSecond(locator, logicalSwitch)) return true
    for (const set of this.setsWith.of(locator))
      if (this.groupRowsAt.hasSecond(set, logicalSwitch)) return true
    return false
  }

  /** Whether one of them is among some. Asked for each VTEP that a MAC moved to or from. */
  isUsedBySome(locator: Uuid, switches: ReadonlyMap<Uuid, unknown>): boolean {
    for (const uuid of this.macRowsAt.secondsOf(locator)) if (switches.has(uuid)) return true
    for (const set of this.setsWith.of(locator))
      for (const uuid of this.groupRowsAt.secondsOf(set)) if (switches.has(uuid)) return true
    return false
  }

  /** A logical switch's remote MACs, groups included. */
  *macsOf(logicalSwitch: Uuid, tables: VtepTables): Generator<MacEntry> {
    for (const uuid of this.macRows.of(logicalSwitch)) {
      const row = lookup(tables.Ucast_Macs_Remote, uuid)
      if (row !== undefined) yield this.macs.at(macKey(row))
    }
    yield* this.groupsOf(logicalSwitch, tables)
  }

  /** Those of a logical switch's group rows. */
  *groupsOf(logicalSwitch: Uuid, tables: VtepTables): Generator<MacEntry> {
    for (const uuid of this.groupRows.of(logicalSwitch)) {
      const row = lookup(tables.Mcast_Macs_Remote, uuid)
      if (row !== undefined) yield this.macs.at(macKey(row))
    }
  }

  hasRemotes(logicalSwitch: Uuid): boolean {
    return this.macRows.has(logicalSwitch) || this.groupRows.has(logicalSwitch)
  }
}

/** Rows under what a column says. */
function by<K extends string>(index: Groups, column: K): Standing<Readonly<Record<K, string>>> {
  return {
    move: (how, uuid, row) => index[how](row[column], uuid),
    isSame: (before, after) => before[column] === after[column],
  }
}

/** Rows under what a column says, and there under what another does. */
function byTwo<K extends string, L extends string>(
  index: Nested,
  column: K,
  second: L,
): Standing<Readonly<Record<K | L, string>>> {
  return {
    move: (how, uuid, row) => index[how](row[column], row[second], uuid),
    isSame: (before, after) => before[column] === after[column] && before[second] === after[second],
  }
}

/** Rows under a key of theirs, those without one left out, which `isSame` for rows that agree on what it is made of. */
function under<R>(
  index: Groups,
  keyOf: (row: R) => string | undefined,
  isSame: (before: R, after: R) => boolean,
): Standing<R> {
  const move = (how: 'add' | 'delete', uuid: Uuid, row: R) => {
    const key = keyOf(row)
    if (key !== undefined) index[how](key, uuid)
  }
  return { move, isSame }
}

/** Rows under each of their keys. */
function underEach<R>(
  index: Groups,
  keysOf: (row: R) => readonly string[],
  isSame: (before: R, after: R) => boolean,
): Standing<R> {
  const move = (how: 'add' | 'delete', uuid: Uuid, row: R) => {
    for (const key of new Set(keysOf(row))) index[how](key, uuid)
  }
  return { move, isSame }
}

/** A VTEP and a tunnel_key of its own, however its address is spelled. */
export function keyAt(dst_ip: string, tunnel_key: number): string {
  return `${parseAddress(dst_ip) ?? dst_ip} ${tunnel_key}`
}
