import { mapOf, one, optional } from '../column.js'
import {
  keywordDomain,
  macDomain,
  nameDomain,
  portNumberDomain,
  settingDomain,
  textDomain,
} from '../domain.js'
import { declareTable } from '../table.js'

/** ovs-vswitchd.conf.db(5), Interface. */
export const Interface = declareTable({
  columns: {
    name: one(nameDomain),
    type: one(keywordDomain),
    options: mapOf(settingDomain, settingDomain),
    ofport: optional(portNumberDomain),
    mac_in_use: optional(macDomain),
    error: optional(textDomain),
    link_state: optional(keywordDomain),
    bfd: mapOf(settingDomain, settingDomain),
    bfd_status: mapOf(settingDomain, settingDomain),
  },
  noun: 'interface',
  isRoot: false,
  immutable: ['name'],
  writer: 'administrator',
  written: {
    ofport: 'Open vSwitch',
    mac_in_use: 'Open vSwitch',
    error: 'Open vSwitch',
    link_state: 'Open vSwitch',
    bfd_status: 'Open vSwitch',
  },
  called: ({ name }) => name,
  knownBy: [['ofport_request'], ['ofport']],
})
