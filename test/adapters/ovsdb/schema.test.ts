import { readFileSync } from 'node:fs'
import t from 'tap'
import { ProtocolError } from '../../../adapters/ovsdb/errors.js'
import { availableColumns, parseSchema } from '../../../adapters/ovsdb/schema.js'
import { schemaFile } from '../../support/installation.js'

const vtepText = readFileSync(schemaFile('vtep'), 'utf8')

t.test('the vtep schema: version, tables, each kind of column', async (t) => {
  const schema = parseSchema(JSON.parse(vtepText))
  t.equal(schema.name, 'hardware_vtep')
  t.match(schema.version ?? '', /^1\.\d+\.\d+$/)
  const columns = schema.tables.get('Logical_Switch')?.columns
  t.strictSame(columns?.get('name'), { key: 'string', value: null, min: 1, max: 1 })
  t.strictSame(columns?.get('tunnel_key'), { key: 'integer', value: null, min: 0, max: 1 })
  t.strictSame(columns?.get('other_config'), { key: 'string', value: 'string', min: 0, max: 'unlimited' })
  const bindings = schema.tables.get('Physical_Port')?.columns.get('vlan_bindings')
  t.strictSame(bindings, { key: 'integer', value: 'uuid', min: 0, max: 'unlimited' })
})

t.test('a schema may have no version, and names of any kind', async (t) => {
  const schema = parseSchema(
    JSON.parse('{"name":"x","tables":{"__proto__":{"columns":{"constructor":{"type":"real"}}}}}'),
  )
  t.equal(schema.version, null)
  t.ok(schema.tables.get('__proto__')?.columns.has('constructor'))
})

t.test('what is no schema is refused by the place', async (t) => {
  const withType = (type: unknown) => ({ name: 'x', tables: { T: { columns: { c: { type } } } } })
  const cases: [unknown, RegExp][] = [
    [null, /schema is not an object: null/],
    [{ name: 'x' }, /tables of the schema is not an object: missing/],
    [{ name: 5, tables: {} }, /name of the schema is not a string: 5/],
    [{ name: 'x', tables: { T: 5 } }, /tables of the schema: T is not an object: 5/],
    [withType('text'), /type of T.c is not known: "text"/],
    [withType({ key: 'string', max: 'many' }), /type of T.c has bad limits/],
    [withType({ value: 'string' }), /type of T.c is not known: missing/],
  ]
  for (const [value, text] of cases) {
    t.throws(() => parseSchema(value), text)
    t.throws(() => parseSchema(value), ProtocolError)
  }
})

t.test('missing columns are named, a missing table is an error', async (t) => {
  const schema = parseSchema(JSON.parse(vtepText))
  t.strictSame(availableColumns(schema, { Logical_Switch: ['colour', 'name'], Global: ['x'] }), {
    available: { Logical_Switch: ['name'], Global: [] },
    missing: ['Logical_Switch.colour', 'Global.x'],
  })
  t.throws(() => availableColumns(schema, { Firewall: [] }), /database hardware_vtep has no table Firewall/)
  t.strictSame(availableColumns(schema, { Firewall: ['x'], Global: [] }, new Set(['Firewall'])), {
    available: { Global: [] },
    missing: ['Firewall'],
  })
})
