import { one, optional } from '../column.js'
import { keywordDomain, targetDomain } from '../domain.js'
import { declareTable } from '../table.js'

/** ovs-vswitchd.conf.db(5), Manager: where Open_vSwitch is managed from. */
export const Manager = declareTable({
  columns: { target: one(targetDomain), connection_mode: optional(keywordDomain) },
  noun: 'manager of Open vSwitch',
  isRoot: false,
  writer: 'administrator',
  called: ({ target }) => target,
  knownBy: [],
})
