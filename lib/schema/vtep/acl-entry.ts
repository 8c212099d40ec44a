import { one, optional, setOf } from '../column.js'
import {
  ethertypeDomain,
  faultDomain,
  headerDomain,
  ipDomain,
  ipMaskDomain,
  macDomain,
  oneOfDomain,
  sequenceDomain,
} from '../domain.js'
import { declareTable } from '../table.js'

const port = headerDomain(0xffff)
const octet = headerDomain(0xff)
const flags = headerDomain(0xfff)

/** vtep(5), ACL_entry. */
export const ACL_entry = declareTable({
  columns: {
    sequence: one(sequenceDomain),
    source_mac: optional(macDomain),
    dest_mac: optional(macDomain),
    ethertype: optional(ethertypeDomain),
    source_ip: optional(ipDomain('source_mask')),
    source_mask: optional(ipMaskDomain),
    dest_ip: optional(ipDomain('dest_mask')),
    dest_mask: optional(ipMaskDomain),
    protocol: optional(octet),
    source_port_min: optional(port),
    source_port_max: optional(port),
    dest_port_min: optional(port),
    dest_port_max: optional(port),
    tcp_flags: optional(flags),
    tcp_flags_mask: optional(flags),
    icmp_type: optional(octet),
    icmp_code: optional(octet),
    direction: one(oneOfDomain('ingress', 'egress')),
    action: one(oneOfDomain('permit', 'deny')),
    acle_fault_status: setOf(faultDomain),
  },
  noun: 'ACL entry',
  isRoot: true,
  writer: 'controller',
  written: { acle_fault_status: 'switch' },
  faults: 'acle_fault_status',
  since: { table: { version: '1.4.0', feature: 'ACLs' } },
  called: ({ sequence, direction, action }) => `${sequence} ${direction} ${action}`,
  knownBy: [['tcp_flags_mask'], ['acle_fault_status'], ['source_mask']],
})
