import { mapOf, one, optional, setOf } from '../column.js'
import { keywordDomain, macDomain, nameDomain, rowDomain, settingDomain } from '../domain.js'
import { declareTable } from '../table.js'

/** ovs-vswitchd.conf.db(5), Port. */
export const Port = declareTable({
  columns: {
    name: one(nameDomain),
    interfaces: setOf(rowDomain('Interface')),
    lacp: optional(keywordDomain),
    bond_active_slave: optional(macDomain),
    external_ids: mapOf(settingDomain, settingDomain),
  },
  noun: 'port of a bridge',
  isRoot: false,
  immutable: ['name'],
  writer: 'administrator',
  written: { bond_active_slave: 'Open vSwitch' },
  called: ({ name }) => name,
  knownBy: [['bond_mode'], ['interfaces']],
})
