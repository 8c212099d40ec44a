import type { RowOf } from './column.js'
import { columnsOf } from './table.js'
import { ACL } from './vtep/acl.js'
import { ACL_entry } from './vtep/acl-entry.js'
import { Arp_Sources_Local, Arp_Sources_Remote } from './vtep/arp-sources.js'
import { Logical_Router } from './vtep/logical-router.js'
import { Logical_Switch } from './vtep/logical-switch.js'
import { Physical_Locator, Physical_Locator_Set } from './vtep/locators.js'
import { Mcast_Macs_Local, Mcast_Macs_Remote, Ucast_Macs_Local, Ucast_Macs_Remote } from './vtep/macs.js'
import { Physical_Port } from './vtep/physical-port.js'
import { Physical_Switch } from './vtep/physical-switch.js'
import { Tunnel } from './vtep/tunnel.js'

/** The tables of hardware_vtep that we read; meanings in vtep(5). A table more is one line here. */
export const hardwareVtep = {
  Physical_Switch,
  Physical_Port,
  Logical_Switch,
  Ucast_Macs_Remote,
  Ucast_Macs_Local,
  Mcast_Macs_Remote,
  Mcast_Macs_Local,
  Physical_Locator_Set,
  Physical_Locator,
  Tunnel,
  Logical_Router,
  ACL,
  ACL_entry,
  Arp_Sources_Local,
  Arp_Sources_Remote,
} as const

/** Their columns. */
export const vtepTables = columnsOf(hardwareVtep)

export type VtepTable = keyof typeof vtepTables
export type VtepRow<T extends VtepTable> = RowOf<(typeof vtepTables)[T]>

export type PhysicalSwitchRow = VtepRow<'Physical_Switch'>
export type PhysicalPortRow = VtepRow<'Physical_Port'>
export type UcastMacRow = VtepRow<'Ucast_Macs_Remote'>
export type McastMacRow = VtepRow<'Mcast_Macs_Remote'>
export type TunnelRow = VtepRow<'Tunnel'>
export type LocatorRow = VtepRow<'Physical_Locator'>
export type AclRow = VtepRow<'ACL'>
export type AclEntryRow = VtepRow<'ACL_entry'>
export type RouterRow = VtepRow<'Logical_Router'>
export type ArpSourceRow = VtepRow<'Arp_Sources_Local'>
