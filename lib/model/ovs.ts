import { mapOf, one, optional, type RowOf, setOf } from './columns.js'

/** The tables and columns of Open_vSwitch that we read; meanings in ovs-vswitchd.conf.db(5). */
export const ovsTables = {
  Bridge: {
    name: one('string'),
    ports: setOf('uuid'),
    fail_mode: optional('string'),
    protocols: setOf('string'),
    external_ids: mapOf('string', 'string'),
  },
  Port: {
    name: one('string'),
    interfaces: setOf('uuid'),
    lacp: optional('string'),
    bond_active_slave: optional('string'),
    external_ids: mapOf('string', 'string'),
  },
  Interface: {
    name: one('string'),
    type: one('string'),
    options: mapOf('string', 'string'),
    ofport: optional('integer'),
    mac_in_use: optional('string'),
    error: optional('string'),
    bfd: mapOf('string', 'string'),
    bfd_status: mapOf('string', 'string'),
  },
  /** One row, of what holds for all bridges. */
  Open_vSwitch: {
    other_config: mapOf('string', 'string'),
  },
} as const

export type OvsTable = keyof typeof ovsTables
export type OvsRow<T extends OvsTable> = RowOf<(typeof ovsTables)[T]>

export type BridgeRow = OvsRow<'Bridge'>
export type PortRow = OvsRow<'Port'>
export type InterfaceRow = OvsRow<'Interface'>
