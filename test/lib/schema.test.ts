import t from 'tap'
import { hardwareVtep } from '../../lib/schema/hardware-vtep.js'
import { laterTables, lostFeatures } from '../../lib/schema/older.js'
import { calledIn } from '../../lib/schema/tables.js'

t.test('a schema that lacks what came later loses that, and says what', (t) => {
  t.strictSame(
    [...laterTables(hardwareVtep)],
    ['Tunnel', 'ACL', 'ACL_entry', 'Arp_Sources_Local', 'Arp_Sources_Remote'],
  )
  t.strictSame(lostFeatures(hardwareVtep, []), [])
  t.strictSame(
    lostFeatures(hardwareVtep, ['Physical_Port.port_fault_status', 'Physical_Switch.switch_fault_status']),
    ['faults: off, for the schema is older than 1.1.0'],
    'one line for what two columns are needed for',
  )
  t.strictSame(lostFeatures(hardwareVtep, ['Logical_Switch.name']), ['the schema lacks Logical_Switch.name'])
  t.end()
})

t.test('a row is called by what a person knows it by', (t) => {
  const call = (uuid: string, table: string): string => `${table} ${uuid}`
  const called = (table: string, row: object): string | undefined => calledIn(table, row, call)
  t.equal(called('Logical_Switch', { name: 'office' }), 'office')
  t.equal(called('Ucast_Macs_Remote', { MAC: 'm', logical_switch: 'x' }), 'm in Logical_Switch x')
  t.equal(called('Physical_Locator', { dst_ip: '10.2.2.2' }), '10.2.2.2', 'early journals have no tunnel_key')
  t.equal(called('Physical_Locator', { dst_ip: '10.2.2.2', tunnel_key: 5 }), '10.2.2.2 with key 5')
  t.equal(
    called('Physical_Locator_Set', { locators: ['a', 'b', 'c', 'd', 'e'] }),
    '{Physical_Locator a, Physical_Locator b, Physical_Locator c, 2 more}',
  )
  t.equal(called('Tunnel', { local: 'a', remote: 'b' }), 'Physical_Locator a to Physical_Locator b')
  t.equal(called('ACL', { acl_name: 'ssh' }), 'ssh')
  t.equal(called('ACL_entry', { sequence: 20, direction: 'ingress', action: 'deny' }), '20 ingress deny')
  t.equal(called('Firewall', {}), undefined)
  t.equal(called('constructor', {}), undefined)
  t.end()
})
