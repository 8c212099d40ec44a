import { lateMapOf, lateSetOf, mapOf, one, optional, setOf } from '../column.js'
import { keywordDomain, nameDomain, rowDomain, settingDomain } from '../domain.js'
import { declareTable } from '../table.js'

/** ovs-vswitchd.conf.db(5), Bridge. */
export const Bridge = declareTable({
  columns: {
    name: one(nameDomain),
    ports: setOf(rowDomain('Port')),
    fail_mode: optional(keywordDomain),
    protocols: setOf(keywordDomain),
    controller: lateSetOf(rowDomain('Controller')),
    other_config: lateMapOf(settingDomain, settingDomain),
    external_ids: mapOf(settingDomain, settingDomain),
  },
  noun: 'bridge',
  isRoot: false,
  immutable: ['name'],
  writer: 'administrator',
  called: ({ name }) => name,
  knownBy: [['datapath_type'], ['fail_mode']],
})
