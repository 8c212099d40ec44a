import type { DatabaseDeclaration, RowOf, TableDeclaration } from '../schema/column.js'
import { type Collection, entriesOf, lookup, none } from '../model/collection.js'
import { isUuid, type Uuid } from '../model/uuid.js'
import { amendColumns, decodeRow, isKnownAs, replaceColumns, WireError, type WireRow } from './decode.js'
import { own } from '../model/own.js'

/** Full contents, as each new monitor begins with: table → uuid → row. */
export type WireContents = Readonly<Record<string, Readonly<Record<string, WireRow>>>>

/** One changed row of an update notification, whichever of the three protocol versions carried it. */
export type WireChange =
  | { readonly insert: WireRow }
  /** Sets and maps as differences (update2, update3). */
  | { readonly modify: WireRow }
  /** New values of columns (RFC 7047's update). */
  | { readonly replace: WireRow }
  | { readonly delete: true }

export type WireUpdates = Readonly<Record<string, Readonly<Record<string, WireChange>>>>

type AnyRow = RowOf<TableDeclaration>
type Tables = Readonly<Record<string, Collection<AnyRow>>>

export interface AnyRowUpdate {
  readonly table: string
  readonly uuid: Uuid
  readonly row: AnyRow | null
}

/**
 * What differs between what is known and the full contents, as whole rows; null known: everything.
 * Throws WireError naming table and row.
 */
export function differences(
  declaration: DatabaseDeclaration,
  known: Tables | null,
  contents: WireContents,
): AnyRowUpdate[] {
  const updates: AnyRowUpdate[] = []
  for (const [table, columns] of Object.entries(declaration)) {
    const before = known?.[table] ?? none
    const rows = contents[table] ?? {}
    for (const uuid in rows) {
      const wire = rows[uuid] ?? {}
      const old = lookup(before, uuid)
      if (old !== undefined && isKnownAs(columns, old, wire)) continue
      const row = naming(table, uuid, () => decodeRow(columns, wire))
      if (old === undefined || !isSameRow(columns, old, row)) updates.push({ table, uuid, row })
    }
    for (const [uuid] of entriesOf(before))
      if (!Object.hasOwn(rows, uuid)) updates.push({ table, uuid, row: null })
  }
  return updates
}

/** The rows of one table in full contents. Throws WireError naming table and row. */
export function* decodeTable<T extends TableDeclaration>(
  table: string,
  columns: T,
  contents: WireContents,
): Generator<readonly [Uuid, RowOf<T>]> {
  for (const [uuid, wire] of Object.entries(contents[table] ?? {}))
    yield [uuid, naming(table, uuid, () => decodeRow(columns, wire))]
}

/** An update notification as whole rows; rows that end up as they were are left out. Throws WireError. */
export function afterImages(
  declaration: DatabaseDeclaration,
  known: Tables,
  changes: WireUpdates,
): AnyRowUpdate[] {
  const updates: AnyRowUpdate[] = []
  for (const [table, rows] of Object.entries(changes)) {
    const columns = own(declaration, table)
    const before = own(known, table)
    if (columns === undefined || before === undefined) continue
    for (const [uuid, change] of Object.entries(rows)) {
      const old = lookup(before, uuid)
      const row = naming(table, uuid, () => afterImage(columns, old, change))
      if (row === null ? old !== undefined : old === undefined || !isSameRow(columns, old, row))
        updates.push({ table, uuid, row })
    }
  }
  return updates
}

function isSameRow(columns: TableDeclaration, a: AnyRow, b: AnyRow): boolean {
  for (const name in columns) if (!isSame(a[name], b[name])) return false
  return true
}

function afterImage(columns: TableDeclaration, old: AnyRow | undefined, change: WireChange): AnyRow | null {
  if ('delete' in change) return null
  if ('insert' in change) return decodeRow(columns, change.insert)
  if (old === undefined) throw new WireError('a change of a row that was never sent')
  return 'modify' in change
    ? amendColumns(columns, old, change.modify)
    : replaceColumns(columns, old, change.replace)
}

function naming<T>(table: string, uuid: Uuid, decode: () => T): T {
  if (!isUuid(uuid)) throw new WireError(`${table}: not a UUID: ${JSON.stringify(uuid).slice(0, 80)}`)
  try {
    return decode()
  } catch (error) {
    if (error instanceof WireError) throw new WireError(`${table} ${uuid}: ${error.message}`)
    throw error
  }
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const [x, y] = [Object.entries(a), b as Record<string, unknown>]
  return x.length === Object.keys(b).length && x.every(([key, value]) => isSame(value, y[key]))
}
