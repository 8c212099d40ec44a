import { ProtocolError } from './errors.js'
import { excerpt, isJsonObject, type JsonObject, objectOf, stringOf } from './wire-checks.js'

/** A database as its server describes it (RFC 7047, 3.2). */
export interface DatabaseSchema {
  readonly name: string
  /** Such as '1.7.0'; null when the schema carries none, which ovsdb-server(7) allows. */
  readonly version: string | null
  readonly tables: ReadonlyMap<string, TableSchema>
}

export interface TableSchema {
  readonly columns: ReadonlyMap<string, ColumnType>
}

export type AtomicType = 'integer' | 'real' | 'boolean' | 'string' | 'uuid'

/** A scalar has min = max = 1, an optional value min = 0 and max = 1; a map has a `value`, a set none. */
export interface ColumnType {
  readonly key: AtomicType
  readonly value: AtomicType | null
  readonly min: number
  readonly max: number | 'unlimited'
}

/** Reads the reply to get_schema; anything else is a ProtocolError that names the table and column. */
export function parseSchema(reply: unknown): DatabaseSchema {
  const { name, version, tables } = objectOf(reply, 'schema')
  return {
    name: stringOf(name, 'name of the schema'),
    version: version === undefined ? null : stringOf(version, 'version of the schema'),
    tables: mapOf(tables, 'tables of the schema', (table, tableName) => ({
      columns: mapOf(table['columns'], `columns of ${tableName}`, (column, columnName) =>
        parseColumnType(column['type'], `type of ${tableName}.${columnName}`),
      ),
    })),
  }
}

function mapOf<T>(
  value: unknown,
  what: string,
  parse: (member: JsonObject, name: string) => T,
): ReadonlyMap<string, T> {
  const members = Object.entries(objectOf(value, what))
  return new Map(members.map(([name, member]) => [name, parse(objectOf(member, `${what}: ${name}`), name)]))
}

function parseColumnType(type: unknown, what: string): ColumnType {
  if (!isJsonObject(type)) return { key: parseAtomicType(type, what), value: null, min: 1, max: 1 }
  const { key, value, min = 1, max = 1 } = type
  if (typeof min !== 'number' || (typeof max !== 'number' && max !== 'unlimited'))
    throw new ProtocolError(`${what} has bad limits: ${excerpt(type)}`)
  return {
    key: parseAtomicType(key, what),
    value: value === undefined ? null : parseAtomicType(value, what),
    min,
    max,
  }
}

/** A <base-type>: the atomic type alone, or an object with it and constraints, which only the server checks. */
function parseAtomicType(base: unknown, what: string): AtomicType {
  const type = isJsonObject(base) ? base['type'] : base
  switch (type) {
    case 'integer':
    case 'real':
    case 'boolean':
    case 'string':
    case 'uuid':
      return type
    default:
      throw new ProtocolError(`${what} is not known: ${excerpt(type)}`)
  }
}

/** The columns to monitor, by table. */
export type TableColumns = Readonly<Record<string, readonly string[]>>

/**
 * Of the `wanted` columns those that `schema` has, and the others as 'Table.column'. A table that lacks is 'Table' where it is
 * among those that `mayLack`; else throws.
 */
export function availableColumns(
  schema: DatabaseSchema,
  wanted: TableColumns,
  mayLack: ReadonlySet<string> = new Set(),
): { readonly available: TableColumns; readonly missing: readonly string[] } {
  const missing: string[] = []
  const available = Object.entries(wanted).flatMap(([tableName, columns]) => {
    const table = schema.tables.get(tableName)
    if (table === undefined && mayLack.has(tableName)) {
      missing.push(tableName)
      return []
    }
    if (table === undefined) throw new Error(`database ${schema.name} has no table ${tableName}`)
    const isAvailable = (column: string) => table.columns.has(column)
    missing.push(
      ...columns.filter((column) => !isAvailable(column)).map((column) => `${tableName}.${column}`),
    )
    return [[tableName, columns.filter(isAvailable)] as const]
  })
  return { available: Object.fromEntries(available), missing }
}
