import type { WireChange, WireContents, WireUpdates } from '../../lib/ingest/updates.js'
import type { Column, DatabaseDeclaration } from '../../lib/schema/column.js'

type Row = Readonly<Record<string, unknown>>
type Pair = readonly [unknown, unknown]

/** All rows at one moment, by `table uuid`. */
export type Snapshot = ReadonlyMap<string, { readonly row: Row; readonly text: string }>

export function snapshotOf(
  rows: Iterable<{ readonly table: string; readonly uuid: string; readonly row: unknown }>,
): Snapshot {
  return new Map(
    [...rows].map(({ table, uuid, row }) => [`${table} ${uuid}`, { row: row as Row, text: textOfRow(row) }]),
  )
}

/** The same for the same values, in whatever order the columns stand. */
export function textOfRow(row: unknown): string {
  return JSON.stringify(Object.entries(row as Row).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Full contents as the server sends them (RFC 7047, 4.1.5). */
export function contentsOf(declaration: DatabaseDeclaration, rows: Snapshot): WireContents {
  const contents: Record<string, Record<string, Row>> = {}
  for (const [key, { row }] of rows) {
    const [table, uuid] = key.split(' ') as [string, string]
    ;(contents[table] ??= {})[uuid] = encodeRow(declaration[table] ?? {}, row)
  }
  return contents
}

/** What an update says that leads from `before` to `after`; `isDifference`: as update2 says it. */
export function updatesOf(
  declaration: DatabaseDeclaration,
  before: Snapshot,
  after: Snapshot,
  isDifference: boolean,
): WireUpdates {
  const updates: Record<string, Record<string, WireChange>> = {}
  const note = (key: string, change: WireChange) => {
    const [table, uuid] = key.split(' ') as [string, string]
    ;(updates[table] ??= {})[uuid] = change
  }
  for (const [key, { row, text }] of after) {
    const columns = declaration[key.slice(0, key.indexOf(' '))] ?? {}
    const old = before.get(key)
    if (old === undefined) note(key, { insert: encodeRow(columns, row) })
    else if (old.text !== text && isDifference) note(key, { modify: differenceOf(columns, old.row, row) })
    else if (old.text !== text) note(key, { replace: encodeRow(columns, changedIn(old.row, row)) })
  }
  for (const key of before.keys()) if (!after.has(key)) note(key, { delete: true })
  return updates
}

function changedIn(before: Row, after: Row): Row {
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])),
  )
}

function differenceOf(columns: Readonly<Record<string, Column>>, before: Row, after: Row): Row {
  const changed = Object.entries(changedIn(before, after)).map(([name, value]): [string, unknown] => {
    const shape = columns[name]?.shape
    if (shape === 'set') return [name, toggled(before[name] as unknown[], value as unknown[])]
    return [name, shape === 'map' ? mapDifference(before[name] as Pair[], value as Pair[]) : value]
  })
  return encodeRow(columns, Object.fromEntries(changed))
}

function toggled(before: readonly unknown[], after: readonly unknown[]): unknown[] {
  return [
    ...before.filter((atom) => !after.includes(atom)),
    ...after.filter((atom) => !before.includes(atom)),
  ]
}

function mapDifference(before: readonly Pair[], after: readonly Pair[]): Pair[] {
  const [old, now] = [new Map(before), new Map(after)]
  return [
    ...before.filter(([key]) => !now.has(key)),
    ...after.filter(([key, value]) => old.get(key) !== value),
  ]
}

function encodeRow(columns: Readonly<Record<string, Column>>, row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => {
      const column = columns[name]
      return column === undefined ? [] : [[name, encode(column, value)]]
    }),
  )
}

function encode({ shape, key, value: second = 'string' }: Column, value: unknown): unknown {
  const atom = (type: string, it: unknown) => (type === 'uuid' ? ['uuid', it] : it)
  if (shape === 'map')
    return ['map', (value as readonly Pair[]).map(([k, v]) => [atom(key, k), atom(second, v)])]
  if (shape === 'set') return ['set', (value as readonly unknown[]).map((it) => atom(key, it))]
  return value === null ? ['set', []] : atom(key, value)
}
