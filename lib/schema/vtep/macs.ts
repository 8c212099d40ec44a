import { lateOne, one } from '../column.js'
import { addressDomain, macDomain, rowDomain } from '../domain.js'
import { declareTable } from '../table.js'

/** A MAC in the logical switch that it belongs to. */
const called = (
  { MAC, logical_switch }: { readonly MAC: string; readonly logical_switch: string },
  call: (uuid: string, table: string) => string,
): string => `${MAC} in ${call(logical_switch, 'Logical_Switch')}`

const toLocator = {
  MAC: one(macDomain),
  logical_switch: one(rowDomain('Logical_Switch')),
  locator: one(rowDomain('Physical_Locator')),
  /** The IP address of the MAC, or nothing. */
  ipaddr: lateOne(addressDomain),
}
const toSet = {
  MAC: one(macDomain),
  logical_switch: one(rowDomain('Logical_Switch')),
  locator_set: one(rowDomain('Physical_Locator_Set')),
}

/** vtep(5), Ucast_Macs_Remote. */
export const Ucast_Macs_Remote = declareTable({
  columns: toLocator,
  noun: 'remote MAC',
  isRoot: true,
  writer: 'controller',
  called,
  knownBy: [],
})

/** vtep(5), Ucast_Macs_Local. */
export const Ucast_Macs_Local = declareTable({
  columns: toLocator,
  noun: 'local MAC',
  isRoot: true,
  writer: 'switch',
  called,
  knownBy: [],
})

/** vtep(5), Mcast_Macs_Remote. */
export const Mcast_Macs_Remote = declareTable({
  columns: toSet,
  noun: 'remote group',
  isRoot: true,
  writer: 'controller',
  called,
  knownBy: [],
})

/** vtep(5), Mcast_Macs_Local. */
export const Mcast_Macs_Local = declareTable({
  columns: toSet,
  noun: 'local group',
  isRoot: true,
  writer: 'switch',
  called,
  knownBy: [],
})
