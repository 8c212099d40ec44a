import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import t from 'tap'
import { uniqueFrame } from '../support/frame.js'
import { schemaFile } from '../support/installation.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

interface Schema {
  version: string
  cksum?: string
  readonly tables: Record<string, { columns: Record<string, unknown> }>
}

/** hardware_vtep as version 1.3.0 had it, of 2014: no ACLs, no keys of locators, no replication modes. */
function olderSchema(): Schema {
  const schema = JSON.parse(readFileSync(schemaFile('vtep'), 'utf8')) as Schema
  schema.version = '1.3.0'
  delete schema.cksum
  delete schema.tables['ACL']
  delete schema.tables['ACL_entry']
  const later = [
    ['Physical_Port', 'acl_bindings'],
    ['Logical_Router', 'acl_binding'],
    ['Logical_Router', 'LR_fault_status'],
    ['Physical_Locator', 'tunnel_key'],
    ['Logical_Switch', 'replication_mode'],
  ] as const
  for (const [table, column] of later) remove(schema, table, column)
  for (const table of Object.keys(schema.tables)) remove(schema, table, 'other_config')
  // the index of locators is over what they have
  Object.assign(schema.tables['Physical_Locator'] ?? {}, { indexes: [['encapsulation_type', 'dst_ip']] })
  return schema
}

function remove(schema: Schema, table: string, column: string): void {
  Reflect.deleteProperty(schema.tables[table]?.columns ?? {}, column)
}

await t.test('an older schema: one line for each feature that is off, and all else works', async (t) => {
  const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.2'] })
  const file = join(sandbox.directory, 'older.ovsschema')
  writeFileSync(file, JSON.stringify(olderSchema()))
  const remote = `unix:${join(sandbox.directory, 'db.sock')}`
  // vtep-ctl of today can't work with an older one
  await sandbox.addPhysicalSwitch()
  await execa('ovsdb-client', ['convert', remote, file])
  const daemon = await sandbox.startDaemon()
  const lines = daemon.output().split('\n')
  const lost = lines.filter((line) => line.includes(': off, for the schema is older than'))
  t.strictSame(
    lost.map((line) => line.replace(/^.*db\.sock: /, '')).sort(),
    [
      'ACLs: off, for the schema is older than 1.4.0',
      'keys of locators: off, for the schema is older than 1.5.0',
      'source node replication: off, for the schema is older than 1.6.0',
    ],
    daemon.output(),
  )
  const insert = (table: string, row: object, name: string) => ({
    op: 'insert',
    table,
    row,
    'uuid-name': name,
  })
  const operations = [
    insert('Logical_Switch', { name: 'office', tunnel_key: 33 }, 'ls'),
    insert('Physical_Locator', { encapsulation_type: 'vxlan_over_ipv4', dst_ip: '10.2.2.2' }, 'at'),
    insert(
      'Ucast_Macs_Remote',
      { MAC: '02:00:00:00:0e:01', logical_switch: ['named-uuid', 'ls'], locator: ['named-uuid', 'at'] },
      'mac',
    ),
    {
      op: 'update',
      table: 'Physical_Port',
      where: [['name', '==', 'p0']],
      row: { vlan_bindings: ['map', [[0, ['named-uuid', 'ls']]]] },
    },
  ]
  await until('the port is listed', async () =>
    (await execa('ovsdb-client', ['dump', remote, 'hardware_vtep', 'Physical_Port', 'name'])).stdout.includes(
      'p0',
    ),
  )
  await execa('ovsdb-client', ['transact', remote, JSON.stringify(['hardware_vtep', ...operations])])
  await until('it is in sync', async () => /^in sync: yes/m.test(await daemon.control('status')))
  t.strictSame(await sandbox.exitsOf('p0', uniqueFrame('02:00:00:00:00:0a', '02:00:00:00:0e:01')), [
    '10.2.2.2 vni 33',
  ])
})
