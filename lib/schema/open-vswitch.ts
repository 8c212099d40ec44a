import type { RowOf } from './column.js'
import { Bridge } from './ovs/bridge.js'
import { Controller } from './ovs/controller.js'
import { Interface } from './ovs/interface.js'
import { Manager } from './ovs/manager.js'
import { Open_vSwitch } from './ovs/open-vswitch.js'
import { Port } from './ovs/port.js'
import { columnsOf } from './table.js'

/** The tables of Open_vSwitch that we read; meanings in ovs-vswitchd.conf.db(5). */
export const openVSwitch = { Bridge, Port, Interface, Open_vSwitch, Manager, Controller } as const

/** Their columns. */
export const ovsTables = columnsOf(openVSwitch)

export type OvsTable = keyof typeof ovsTables
export type OvsRow<T extends OvsTable> = RowOf<(typeof ovsTables)[T]>

export type BridgeRow = OvsRow<'Bridge'>
export type PortRow = OvsRow<'Port'>
export type InterfaceRow = OvsRow<'Interface'>
