import { one, optional } from '../column.js'
import { keyword, name, vni } from '../domain.js'
import { table } from '../table.js'

/** vtep(5), Logical_Switch. */
export const Logical_Switch = table({
  columns: { name: one(name), tunnel_key: optional(vni), replication_mode: optional(keyword) },
  noun: 'logical switch',
  isRoot: true,
  writer: 'controller',
  since: { replication_mode: { version: '1.6.0', feature: 'source node replication' } },
  called: ({ name }) => name,
  knownBy: [['name', 'tunnel_key']],
})
