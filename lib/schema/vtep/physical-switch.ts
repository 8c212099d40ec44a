import { one, setOf } from '../column.js'
import { addressDomain, faultDomain, nameDomain, rowDomain, textDomain } from '../domain.js'
import { declareTable } from '../table.js'

/** vtep(5), Physical_Switch. */
export const Physical_Switch = declareTable({
  columns: {
    name: one(nameDomain),
    description: one(textDomain),
    tunnel_ips: setOf(addressDomain),
    ports: setOf(rowDomain('Physical_Port')),
    tunnels: setOf(rowDomain('Tunnel')),
    switch_fault_status: setOf(faultDomain),
  },
  noun: 'physical switch',
  isRoot: false,
  writer: 'administrator',
  written: { description: 'switch', ports: 'switch', tunnels: 'switch', switch_fault_status: 'switch' },
  faults: 'switch_fault_status',
  since: {
    switch_fault_status: { version: '1.1.0', feature: 'faults' },
    tunnels: { version: '1.3.0', feature: 'rows of tunnels, and BFD' },
  },
  called: ({ name }) => name,
  knownBy: [['tunnel_ips']],
})
