import { one } from '../column.js'
import { macDomain, rowDomain } from '../domain.js'
import { declareTable } from '../table.js'

const columns = { src_mac: one(macDomain), locator: one(rowDomain('Physical_Locator')) }
const since = { table: { version: '1.2.0', feature: 'sources of ARP requests' } }

/** vtep(5), Arp_Sources_Local. */
export const Arp_Sources_Local = declareTable({
  columns,
  noun: 'local source of ARP requests',
  isRoot: true,
  writer: 'switch',
  since,
  called: ({ src_mac }) => src_mac,
  knownBy: [],
})

/** vtep(5), Arp_Sources_Remote. */
export const Arp_Sources_Remote = declareTable({
  columns,
  noun: 'remote source of ARP requests',
  isRoot: true,
  writer: 'controller',
  since,
  called: ({ src_mac }) => src_mac,
  knownBy: [],
})
