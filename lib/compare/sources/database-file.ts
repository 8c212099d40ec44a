import { amendColumns, decodeRow, replaceColumns } from '../../ingest/decode.js'
import type { TableDeclaration } from '../../schema/column.js'
import { isUuid } from '../../model/uuid.js'
import {
  type DatabaseContents,
  databaseNamed,
  declarations,
  isObject,
  type SourceObject,
  located,
  readableVersion,
  type SourceRow,
  SourceError,
} from './database.js'
import { own } from '../../model/own.js'

/** The SHA-1 of some bytes as 40 hexadecimal digits. */
export type Sha1 = (bytes: Uint8Array) => string

interface LogRecord {
  /** Where it begins in the file, in bytes. */
  readonly at: number
  readonly json: SourceObject
}

/**
 * The contents of a standalone database file, ovsdb(5), which is also what `ovsdb-client backup` prints. A record that
 * the file ends within is passed over with a warning, as ovsdb-server does, unless all contents may be in it. Throws
 * SourceError with the byte where it goes wrong.
 */
export function readDatabaseFile(bytes: Uint8Array, sha1: Sha1): DatabaseContents {
  const { whole, torn } = records(bytes, sha1)
  const [schema, ...transactions] = whole
  if (torn !== null && transactions.length === 0)
    throw new SourceError(`byte ${torn}: the file ends within this record`)
  if (schema === undefined) throw new SourceError('byte 0: an empty file')
  const { name, version, tables } = schema.json
  if (typeof name !== 'string' || !isObject(tables)) throw new SourceError('byte 0: no database schema')
  const database = databaseNamed(name)
  const declaration = declarations[database]
  const readable = readableVersion(database, version)
  const lacks = lacking(declaration, tables, `${database} with schema version ${readable ?? 'none'}`)
  const known = new Map(Object.keys(declaration).map((table) => [table, new Map<string, SourceRow>()]))
  for (const transaction of transactions) apply(transaction, declaration, known)
  return {
    database,
    version: readable,
    contents: Object.fromEntries(known),
    lacks,
    ...(torn !== null && { warning: `byte ${torn}: the file ends within this record, which is passed over` }),
  }
}

/** `torn`: where a record begins that the file ends within; null: none. */
function records(bytes: Uint8Array, sha1: Sha1): { whole: LogRecord[]; torn: number | null } {
  const whole: LogRecord[] = []
  let at = 0
  while (at < bytes.length) {
    const end = bytes.indexOf(10, at)
    const header = text(bytes.subarray(at, end < 0 ? Math.min(bytes.length, at + 100) : end), at)
    if (header.startsWith('OVSDB CLUSTER '))
      throw new SourceError(
        `byte ${at}: a clustered database; "ovsdb-tool cluster-to-standalone" makes a file of it that can be read`,
      )
    const [, digits, hash] = /^OVSDB JSON (\d{1,10}) ([0-9a-f]{40})$/.exec(header) ?? []
    if (end < 0 && isBeginning(header)) return { whole, torn: at }
    if (digits === undefined || end < 0)
      throw new SourceError(`byte ${at}: not the beginning of an OVSDB record`)
    const body = bytes.subarray(end + 1, end + 1 + Number(digits))
    if (body.length < Number(digits)) return { whole, torn: at }
    if (sha1(body) !== hash) throw new SourceError(`byte ${at}: a record whose SHA-1 is wrong`)
    whole.push({ at, json: parsed(text(body, at), at) })
    at = end + 1 + body.length
  }
  return { whole, torn: null }
}

function isBeginning(header: string): boolean {
  return 'OVSDB JSON '.startsWith(header) || /^OVSDB JSON \d{1,10}( [0-9a-f]{0,40})?$/.test(header)
}

function text(bytes: Uint8Array, at: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new SourceError(`byte ${at}: a record that is not UTF-8`)
  }
}

function parsed(json: string, at: number): SourceObject {
  try {
    const value: unknown = JSON.parse(json)
    if (isObject(value)) return value
  } catch {
    // said below
  }
  throw new SourceError(`byte ${at}: a record that is no JSON object`)
}

/** `_is_diff`: sets and maps of known rows are differences, else new values (ovsdb-server since 2.15). */
function apply(
  { at, json }: LogRecord,
  declaration: Readonly<Record<string, TableDeclaration>>,
  known: ReadonlyMap<string, Map<string, SourceRow>>,
): void {
  const change = json['_is_diff'] === true ? amendColumns : replaceColumns
  for (const [table, changes] of Object.entries(json)) {
    const [rows, columns] = [known.get(table), own(declaration, table)]
    if (rows === undefined || columns === undefined) continue
    if (!isObject(changes)) throw new SourceError(`byte ${at}: ${table}: no rows`)
    for (const [uuid, wire] of Object.entries(changes)) {
      if (!isUuid(uuid))
        throw new SourceError(`byte ${at}: ${table}: not a UUID: ${JSON.stringify(uuid).slice(0, 60)}`)
      const old = rows.get(uuid)
      if (wire === null) rows.delete(uuid)
      else if (!isObject(wire)) throw new SourceError(`byte ${at}: ${table} ${uuid}: no row`)
      else
        rows.set(
          uuid,
          located(`byte ${at}: ${table} ${uuid}`, () =>
            old ? change(columns, old, wire) : decodeRow(columns, wire),
          ),
        )
    }
  }
}

/** Columns that the schema does not have, or does not keep in a file (`ephemeral`). Throws SourceError for a table. */
function lacking(
  declaration: Readonly<Record<string, TableDeclaration>>,
  tables: SourceObject,
  what: string,
): string[] {
  return Object.entries(declaration).flatMap(([table, columns]) => {
    const schema = own(tables, table)
    const known = isObject(schema) ? schema['columns'] : undefined
    if (!isObject(known)) throw new SourceError(`${what} has no table ${table}, so it can't be read`)
    const isKept = (column: unknown) => isObject(column) && column['ephemeral'] !== true
    return Object.keys(columns).flatMap((name) => (isKept(known[name]) ? [] : [`${table}:${name}`]))
  })
}
