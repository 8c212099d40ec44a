import { parseAddress } from '../model/address.js'
import { lookup } from '../model/buckets.js'
import { parseMac, unknownDestination } from '../model/mac.js'
import { localMacKey, reportKey, type ReportedRows } from '../model/report.js'
import type { VtepTables } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import type { McastMacRow, UcastMacRow } from '../model/vtep.js'
import type { View } from './view.js'

/** A row of ours, under the report that asks for it. */
export interface Reported {
  readonly key: string
  readonly value: string
}

/** Null for rows that announce somebody else's end point: they are not ours. */
export function reportedMac(row: UcastMacRow, tables: VtepTables, view: View): Reported | null {
  const value = ownAddress(row.locator, tables, view)
  return value === null ? null : { key: localMacKey(row.logical_switch, parseMac(row.MAC) ?? row.MAC), value }
}

/** Only `unknown-dst`, and only where every end point in the set is ours. */
export function reportedGroup(row: McastMacRow, tables: VtepTables, view: View): Reported | null {
  const locators = lookup(tables.Physical_Locator_Set, row.locator_set)?.locators ?? []
  const values = locators.map((locator) => ownAddress(locator, tables, view))
  if (row.MAC !== unknownDestination || values.length === 0 || values.includes(null)) return null
  const key = reportKey({ table: 'Mcast_Macs_Local', logicalSwitch: row.logical_switch, value: '' })
  return { key, value: values.join(' ') }
}

/** The ports that the database lists for our switch, and its description. */
export function reportedPorts(tables: VtepTables, view: View): Map<string, ReportedRows> {
  const rows = new Map<string, ReportedRows>()
  const physicalSwitch = view.physicalSwitch
  if (physicalSwitch === null) return rows
  for (const uuid of physicalSwitch.row.ports) {
    const name = lookup(tables.Physical_Port, uuid)?.name
    if (name === undefined) continue
    const key = reportKey({ table: 'Physical_Port', name, value: '' })
    rows.set(key, { uuids: [...(rows.get(key)?.uuids ?? []), uuid], value: '' })
  }
  rows.set('Physical_Switch', { uuids: [physicalSwitch.uuid], value: physicalSwitch.row.description })
  return rows
}

function ownAddress(locator: Uuid, tables: VtepTables, view: View): string | null {
  const address = parseAddress(lookup(tables.Physical_Locator, locator)?.dst_ip ?? '')
  return address !== undefined && view.ownAddresses.includes(address) ? address : null
}
