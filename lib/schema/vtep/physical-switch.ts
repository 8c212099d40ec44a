import { one, setOf } from '../column.js'
import { address, fault, name, row, text } from '../domain.js'
import { table } from '../table.js'

/** vtep(5), Physical_Switch. */
export const Physical_Switch = table({
  columns: {
    name: one(name),
    description: one(text),
    tunnel_ips: setOf(address),
    ports: setOf(row('Physical_Port')),
    tunnels: setOf(row('Tunnel')),
    switch_fault_status: setOf(fault),
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
