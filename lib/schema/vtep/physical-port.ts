import { mapOf, one, setOf } from '../column.js'
import { fault, name, row, vlan } from '../domain.js'
import { table } from '../table.js'

/** vtep(5), Physical_Port. */
export const Physical_Port = table({
  columns: {
    name: one(name),
    vlan_bindings: mapOf(vlan, row('Logical_Switch')),
    acl_bindings: mapOf(vlan, row('ACL')),
    vlan_stats: mapOf(vlan, row('Logical_Binding_Stats')),
    port_fault_status: setOf(fault),
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
