import { mapOf, one, optional } from '../column.js'
import { keyword, mac, name, portNumber, setting, text } from '../domain.js'
import { table } from '../table.js'

/** ovs-vswitchd.conf.db(5), Interface. */
export const Interface = table({
  columns: {
    name: one(name),
    type: one(keyword),
    options: mapOf(setting, setting),
    ofport: optional(portNumber),
    mac_in_use: optional(mac),
    error: optional(text),
    bfd: mapOf(setting, setting),
    bfd_status: mapOf(setting, setting),
  },
  noun: 'interface',
  isRoot: false,
  immutable: ['name'],
  writer: 'administrator',
  written: {
    ofport: 'Open vSwitch',
    mac_in_use: 'Open vSwitch',
    error: 'Open vSwitch',
    bfd_status: 'Open vSwitch',
  },
  called: ({ name }) => name,
  knownBy: [['ofport_request'], ['ofport']],
})
