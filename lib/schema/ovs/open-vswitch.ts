import { lateSetOf, mapOf } from '../column.js'
import { rowDomain, settingDomain } from '../domain.js'
import { declareTable } from '../table.js'

/** ovs-vswitchd.conf.db(5), Open_vSwitch: one row, of what holds for all bridges. */
export const Open_vSwitch = declareTable({
  columns: {
    other_config: mapOf(settingDomain, settingDomain),
    manager_options: lateSetOf(rowDomain('Manager')),
  },
  noun: 'settings of the machine',
  isRoot: true,
  writer: 'administrator',
  called: () => 'Open vSwitch',
  knownBy: [['ovs_version']],
})
