import { readFileSync } from 'node:fs'
import t from 'tap'
import * as z from 'zod'
import type { Column, TableDeclaration } from '../../lib/schema/column.js'
import type { Domain } from '../../lib/schema/domain.js'
import { hardwareVtep } from '../../lib/schema/hardware-vtep.js'
import { openVSwitch } from '../../lib/schema/open-vswitch.js'
import type { Since } from '../../lib/schema/table.js'
import { Logical_Binding_Stats } from '../../lib/schema/vtep/logical-binding-stats.js'
import { schemaFile } from '../support/installation.js'

const Base = z.union([z.string(), z.looseObject({ type: z.string(), refTable: z.string().optional() })])
const Type = z.union([
  z.string(),
  z.looseObject({
    key: Base,
    value: Base.optional(),
    min: z.number().default(1),
    max: z.union([z.number(), z.literal('unlimited')]).default(1),
  }),
])
const Schema = z.looseObject({
  tables: z.record(
    z.string(),
    z.looseObject({
      isRoot: z.boolean().default(false),
      columns: z.record(z.string(), z.looseObject({ type: Type, mutable: z.boolean().default(true) })),
    }),
  ),
})

interface Declared {
  readonly columns: TableDeclaration
  readonly isRoot: boolean
  readonly immutable?: readonly string[]
  readonly since?: Readonly<Record<string, Since | undefined>>
  readonly knownBy: readonly (readonly string[])[]
}
const vtep: Readonly<Record<string, Declared>> = { ...hardwareVtep, Logical_Binding_Stats }
const ovs: Readonly<Record<string, Declared>> = openVSwitch

/** A type as a schema says it, in our own words. */
function inWords(type: z.infer<typeof Type>): string {
  if (typeof type === 'string') return `one ${type}`
  const base = (of: z.infer<typeof Base>) =>
    typeof of === 'string' ? of : `${of.type}${of.refTable === undefined ? '' : ` of ${of.refTable}`}`
  if (type.value !== undefined) return `map ${base(type.key)} ${base(type.value)}`
  const shape = type.max !== 1 ? 'set' : type.min === 0 ? 'optional' : 'one'
  return `${shape} ${base(type.key)}`
}

function declaredInWords({ shape, of, to }: Column): string {
  const base = ({ atom, table }: Domain) => `${atom}${table === undefined ? '' : ` of ${table}`}`
  return `${shape} ${base(of)}${to === undefined ? '' : ` ${base(to)}`}`
}

for (const [name, declared] of [
  ['vtep', vtep],
  ['vswitch', ovs],
] as const)
  t.test(`every table is as ${name}.ovsschema has it`, (t) => {
    const { tables } = Schema.parse(JSON.parse(readFileSync(schemaFile(name), 'utf8')))
    for (const [table, { columns, isRoot, immutable = [] }] of Object.entries(declared)) {
      const real = tables[table]
      t.equal(isRoot, real?.isRoot, `${table} is a root`)
      for (const [column, of] of Object.entries(columns)) {
        const { type = '', mutable } = real?.columns[column] ?? {}
        t.equal(declaredInWords(of), inWords(type), `${table}.${column}`)
        t.equal(immutable.includes(column), mutable === false, `${table}.${column} can be changed`)
      }
    }
    t.end()
  })

t.test('the columns that tell a table are in no other table of either database', (t) => {
  const real = ['vtep', 'vswitch'].flatMap((name) =>
    Object.entries(Schema.parse(JSON.parse(readFileSync(schemaFile(name), 'utf8'))).tables),
  )
  for (const [table, { knownBy }] of Object.entries({ ...vtep, ...ovs }))
    for (const marks of knownBy) {
      const holders = real.filter(([, { columns }]) =>
        marks.every((column) => Object.hasOwn(columns, column)),
      )
      t.strictSame(
        holders.map(([name]) => name),
        [table],
        `${marks.join(' and ')} are of ${table} alone`,
      )
    }
  t.end()
})

/** What each version of hardware_vtep brought, by the history of vtep.ovsschema in Open vSwitch; first was 1.0.0 (2013). */
const brought: Readonly<Record<string, readonly string[]>> = {
  '1.1.0': ['Physical_Switch.switch_fault_status', 'Physical_Port.port_fault_status'],
  '1.2.0': ['Arp_Sources_Local', 'Arp_Sources_Remote'],
  '1.3.0': ['Physical_Switch.tunnels', 'Tunnel'],
  '1.4.0': [
    'Physical_Port.acl_bindings',
    'Logical_Router.LR_fault_status',
    'Logical_Router.acl_binding',
    'ACL',
    'ACL_entry',
  ],
  '1.5.0': ['Physical_Locator.tunnel_key'],
  '1.6.0': ['Logical_Switch.replication_mode'],
}

t.test('what came later is declared with its version, and nothing else is', (t) => {
  const declared = Object.entries(vtep).flatMap(([table, { since = {}, columns }]) =>
    Object.entries(since).map(([column, of]) => {
      t.ok(column === 'table' || Object.hasOwn(columns, column), `${table}.${column} is read`)
      return [column === 'table' ? table : `${table}.${column}`, of?.version] as const
    }),
  )
  const isRead = (name: string): boolean => {
    const [table = '', column] = name.split('.')
    return column === undefined
      ? Object.hasOwn(vtep, table)
      : Object.hasOwn(vtep[table]?.columns ?? {}, column)
  }
  const wanted = Object.entries(brought).flatMap(([version, names]) =>
    names.filter(isRead).map((name) => [name, version] as const),
  )
  t.strictSame(new Map(declared), new Map(wanted))
  t.end()
})
