import { isUuid } from '../../lib/model/uuid.js'
import { ProtocolError } from './errors.js'
import { excerpt, isJsonObject, type JsonObject, objectOf } from './wire-checks.js'

/** A row as it came: column name → <value> of RFC 7047, 5.1, not decoded. */
export type UncheckedRow = JsonObject
/** Rows by their UUID. */
export type WireTable = Readonly<Record<string, UncheckedRow>>
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
export type WireRowUpdate =
  | { readonly insert: UncheckedRow }
  | { readonly modify: UncheckedRow }
  | { readonly replace: UncheckedRow }
  | { readonly delete: true }

/** What one transaction changed: table name → row UUID → what happened to that row. */
export type TableUpdates = Readonly<Record<string, Readonly<Record<string, WireRowUpdate>>>>

/** Reads <table-updates2> of ovsdb-server(7), 4.1.14. */
export function readUpdates2(value: unknown): TableUpdates {
  return readTables(value, update2)
}

/** Reads <table-updates> of RFC 7047, 4.1.6; initial contents read as insertions. */
export function readUpdates(value: unknown): TableUpdates {
  return readTables(value, update)
}

/** As `readUpdates2`, of updates that consist of nothing but insertions: they are full contents. */
export function readContents2(value: unknown): WireTables {
  return readTables(value, (row) => insertedRow(update2(row)))
}

/** As `readUpdates`, likewise. */
export function readContents(value: unknown): WireTables {
  return readTables(value, (row) => insertedRow(update(row)))
}

function update2(row: JsonObject): WireRowUpdate {
  const { initial, insert = initial, modify } = row
  if (insert !== undefined) return { insert: objectOf(insert, 'inserted row') }
  if (modify !== undefined) return { modify: objectOf(modify, 'modified row') }
  if ('delete' in row) return { delete: true }
  throw new ProtocolError(`not a row update: ${excerpt(row)}`)
}

function update(row: JsonObject): WireRowUpdate {
  if (row['new'] === undefined && row['old'] === undefined)
    throw new ProtocolError(`not a row update: ${excerpt(row)}`)
  if (row['new'] === undefined) return { delete: true }
  const after = objectOf(row['new'], 'new row')
  return row['old'] === undefined ? { insert: after } : { replace: after }
}

function insertedRow(made: WireRowUpdate): UncheckedRow {
  if (!('insert' in made)) throw new ProtocolError('initial contents with a change in them')
  return made.insert
}

function readTables<T>(
  value: unknown,
  readRow: (row: JsonObject) => T,
): Readonly<Record<string, Readonly<Record<string, T>>>> {
  const tables = Object.entries(objectOf(value, 'table updates')).map(([name, table]) => {
    const rows = objectOf(table, `updates of ${name}`)
    const read: Record<string, T> = {}
    // no list of all of them in between
    for (const uuid in rows) {
      if (!isUuid(uuid)) throw new ProtocolError(`not a UUID in ${name}: ${excerpt(uuid)}`)
      const row = rows[uuid]
      // naming a row costs more than looking at it
      read[uuid] = readRow(isJsonObject(row) ? row : objectOf(row, `update of ${name} ${uuid}`))
    }
    return [name, read] as const
  })
  return Object.fromEntries(tables)
}
