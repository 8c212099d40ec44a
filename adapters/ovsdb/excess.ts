import { mostElements } from '../../lib/model/limits.js'
import type { Connection } from './connection.js'
import { ProtocolError } from './errors.js'
import type { WireRowUpdate, TableUpdates, UncheckedRow, WireTables } from './table-updates.js'
import { arrayOf, objectOf } from './wire-checks.js'

/** One value of a row. */
interface Place {
  readonly table: string
  readonly uuid: string
  readonly column: string
}

/**
 * The sets and maps of which we have a part only, for they are too large (`SplitterLimits`). A difference says nothing of such a one,
 * and a difference that is too large itself says nothing of any: it is left out, and the value is asked for.
 */
export class Excess {
  readonly #database: string
  readonly #emit: (updates: TableUpdates) => void
  readonly #places = new Set<string>()
  /** Values that are asked for, and whether they changed since. */
  readonly #asked = new Map<string, boolean>()

  /** `emit` gets the values that were asked for. */
  constructor(database: string, emit: (updates: TableUpdates) => void) {
    this.#database = database
    this.#emit = emit
  }

  /** Whether a value was asked for and has not come. */
  get isWaiting(): boolean {
    return this.#asked.size > 0
  }

  /** The connection has ended. */
  stop(): void {
    this.#asked.clear()
  }

  /** Full contents: nothing else is known any more. */
  begin(contents: WireTables): void {
    this.#places.clear()
    for (const [table, rows] of Object.entries(contents))
      for (const uuid in rows) this.#note(table, uuid, rows[uuid] ?? {})
  }

  /** What can be known of `updates`. */
  passed(connection: Connection, updates: TableUpdates): TableUpdates {
    if (this.#places.size === 0 && !hasExcess(updates)) return updates
    const tables = Object.entries(updates).map(([table, rows]) => {
      const kept = Object.entries(rows).map(([uuid, change]) => {
        const known = this.#known(connection, table, uuid, change)
        return [uuid, known] as const
      })
      return [table, Object.fromEntries(kept)] as const
    })
    return Object.fromEntries(tables)
  }

  #known(connection: Connection, table: string, uuid: string, change: WireRowUpdate): WireRowUpdate {
    if ('delete' in change) {
      for (const place of this.#places) if (place.includes(uuid)) this.#places.delete(place)
      return change
    }
    if (!('modify' in change)) {
      this.#note(table, uuid, 'insert' in change ? change.insert : change.replace)
      return change
    }
    const kept = Object.entries(change.modify).filter(([column, value]) => {
      const place = { table, uuid, column }
      if (!isTooLarge(value) && !this.#places.has(keyOf(place))) return true
      this.#ask(connection, place)
      return false
    })
    return { modify: Object.fromEntries(kept) }
  }

  #note(table: string, uuid: string, row: UncheckedRow): void {
    for (const column in row) {
      const key = isTooLarge(row[column]) || this.#places.size > 0 ? keyOf({ table, uuid, column }) : ''
      if (isTooLarge(row[column])) this.#places.add(key)
      else if (key !== '') this.#places.delete(key)
    }
  }

  #ask(connection: Connection, place: Place): void {
    const { table, uuid, column } = place
    const key = keyOf(place)
    this.#places.add(key)
    const isAsked = this.#asked.has(key)
    this.#asked.set(key, isAsked)
    if (isAsked) return
    const select = { op: 'select', table, where: [['_uuid', '==', ['uuid', uuid]]], columns: [column] }
    connection.call('transact', [this.#database, select], (error, result) => {
      if (error !== null) {
        // what is asked for stays so until `stop`
        connection.close(error)
        return
      }
      const isOld = this.#asked.get(key) === true
      this.#asked.delete(key)
      if (isOld) this.#ask(connection, place)
      else this.#take(place, result)
    })
  }

  #take({ table, uuid, column }: Place, result: unknown): void {
    const [selected] = arrayOf(result, 'reply to transact')
    const [row] = arrayOf(objectOf(selected, 'result of select')['rows'], 'selected rows')
    // it may be gone by now
    if (row === undefined) return
    const value = objectOf(row, 'selected row')[column]
    if (value === undefined) throw new ProtocolError(`selected row without ${column}`)
    this.#note(table, uuid, { [column]: value })
    this.#emit({ [table]: { [uuid]: { replace: { [column]: value } } } })
  }
}

function keyOf({ table, uuid, column }: Place): string {
  return `${table}/${uuid}/${column}`
}

function hasExcess(updates: TableUpdates): boolean {
  for (const rows of Object.values(updates))
    for (const change of Object.values(rows)) {
      if ('delete' in change) continue
      const row = 'modify' in change ? change.modify : 'insert' in change ? change.insert : change.replace
      for (const column in row) if (isTooLarge(row[column])) return true
    }
  return false
}

/** A set or map, or a difference of one. */
function isTooLarge(value: unknown): boolean {
  if (!Array.isArray(value)) return false
  const [, elements] = value as readonly unknown[]
  return Array.isArray(elements) && elements.length > mostElements
}
