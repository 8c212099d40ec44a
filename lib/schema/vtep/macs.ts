import { one } from '../column.js'
import { mac, row } from '../domain.js'
import { table } from '../table.js'

/** A MAC in the logical switch that it belongs to. */
const called = (
  { MAC, logical_switch }: { readonly MAC: string; readonly logical_switch: string },
  call: (uuid: string, table: string) => string,
): string => `${MAC} in ${call(logical_switch, 'Logical_Switch')}`

const toLocator = {
  MAC: one(mac),
  logical_switch: one(row('Logical_Switch')),
  locator: one(row('Physical_Locator')),
}
const toSet = {
  MAC: one(mac),
  logical_switch: one(row('Logical_Switch')),
  locator_set: one(row('Physical_Locator_Set')),
}

/** vtep(5), Ucast_Macs_Remote. */
export const Ucast_Macs_Remote = table({
  columns: toLocator,
  noun: 'remote MAC',
  isRoot: true,
  writer: 'controller',
  called,
  knownBy: [],
})

/** vtep(5), Ucast_Macs_Local. */
export const Ucast_Macs_Local = table({
  columns: toLocator,
  noun: 'local MAC',
  isRoot: true,
  writer: 'switch',
  called,
  knownBy: [],
})

/** vtep(5), Mcast_Macs_Remote. */
export const Mcast_Macs_Remote = table({
  columns: toSet,
  noun: 'remote group',
  isRoot: true,
  writer: 'controller',
  called,
  knownBy: [],
})

/** vtep(5), Mcast_Macs_Local. */
export const Mcast_Macs_Local = table({
  columns: toSet,
  noun: 'local group',
  isRoot: true,
  writer: 'switch',
  called,
  knownBy: [],
})
