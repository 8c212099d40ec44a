import { one, optional } from '../column.js'
import { keywordDomain, nameDomain, vniDomain } from '../domain.js'
import { declareTable } from '../table.js'

/** vtep(5), Logical_Switch. */
export const Logical_Switch = declareTable({
  columns: {
    name: one(nameDomain),
    tunnel_key: optional(vniDomain),
    replication_mode: optional(keywordDomain),
  },
  noun: 'logical switch',
  isRoot: true,
  writer: 'controller',
  since: { replication_mode: { version: '1.6.0', feature: 'source node replication' } },
  called: ({ name }) => name,
  knownBy: [['name', 'tunnel_key']],
})
