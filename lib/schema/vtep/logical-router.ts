import { lateMapOf, lateSetOf, one } from '../column.js'
import { faultDomain, nameDomain, prefixDomain, rowDomain } from '../domain.js'
import { declareTable } from '../table.js'

/** vtep(5), Logical_Router. */
export const Logical_Router = declareTable({
  columns: {
    name: one(nameDomain),
    switch_binding: lateMapOf(prefixDomain, rowDomain('Logical_Switch')),
    static_routes: lateMapOf(prefixDomain, prefixDomain),
    acl_binding: lateMapOf(prefixDomain, rowDomain('ACL')),
    LR_fault_status: lateSetOf(faultDomain),
  },
  noun: 'logical router',
  isRoot: true,
  writer: 'controller',
  written: { LR_fault_status: 'switch' },
  faults: 'LR_fault_status',
  since: {
    acl_binding: { version: '1.4.0', feature: 'ACLs' },
    LR_fault_status: { version: '1.4.0', feature: 'ACLs' },
  },
  called: ({ name }) => name,
  knownBy: [['switch_binding'], ['LR_fault_status']],
})
