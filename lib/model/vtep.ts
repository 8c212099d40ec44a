import { mapOf, one, optional, type RowOf, setOf } from './columns.js'

/** The tables and columns of hardware_vtep that we read; meanings in vtep(5). */
export const vtepTables = {
  Physical_Switch: {
    name: one('string'),
    description: one('string'),
    tunnel_ips: setOf('string'),
    ports: setOf('uuid'),
    tunnels: setOf('uuid'),
    switch_fault_status: setOf('string'),
  },
  Physical_Port: {
    name: one('string'),
    vlan_bindings: mapOf('integer', 'uuid'),
    acl_bindings: mapOf('integer', 'uuid'),
    vlan_stats: mapOf('integer', 'uuid'),
    port_fault_status: setOf('string'),
  },
  Logical_Switch: {
    name: one('string'),
    tunnel_key: optional('integer'),
    replication_mode: optional('string'),
  },
  Ucast_Macs_Remote: { MAC: one('string'), logical_switch: one('uuid'), locator: one('uuid') },
  Ucast_Macs_Local: { MAC: one('string'), logical_switch: one('uuid'), locator: one('uuid') },
  Mcast_Macs_Remote: { MAC: one('string'), logical_switch: one('uuid'), locator_set: one('uuid') },
  Mcast_Macs_Local: { MAC: one('string'), logical_switch: one('uuid'), locator_set: one('uuid') },
  Physical_Locator_Set: { locators: setOf('uuid') },
  Physical_Locator: {
    encapsulation_type: one('string'),
    dst_ip: one('string'),
    tunnel_key: optional('integer'),
  },
  Tunnel: {
    local: one('uuid'),
    remote: one('uuid'),
    bfd_config_local: mapOf('string', 'string'),
    bfd_config_remote: mapOf('string', 'string'),
    bfd_params: mapOf('string', 'string'),
    bfd_status: mapOf('string', 'string'),
  },
  Logical_Router: { name: one('string') },
} as const

export type VtepTable = keyof typeof vtepTables
export type VtepRow<T extends VtepTable> = RowOf<(typeof vtepTables)[T]>

export type PhysicalSwitchRow = VtepRow<'Physical_Switch'>
export type PhysicalPortRow = VtepRow<'Physical_Port'>
export type UcastMacRow = VtepRow<'Ucast_Macs_Remote'>
export type McastMacRow = VtepRow<'Mcast_Macs_Remote'>
export type TunnelRow = VtepRow<'Tunnel'>
export type LocatorRow = VtepRow<'Physical_Locator'>
