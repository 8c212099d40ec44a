import type { Operation } from '../../lib/model/batch.js'
import type { VtepRowUpdate } from '../../lib/model/event.js'
import { defaultOf, type TableDeclaration } from '../../lib/schema/column.js'
import { hardwareVtep, type VtepTable, vtepTables } from '../../lib/schema/hardware-vtep.js'
import { Logical_Binding_Stats } from '../../lib/schema/vtep/logical-binding-stats.js'

type Row = Readonly<Record<string, unknown>>
interface AnyTable {
  readonly columns: TableDeclaration
  readonly isRoot: boolean
}

/** What we write to and do not read is here too. */
type Table = VtepTable | 'Logical_Binding_Stats'

const schema: Readonly<Record<string, AnyTable>> = { ...hardwareVtep, Logical_Binding_Stats }

const defaults = Object.fromEntries(
  Object.entries(schema).map(([name, { columns }]) => [name, emptyRow(columns)]),
) as Record<Table, Row>

/** Where a row points, and so what keeps the rows of tables that are no roots alive. */
const references = Object.entries(schema).flatMap(([name, { columns }]) =>
  Object.entries(columns).flatMap(([column, { of, to }]) =>
    [of, to].flatMap((domain): readonly (readonly [Table, string, Table])[] =>
      domain?.table === undefined || schema[domain.table] === undefined
        ? []
        : [[name as Table, column, domain.table as Table]],
    ),
  ),
)

/** Global, which refers to every Physical_Switch, is not here. */
const transient = (Object.keys(schema) as Table[]).filter(
  (name) => name !== 'Physical_Switch' && schema[name]?.isRoot === false,
)

function emptyRow(columns: TableDeclaration): Row {
  const values = Object.entries(columns).map(([name, column]) => {
    const isReference = column.shape === 'one' && column.of.means === 'row'
    return [name, name === 'encapsulation_type' ? 'vxlan_over_ipv4' : isReference ? '' : defaultOf(column)]
  })
  return Object.fromEntries(values) as Row
}

/**
 * hardware_vtep in memory: rows, strong references, garbage collection, and the operations that our
 * planner emits, executed as RFC 7047 says. Anything else throws, so that a test sees it.
 */
export class FakeDatabase {
  readonly #isStrict: boolean
  #tables = emptyTables()
  #count = 0

  /** `isStrict` false: as a server that lies, with rows that point nowhere and rows that nothing points at. */
  constructor(isStrict = true) {
    this.#isStrict = isStrict
  }

  rows(table: Table): ReadonlyMap<string, Row> {
    return this.#tables[table]
  }

  newUuid(): string {
    const digits = (Math.imul(++this.#count, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')
    return `${digits}-${digits.slice(0, 4)}-4000-8000-${this.#count.toString(16).padStart(12, '0')}`
  }

  /**
   * Edits the rows freely; afterwards what nothing points at is gone. Undone, and nothing returned, when
   * something points at a row that is not there.
   */
  edit(change: (tables: Record<Table, Map<string, Row>>) => void): VtepRowUpdate[] {
    const before = this.#tables
    this.#tables = copyOf(before)
    change(this.#tables)
    if (this.#isStrict) this.#collect()
    if (this.#isStrict && !this.#isConsistent()) {
      this.#tables = before
      return []
    }
    return differences(before, this.#tables)
  }

  put(table: Table, row: Row, uuid = this.newUuid()): string {
    this.#tables[table].set(uuid, { ...defaults[table], ...row })
    return uuid
  }

  /** Throws where the real server would refuse. */
  transact(operations: readonly Operation[]): VtepRowUpdate[] {
    const names = new Map<string, string>()
    for (const operation of operations)
      if (typeof operation['uuid-name'] === 'string') names.set(operation['uuid-name'], this.newUuid())
    const before = this.#tables
    const updates = this.edit((tables) => {
      for (const operation of operations) this.#execute(tables, operation, names)
    })
    if (before === this.#tables) throw new Error('referential integrity violation')
    return updates
  }

  #execute(tables: Record<Table, Map<string, Row>>, operation: Operation, names: Map<string, string>): void {
    const rows = tables[operation['table'] as Table]
    const table = operation['table'] as Table
    switch (operation.op) {
      case 'insert':
        this.put(table, decoded(operation['row'] as Row, names), names.get(String(operation['uuid-name'])))
        return
      case 'delete':
        for (const [uuid] of matching(rows, operation['where'])) rows.delete(uuid)
        return
      case 'update':
        for (const [uuid, row] of matching(rows, operation['where']))
          rows.set(uuid, { ...row, ...decoded(operation['row'] as Row, names) })
        return
      case 'mutate':
        for (const [uuid, row] of matching(rows, operation['where']))
          rows.set(
            uuid,
            (operation['mutations'] as [string, string, unknown][]).reduce(
              (now, mutation) => ({ ...now, ...mutated(now, mutation, names) }),
              row,
            ),
          )
        return
      default:
        throw new Error(`unknown operation ${operation.op}`)
    }
  }

  #collect(): void {
    for (let isDone = false; !isDone;) {
      isDone = true
      for (const table of transient)
        for (const uuid of [...this.#tables[table].keys()])
          if (!this.#isReferenced(table, uuid)) {
            this.#tables[table].delete(uuid)
            isDone = false
          }
    }
  }

  #isReferenced(target: Table, uuid: string): boolean {
    return references.some(
      ([from, column, to]) =>
        to === target && [...this.#tables[from].values()].some((row) => pointers(row[column]).includes(uuid)),
    )
  }

  #isConsistent(): boolean {
    const locators = [...this.#tables.Physical_Locator.values()].map((row) => JSON.stringify(row))
    if (new Set(locators).size < locators.length) return false
    return references.every(([from, column, to]) =>
      [...this.#tables[from].values()].every((row) =>
        pointers(row[column]).every((uuid) => this.#tables[to].has(uuid)),
      ),
    )
  }
}

function emptyTables(): Record<Table, Map<string, Row>> {
  return Object.fromEntries(Object.keys(defaults).map((table) => [table, new Map()])) as never
}

function copyOf(tables: Record<Table, Map<string, Row>>): Record<Table, Map<string, Row>> {
  return Object.fromEntries(Object.entries(tables).map(([table, rows]) => [table, new Map(rows)])) as never
}

function differences(before: Record<Table, Map<string, Row>>, after: typeof before): VtepRowUpdate[] {
  const updates: VtepRowUpdate[] = []
  for (const table of Object.keys(vtepTables) as VtepTable[]) {
    for (const [uuid, row] of after[table])
      if (before[table].get(uuid) !== row) updates.push({ table, uuid, row } as never)
    for (const uuid of before[table].keys())
      if (!after[table].has(uuid)) updates.push({ table, uuid, row: null })
  }
  return updates
}

/** The UUIDs in a column: one, a set, or the values of a map. */
function pointers(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return (value as readonly (string | readonly [unknown, string])[]).map((item) =>
    typeof item === 'string' ? item : item[1],
  )
}

function decoded(row: Row, names: Map<string, string>): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, decodedValue(column, value, names)]),
  )
}

function decodedValue(column: string, value: unknown, names: Map<string, string>): unknown {
  if (!Array.isArray(value)) return value
  const [tag, content] = value as [string, unknown]
  if (tag === 'map') return [...(content as [string, string][])].sort(([a], [b]) => (a < b ? -1 : 1))
  if (tag === 'set') return (content as unknown[]).map((atom) => decodedValue('', atom, names)).sort()
  const uuid =
    tag === 'named-uuid' ? names.get(String(content)) : tag === 'uuid' ? String(content) : undefined
  if (uuid === undefined) throw new Error(`not a value: ${JSON.stringify(value)}`)
  return column === 'locators' ? [uuid] : uuid
}

function mutated(
  row: Row,
  [column, mutator, value]: [string, string, unknown],
  names: Map<string, string>,
): Row {
  if (column === 'vlan_stats') return mutatedMap(row, column, mutator, value, names)
  const set = new Set(row[column] as string[])
  const given = decodedValue('', value, names)
  for (const atom of Array.isArray(given) ? (given as string[]) : [String(given)])
    if (mutator === 'insert') set.add(atom)
    else if (mutator === 'delete') set.delete(atom)
    else throw new Error(`unknown mutator ${mutator}`)
  return { [column]: [...set].sort() }
}

function matching(rows: ReadonlyMap<string, Row>, where: unknown): [string, Row][] {
  return [...rows].filter(([uuid, row]) =>
    (where as [string, string, unknown][]).every(([column, operator, value]) => {
      if (operator !== '==') throw new Error(`unknown function ${operator}`)
      return column === '_uuid'
        ? JSON.stringify(value) === JSON.stringify(['uuid', uuid])
        : row[column] === value
    }),
  )
}

function mutatedMap(
  row: Row,
  column: string,
  mutator: string,
  value: unknown,
  names: Map<string, string>,
): Row {
  const map = new Map(row[column] as [number, string][])
  const [tag, content] = value as [string, unknown[]]
  if (tag === 'map' && mutator === 'insert')
    for (const [key, atom] of content as [number, unknown][])
      map.set(key, String(decodedValue('', atom, names)))
  else if (tag === 'set' && mutator === 'delete') for (const key of content) map.delete(Number(key))
  else throw new Error(`unknown mutation ${mutator} of ${tag}`)
  return { [column]: [...map].sort(([a], [b]) => a - b) }
}
