import type { WireContents } from '../ingest/updates.js'
import type { DatabaseDeclaration } from '../model/columns.js'
import { ovsTables } from '../model/ovs.js'
import { vtepTables } from '../model/vtep.js'

export type DatabaseName = 'hardware_vtep' | 'Open_vSwitch'

/** What a text says of one database. Columns that it leaves out have OVSDB's default values. */
export interface DatabaseContents {
  readonly database: DatabaseName
  /** Of the schema; null: the text does not say. */
  readonly version: string | null
  readonly contents: WireContents
  /** Tables, and columns as TABLE:COLUMN, that we read and the text does not hold. */
  readonly lacks: readonly string[]
}

/** A text is not what it should be; the message says where. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
}

export const declarations: Readonly<Record<DatabaseName, DatabaseDeclaration>> = {
  hardware_vtep: vtepTables,
  Open_vSwitch: ovsTables,
}

export function databaseNamed(name: string): DatabaseName {
  if (name === 'hardware_vtep' || name === 'Open_vSwitch') return name
  throw new SourceError(`a database ${JSON.stringify(name).slice(0, 60)}, not hardware_vtep or Open_vSwitch`)
}

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
