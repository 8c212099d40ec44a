import { one, optional } from '../column.js'
import { keywordDomain, targetDomain } from '../domain.js'
import { declareTable } from '../table.js'

/** ovs-vswitchd.conf.db(5), Controller: an OpenFlow controller of a bridge. */
export const Controller = declareTable({
  columns: { target: one(targetDomain), connection_mode: optional(keywordDomain) },
  noun: 'controller of a bridge',
  isRoot: false,
  writer: 'administrator',
  called: ({ target }) => target,
  knownBy: [['controller_rate_limit'], ['enable_async_messages']],
})
