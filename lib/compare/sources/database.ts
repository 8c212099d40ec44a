import { Unclear } from '../forms/unclear.js'
import { WireError } from '../../ingest/decode.js'
import type { DatabaseDeclaration, RowOf, TableDeclaration } from '../../schema/column.js'
import type { Event, OvsRowUpdate, VtepRowUpdate } from '../../model/event.js'
import { ovsTables } from '../../schema/open-vswitch.js'
import type { Uuid } from '../../model/uuid.js'
import { vtepTables } from '../../schema/hardware-vtep.js'
import { beginning, oneLine } from '../../words/one-line.js'

export type DatabaseName = 'hardware_vtep' | 'Open_vSwitch'

/** Some table's row, of which the table's declaration says more. */
export type SourceRow = RowOf<TableDeclaration>

export type SourceRows = ReadonlyMap<Uuid, SourceRow>

/** What a text says of one database. Columns that it leaves out have OVSDB's default values. */
export interface DatabaseContents {
  readonly database: DatabaseName
  /** Of the schema; null: the text does not say. */
  readonly version: string | null
  readonly contents: Readonly<Record<string, SourceRows>>
  /** Tables, and columns as TABLE:COLUMN, that we read and the text does not hold. */
  readonly lacks: readonly string[]
  /** What was passed over, to be shown; absent: nothing was. */
  readonly warning?: string
}

/** For a history that knows none of it yet. */
export function contentsFound({ database, contents }: DatabaseContents): Event {
  const updates = Object.entries(contents).flatMap(([table, rows]) =>
    [...rows].map(([uuid, row]) => ({ table, uuid, row })),
  )
  return database === 'hardware_vtep'
    ? { type: 'VtepUpdated', isCatchUp: true, updates: updates as unknown as VtepRowUpdate[] }
    : { type: 'OvsUpdated', isCatchUp: true, updates: updates as unknown as OvsRowUpdate[] }
}

/** A text is not what it should be; the message says where, in one line whatever is in the text. */
export class SourceError extends Error {
  override readonly name = 'SourceError'

  constructor(message: string) {
    super(oneLine(message))
  }
}

/** What `read` gives; what is wrong in its text or its values is said with the place. Throws SourceError. */
export function located<T>(place: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof Unclear || error instanceof WireError)
      throw new SourceError(`${place}: ${error.message}`)
    throw error
  }
}

export const declarations: Readonly<Record<DatabaseName, DatabaseDeclaration>> = {
  hardware_vtep: vtepTables,
  Open_vSwitch: ovsTables,
}

export function databaseNamed(name: string): DatabaseName {
  if (name === 'hardware_vtep' || name === 'Open_vSwitch') return name
  throw new SourceError(`a database ${JSON.stringify(name).slice(0, 60)}, not hardware_vtep or Open_vSwitch`)
}

/** The first number of the newest schema version that is known; a greater one promises nothing about our columns. */
const majors: Readonly<Record<DatabaseName, number>> = { hardware_vtep: 1, Open_vSwitch: 8 }

/** The version of a schema, if it can be read; null: it has none, which ovsdb-server(7) allows. Throws SourceError. */
export function readableVersion(database: DatabaseName, version: unknown): string | null {
  if (version === undefined) return null
  const shown = beginning(version, 60)
  const [, major] = typeof version === 'string' ? (/^(\d+)\.\d+\.\d+$/.exec(version) ?? []) : []
  if (typeof version !== 'string' || major === undefined)
    throw new SourceError(`${database} with a schema version that is none: ${shown}`)
  if (Number(major) > majors[database])
    throw new SourceError(
      `${database} with schema version ${shown}; ${majors[database]}.x.y is the newest that can be read`,
    )
  return version
}

export type SourceObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is SourceObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
