import { defaultOf, type RowOf, type TableDeclaration } from './column.js'
import { hardwareVtep } from './hardware-vtep.js'
import { openVSwitch } from './open-vswitch.js'
import type { CallRow, Table } from './table.js'

/** Every table of both databases that is kept in the journal; no name is in both. */
const all = new Map(Object.entries({ ...hardwareVtep, ...openVSwitch }))

/** What is declared of a table; undefined: nobody reads it. */
export function tableNamed(name: string): Table | undefined {
  // what is asked of a table is asked of its own rows
  return all.get(name) as Table | undefined
}

/**
 * What a row is called within its table. Rows of early journals lack columns that came later, so what is missing is
 * taken as empty. Undefined: the table is not declared.
 */
export function calledIn(name: string, row: object, call: CallRow): string | undefined {
  const declared = tableNamed(name)
  if (declared === undefined) return undefined
  const empty = Object.entries(declared.columns).map(([column, of]) => [column, defaultOf(of)] as const)
  return declared.called({ ...Object.fromEntries(empty), ...row } as RowOf<TableDeclaration>, call)
}
