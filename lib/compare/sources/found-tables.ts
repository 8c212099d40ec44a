import { hardwareVtep } from '../../schema/hardware-vtep.js'
import { openVSwitch } from '../../schema/open-vswitch.js'
import { decodeRow, type WireRow } from '../../ingest/decode.js'
import {
  type DatabaseContents,
  type DatabaseName,
  declarations,
  located,
  type SourceRow,
  type SourceRows,
  SourceError,
} from './database.js'
import type { TableDeclaration } from '../../schema/column.js'
import { own } from '../../model/own.js'

/** A table as a text has it. */
export interface FoundTable {
  readonly database: DatabaseName
  readonly table: string
  /** The columns that are said of every row; null: there is no row that says them. */
  readonly headings: readonly string[] | null
  readonly rows: SourceRows
  /** Where the text begins to say it. */
  readonly line: number
}

/** A row as a text has it that says it at `line`. Throws SourceError. */
export function rowAt(line: number, [database, table]: Owner, uuid: string, wire: WireRow): SourceRow {
  return located(`line ${line}: ${table} ${uuid}`, () =>
    decodeRow(own<TableDeclaration>(declarations[database], table) ?? {}, wire),
  )
}

/** The tables of one database. Throws SourceError with the line. */
export function contentsOf(all: readonly FoundTable[]): DatabaseContents {
  // both databases have a table of this name
  const others = all.filter(({ table }) => table !== 'Manager')
  const found = others[0]?.database === 'hardware_vtep' ? others : all
  const [first] = found
  if (first === undefined) throw new SourceError('line 1: no table')
  const { database } = first
  const other = found.find((one) => one.database !== database)
  if (other !== undefined)
    throw new SourceError(`line ${other.line}: a table of ${other.database} among those of ${database}`)
  const contents = new Map<string, SourceRows>()
  for (const { table, rows, line } of found) {
    if (contents.has(table)) throw new SourceError(`line ${line}: the table ${table} once more`)
    contents.set(table, rows)
  }
  const lacks = Object.entries(declarations[database]).flatMap(([table, columns]) => {
    const one = found.find((each) => each.table === table)
    if (one === undefined) return [table]
    const has = one.headings ?? Object.keys(columns)
    return Object.keys(columns).flatMap((column) => (has.includes(column) ? [] : [`${table}:${column}`]))
  })
  const read = [...contents].filter(([table]) => Object.hasOwn(declarations[database], table))
  return { database, version: null, contents: Object.fromEntries(read), lacks }
}

/** A table by columns that only it has. */
const marks: readonly (readonly [DatabaseName, string, readonly string[]])[] = [
  ...marksOf('Open_vSwitch', openVSwitch),
  ...marksOf('hardware_vtep', hardwareVtep),
]

function marksOf(
  database: DatabaseName,
  tables: Readonly<Record<string, { readonly knownBy: readonly (readonly string[])[] }>>,
): typeof marks {
  return Object.entries(tables).flatMap(([table, { knownBy }]) =>
    knownBy.map((columns) => [database, table, columns] as const),
  )
}

/** Tables of hardware_vtep that Open_vSwitch has none of; a caption says the name but not the database. */
const vtepOnly = /^(Physical_|Logical_|Ucast_|Mcast_|Arp_Sources_|ACL|Global$|Tunnel$)/

/** A database and the table's name there. */
export type Owner = readonly [DatabaseName, string]

/** Whose table it is, by its columns or, where it has one, by its caption. */
export function ownerOf(headings: readonly string[], name: string | undefined): Owner | undefined {
  if (name !== undefined) return [vtepOnly.test(name) ? 'hardware_vtep' : 'Open_vSwitch', name]
  const mark = marks.find(([, , columns]) => columns.every((column) => headings.includes(column)))
  return mark && [mark[0], mark[1]]
}

/** The name in a caption; undefined: it is none. */
export function captioned(caption: string): string | undefined {
  return /^(\w+) table$/.exec(caption)?.[1]
}

/** Tables that both databases have and nobody reads. */
export const unread: ReadonlySet<string | undefined> = new Set(['SSL'])
