import { parseAddress } from '../model/address.js'
import { lookup } from '../model/collection.js'
import { parseMac, unknownDestination } from '../model/mac.js'
import { type FaultyRow, localMacValue, reportKey, type ReportedRows } from '../model/report.js'
import type { VtepTables } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import type { ArpSourceRow, McastMacRow, PhysicalPortRow, UcastMacRow } from '../schema/hardware-vtep.js'
import { isOurs, surplusOf, type KnownTunnel, tunnelValue } from './view/tunnels.js'
import type { PhysicalSwitch } from './view/end-points.js'
import type { View } from './view/view.js'

/** A row of ours, under the report that asks for it. */
export interface Reported {
  readonly key: string
  readonly value: string
  readonly endPoint?: string
}

/** Null for rows that announce somebody else's end point: they are not ours. */
export function reportedMac(row: UcastMacRow, tables: VtepTables, view: View): Reported | null {
  const endPoint = ownAddress(row.locator, tables, view)
  if (endPoint === null) return null
  const mac = parseMac(row.MAC) ?? row.MAC
  const key = reportKey({ table: 'Ucast_Macs_Local', logicalSwitch: row.logical_switch, mac })
  return { key, value: localMacValue(endPoint, row.ipaddr ?? ''), endPoint }
}

/** Null for rows of other VTEPs. */
export function reportedSource(row: ArpSourceRow, tables: VtepTables, view: View): Reported | null {
  const value = ownAddress(row.locator, tables, view)
  if (value === null) return null
  return { key: reportKey({ table: 'Arp_Sources_Local', mac: parseMac(row.src_mac) ?? row.src_mac }), value }
}

/** Only `unknown-dst`, and only where every end point in the set is ours. */
export function reportedGroup(row: McastMacRow, tables: VtepTables, view: View): Reported | null {
  const locators = lookup(tables.Physical_Locator_Set, row.locator_set)?.locators ?? []
  const values = locators.map((locator) => ownAddress(locator, tables, view))
  if (row.MAC !== unknownDestination || values.length === 0 || values.includes(null)) return null
  const key = reportKey({ table: 'Mcast_Macs_Local', logicalSwitch: row.logical_switch })
  return { key, value: values.join(' ') }
}

/** What the database lists for our switch, but for tunnels: ports, description, and the faults of all of them. */
export function reportedPorts(
  physicalSwitch: PhysicalSwitch | null,
  ports: VtepTables['Physical_Port'],
): ReadonlyMap<string, ReportedRows> {
  const rows = new Map<string, ReportedRows>()
  if (physicalSwitch === null) return rows
  const named = new Map<string, Uuid[]>()
  for (const uuid of physicalSwitch.row.ports) {
    const row = lookup(ports, uuid)
    if (row === undefined) continue
    noteFaults(rows, 'Physical_Port', uuid, row.port_fault_status)
    noteStatistics(rows, uuid, row)
    const { name } = row
    const key = reportKey({ table: 'Physical_Port', name })
    const uuids = named.get(key)
    if (uuids !== undefined) uuids.push(uuid)
    else named.set(key, [uuid])
  }
  for (const [key, uuids] of named) rows.set(key, { uuids, value: '' })
  noteFaults(rows, 'Physical_Switch', physicalSwitch.uuid, physicalSwitch.row.switch_fault_status)
  rows.set(reportKey({ table: 'Physical_Switch' }), {
    uuids: [physicalSwitch.uuid],
    value: physicalSwitch.row.description,
  })
  return rows
}

/** Its tunnels. */
export function reportedTunnels(tunnels: View['tunnels']): ReadonlyMap<string, ReportedRows> {
  return new Map(
    [...tunnels].map(([remote, those]) => [reportKey({ table: 'Tunnel', remote }), reportedTunnel(those)]),
  )
}

function reportedTunnel(tunnels: readonly KnownTunnel[]): ReportedRows {
  // where the controller's own rows begin is its business
  const localOf = (tunnel: KnownTunnel) => (isOurs(tunnel) ? tunnel.local : (tunnels[0]?.local ?? ''))
  const values = new Set(tunnels.map((tunnel) => tunnelValue(tunnel.row, localOf(tunnel))))
  const isOne = values.size === 1 && surplusOf(tunnels).length === 0
  return { uuids: tunnels.map(({ uuid }) => uuid), value: isOne ? ([...values][0] ?? '') : 'they differ' }
}

function noteStatistics(
  rows: Map<string, ReportedRows>,
  uuid: Uuid,
  { vlan_stats }: Pick<PhysicalPortRow, 'vlan_stats'>,
): void {
  const value = vlan_stats.map(([vlan]) => vlan).join(' ')
  if (value !== '') rows.set(reportKey({ table: 'vlan_stats', uuid }), { uuids: [uuid], value })
}

function noteFaults(
  rows: Map<string, ReportedRows>,
  row: FaultyRow,
  uuid: Uuid,
  faults: readonly string[],
): void {
  const reported = reportedFaults(row, uuid, faults)
  if (reported !== null) rows.set(reported.key, { uuids: [uuid], value: reported.value })
}

/** Null: there are none. */
export function reportedFaults(row: FaultyRow, uuid: Uuid, faults: readonly string[]): Reported | null {
  const value = faults.join(' ')
  return value === '' ? null : { key: reportKey({ table: 'faults', row, uuid }), value }
}

function ownAddress(locator: Uuid, tables: VtepTables, view: View): string | null {
  const address = parseAddress(lookup(tables.Physical_Locator, locator)?.dst_ip ?? '')
  return address !== undefined && view.announcedAddresses.includes(address) ? address : null
}
