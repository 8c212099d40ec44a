import { isUuid } from '../../lib/model/uuid.js'
import { ProtocolError } from './errors.js'
import { excerpt, isJsonObject, type JsonObject, objectOf } from './wire-checks.js'

/** A row as it came: column name → <value> of RFC 7047, 5.1, not decoded. */
export type WireRow = JsonObject
/** Rows by their UUID. */
export type WireTable = Readonly<Record<string, WireRow>>
/** Tables by their name. */
export type WireTables = Readonly<Record<string, WireTable>>

/**
 * What happened to one row:
 * - `insert`: the new row. A column it leaves out has the default of its type (update2, update3).
 * - `modify`: only the columns that changed (update2, update3). For a column of at most one value that is the
 *   new value. For a set it is the elements that only one of the old and new set has; for a map the pairs
 *   whose key only one has, plus those with another value, as they are now.
 * - `replace`: every monitored column as it is now (RFC 7047's update).
 * - `delete`: the row is gone.
 */
export type RowUpdate =
  | { readonly insert: WireRow }
  | { readonly modify: WireRow }
  | { readonly replace: WireRow }
  | { readonly delete: true }

/** What one transaction changed: table name → row UUID → what happened to that row. */
export type TableUpdates = Readonly<Record<string, Readonly<Record<string, RowUpdate>>>>

/** Reads <table-updates2> of ovsdb-server(7), 4.1.14. */
export function readUpdates2(value: unknown): TableUpdates {
  return readTables(value, (row) => {
    const { initial, insert = initial, modify } = row
    if (insert !== undefined) return { insert: objectOf(insert, 'inserted row') }
    if (modify !== undefined) return { modify: objectOf(modify, 'modified row') }
    if ('delete' in row) return { delete: true }
    throw new ProtocolError(`not a row update: ${excerpt(row)}`)
  })
}

/** Reads <table-updates> of RFC 7047, 4.1.6; initial contents read as insertions. */
export function readUpdates(value: unknown): TableUpdates {
  return readTables(value, (row) => {
    if (row['new'] === undefined && row['old'] === undefined)
      throw new ProtocolError(`not a row update: ${excerpt(row)}`)
    if (row['new'] === undefined) return { delete: true }
    const after = objectOf(row['new'], 'new row')
    return row['old'] === undefined ? { insert: after } : { replace: after }
  })
}

/** The contents that consist of nothing but the insertions of `updates`; each of `tables` is in them. */
export function contentsOf(updates: TableUpdates, tables: readonly string[]): WireTables {
  return Object.fromEntries(tables.map((table) => [table, mapRows(updates[table] ?? {}, insertedRow)]))
}

function insertedRow(update: RowUpdate): WireRow {
  if (!('insert' in update)) throw new ProtocolError('initial contents with a change in them')
  return update.insert
}

function readTables(value: unknown, readRow: (row: JsonObject) => RowUpdate): TableUpdates {
  const tables = Object.entries(objectOf(value, 'table updates')).map(([name, table]) => {
    const rows = mapRows(objectOf(table, `updates of ${name}`), (row, uuid) => {
      if (!isUuid(uuid)) throw new ProtocolError(`not a UUID in ${name}: ${excerpt(uuid)}`)
      // naming a row costs more than looking at it
      return readRow(isJsonObject(row) ? row : objectOf(row, `update of ${name} ${uuid}`))
    })
    return [name, rows] as const
  })
  return Object.fromEntries(tables)
}

/** `map` throws at a name that is no UUID. */
function mapRows<T, U>(
  rows: Readonly<Record<string, T>>,
  map: (row: T, uuid: string) => U,
): Record<string, U> {
  const mapped: Record<string, U> = {}
  // no list of all of them in between
  for (const uuid in rows) {
    const row = rows[uuid]
    if (row !== undefined) mapped[uuid] = map(row, uuid)
  }
  return mapped
}
