import { parseAddress } from '../model/address.js'
import { lookup } from '../model/collection.js'
import type { Uuid } from '../model/uuid.js'
import type { LocatorRow, McastMacRow } from '../schema/hardware-vtep.js'
import { type MacEntry, macKey } from './macs.js'
import type { Rows } from './pieces/kind.js'

/** The Mcast_Macs_Remote rows that send to a locator set. */
export function* groupsAt(set: Uuid, { tables, indexes }: Rows): Generator<McastMacRow> {
  for (const group of indexes.groupRowsAt.of(set)) {
    const row = lookup(tables.Mcast_Macs_Remote, group)
    if (row !== undefined) yield row
  }
}

/** Those that send to a locator. */
export function* groupsToward(locator: Uuid, rows: Rows): Generator<McastMacRow> {
  for (const set of rows.indexes.setsWith.of(locator)) yield* groupsAt(set, rows)
}

/** All MACs whose frames go to a locator. */
export function* macsToward(locator: Uuid, rows: Rows): Generator<MacEntry> {
  const { tables, indexes } = rows
  for (const uuid of indexes.macRowsAt.of(locator)) {
    const row = lookup(tables.Ucast_Macs_Remote, uuid)
    if (row !== undefined) yield indexes.macs.at(macKey(row))
  }
  for (const row of groupsToward(locator, rows)) yield indexes.macs.at(macKey(row))
}

/** The locators that rows of a logical switch name. */
export function locatorsOf(logicalSwitch: Uuid, { tables, indexes }: Rows): ReadonlySet<Uuid> {
  const locators = new Set<Uuid>()
  for (const uuid of indexes.macRows.of(logicalSwitch))
    locators.add(lookup(tables.Ucast_Macs_Remote, uuid)?.locator ?? '')
  for (const uuid of indexes.groupRows.of(logicalSwitch))
    for (const locator of locatorsIn(lookup(tables.Mcast_Macs_Remote, uuid)?.locator_set ?? '', { tables }))
      locators.add(locator)
  return locators
}

export function locatorsIn(set: Uuid, { tables }: Pick<Rows, 'tables'>): readonly Uuid[] {
  return lookup(tables.Physical_Locator_Set, set)?.locators ?? []
}

/** A locator's address, however the row spells it. */
export function vtepAddressOf({ dst_ip }: LocatorRow): string {
  return parseAddress(dst_ip) ?? dst_ip
}

/** A row before and after a change, as far as it was and is there. */
export function present<T>({
  before,
  after,
}: {
  readonly before: T | undefined
  readonly after: T | undefined
}): T[] {
  return [before, after].filter((row) => row !== undefined)
}
