import type { FlowWatch } from '../../adapters/switch/flow-watch.js'
import type { Core } from '../../lib/daemon/core.js'
import { type AclHits, aclHits, aclTables } from '../../lib/words/acl-hits.js'

/** What each entry of an ACL has decided on. Rejects while the switch can't be asked. */
export async function aclCounts(core: Core, flows: FlowWatch): Promise<readonly AclHits[]> {
  const desired = core.derived()?.desired
  return desired === undefined ? [] : aclHits(core.state, desired, await flows.countsIn(aclTables))
}
