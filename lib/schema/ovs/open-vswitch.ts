import { mapOf } from '../column.js'
import { setting } from '../domain.js'
import { table } from '../table.js'

/** ovs-vswitchd.conf.db(5), Open_vSwitch: one row, of what holds for all bridges. */
export const Open_vSwitch = table({
  columns: { other_config: mapOf(setting, setting) },
  noun: 'settings of the machine',
  isRoot: true,
  writer: 'administrator',
  called: () => 'Open vSwitch',
  knownBy: [['ovs_version']],
})
