import { mapOf, one, optional, setOf } from '../column.js'
import { keyword, mac, name, row, setting } from '../domain.js'
import { table } from '../table.js'

/** ovs-vswitchd.conf.db(5), Port. */
export const Port = table({
  columns: {
    name: one(name),
    interfaces: setOf(row('Interface')),
    lacp: optional(keyword),
    bond_active_slave: optional(mac),
    external_ids: mapOf(setting, setting),
  },
  noun: 'port of a bridge',
  isRoot: false,
  immutable: ['name'],
  writer: 'administrator',
  written: { bond_active_slave: 'Open vSwitch' },
  called: ({ name }) => name,
  knownBy: [['bond_mode'], ['interfaces']],
})
