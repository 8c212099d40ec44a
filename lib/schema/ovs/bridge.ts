import { mapOf, one, optional, setOf } from '../column.js'
import { keyword, name, row, setting } from '../domain.js'
import { table } from '../table.js'

/** ovs-vswitchd.conf.db(5), Bridge. */
export const Bridge = table({
  columns: {
    name: one(name),
    ports: setOf(row('Port')),
    fail_mode: optional(keyword),
    protocols: setOf(keyword),
    external_ids: mapOf(setting, setting),
  },
  noun: 'bridge',
  isRoot: false,
  immutable: ['name'],
  writer: 'administrator',
  called: ({ name }) => name,
  knownBy: [['datapath_type'], ['fail_mode']],
})
