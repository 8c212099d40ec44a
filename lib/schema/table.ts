import type { RowOf, TableDeclaration } from './column.js'

/** Who writes a table or a column, by vtep(5) and ovs-vswitchd.conf.db(5). */
export type Writer = 'controller' | 'switch' | 'administrator' | 'Open vSwitch'

/** What another row is called. `table`: where it must be; a row of another table is called by its UUID. */
export type CallRow = (uuid: string, table: string) => string

/** All that is known of one table. Everything else that depends on tables follows from the list of these. */
export interface Table<C extends TableDeclaration = TableDeclaration> {
  /** The columns that we read. */
  readonly columns: C
  /** What one row is, in words. */
  readonly noun: string
  /** Whether rows stay until somebody deletes them; others go with the last reference to them. */
  readonly isRoot: boolean
  /** Columns that nobody can change. */
  readonly immutable?: readonly (keyof C & string)[]
  readonly writer: Writer
  /** Columns that somebody else writes. */
  readonly written?: { readonly [K in keyof C]?: Writer }
  /** The column that faults are raised in. */
  readonly faults?: keyof C & string
  /** What does not work with an older schema, which lacks the table or these columns of it. */
  readonly since?: Partial<Readonly<Record<'table' | (keyof C & string), Since>>>
  /** What a row is called within its table. */
  readonly called: (row: RowOf<C>, call: CallRow) => string
  /** Sets of columns of the schema, read or not, that no other table of the two databases has together. */
  readonly knownBy: readonly (readonly string[])[]
}

/** The version of the schema that brought something, and what is not there without it. */
export interface Since {
  readonly version: string
  readonly feature: string
}

/** Checks a declaration and keeps its exact type. */
export function declareTable<C extends TableDeclaration>(declared: Table<C>): Table<C> {
  return declared
}

type AnyTables = Readonly<Record<string, { readonly columns: TableDeclaration }>>

/** By name, the columns alone. */
export function columnsOf<T extends AnyTables>(tables: T): { readonly [N in keyof T]: T[N]['columns'] } {
  const pairs = Object.entries(tables).map(([name, { columns }]) => [name, columns] as const)
  // the same names with what stands at each
  return Object.fromEntries(pairs) as { readonly [N in keyof T]: T[N]['columns'] }
}
