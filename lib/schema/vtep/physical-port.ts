import { mapOf, one, setOf } from '../column.js'
import { faultDomain, nameDomain, rowDomain, vlanDomain } from '../domain.js'
import { declareTable } from '../table.js'

/** vtep(5), Physical_Port. */
export const Physical_Port = declareTable({
  columns: {
    name: one(nameDomain),
    vlan_bindings: mapOf(vlanDomain, rowDomain('Logical_Switch')),
    acl_bindings: mapOf(vlanDomain, rowDomain('ACL')),
    vlan_stats: mapOf(vlanDomain, rowDomain('Logical_Binding_Stats')),
    port_fault_status: setOf(faultDomain),
  },
  noun: 'port',
  isRoot: false,
  writer: 'switch',
  written: { vlan_bindings: 'controller', acl_bindings: 'controller' },
  faults: 'port_fault_status',
  since: {
    port_fault_status: { version: '1.1.0', feature: 'faults' },
    acl_bindings: { version: '1.4.0', feature: 'ACLs' },
  },
  called: ({ name }) => name,
  knownBy: [['vlan_bindings']],
})
