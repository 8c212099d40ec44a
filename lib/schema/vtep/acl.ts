import { one, setOf } from '../column.js'
import { faultDomain, nameDomain, rowDomain } from '../domain.js'
import { declareTable } from '../table.js'

/** vtep(5), ACL. */
export const ACL = declareTable({
  columns: {
    acl_entries: setOf(rowDomain('ACL_entry')),
    acl_name: one(nameDomain),
    acl_fault_status: setOf(faultDomain),
  },
  noun: 'ACL',
  isRoot: true,
  writer: 'controller',
  written: { acl_fault_status: 'switch' },
  faults: 'acl_fault_status',
  since: { table: { version: '1.4.0', feature: 'ACLs' } },
  called: ({ acl_name }) => acl_name,
  knownBy: [['acl_name'], ['acl_entries']],
})
