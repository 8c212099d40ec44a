import { amendColumns, decodeRow, replaceColumns, type WireRow } from '../../ingest/decode.js'
import type { Operation, RowBatch } from '../../model/batch.js'
import { type Collection, lookup } from '../../model/collection.js'
import type { RowOf, TableDeclaration } from '../../schema/column.js'
import type { VtepRowUpdate } from '../../model/event.js'
import type { VtepTables } from '../../model/state.js'
import type { NewUuid, Uuid } from '../../model/uuid.js'
import { own } from '../../model/own.js'
import { type VtepTable, vtepTables } from '../../schema/hardware-vtep.js'

type AnyRow = RowOf<TableDeclaration>

/**
 * How hardware_vtep would read after a transaction of ours (RFC 7047, 5.2), but for rows that go because nothing points at
 * them any more. Tables that we do not read are left out.
 */
export function transacted(vtep: VtepTables, batch: RowBatch, newUuid: NewUuid): VtepRowUpdate[] {
  const uuids = new Map<string, Uuid>()
  for (const { 'uuid-name': name } of batch.operations)
    if (typeof name === 'string') uuids.set(name, newUuid())
  const made = new Map<string, { table: VtepTable; uuid: Uuid; row: AnyRow | null }>()
  const rowAt = (table: VtepTable, uuid: Uuid): AnyRow | undefined => {
    const known = made.get(uuid)
    return known === undefined ? lookup(vtep[table] as Collection<AnyRow>, uuid) : (known.row ?? undefined)
  }
  for (const operation of batch.operations) {
    const table = operation['table'] as VtepTable
    if (!Object.hasOwn(vtepTables, table)) continue
    const declaration: TableDeclaration = vtepTables[table]
    const uuid = isInsert(operation)
      ? (uuids.get(String(operation['uuid-name'])) ?? newUuid())
      : target(operation)
    const before = rowAt(table, uuid)
    const row = after(operation, declaration, before, uuids)
    if (row !== undefined) made.set(uuid, { table, uuid, row })
  }
  return [...made.values()] as VtepRowUpdate[]
}

function isInsert({ op }: Operation): boolean {
  return op === 'insert'
}

/** The row that an operation of ours is about: its first condition says so. */
function target({ where }: Operation): Uuid {
  return (where as readonly [[string, string, readonly [string, Uuid]]])[0][2][1]
}

/** Undefined: there is nothing to change. */
function after(
  operation: Operation,
  declaration: TableDeclaration,
  before: AnyRow | undefined,
  uuids: ReadonlyMap<string, Uuid>,
): AnyRow | null | undefined {
  const columns = resolved(operation['row'] ?? {}, uuids) as WireRow
  if (operation.op === 'insert') return decodeRow(declaration, columns)
  if (before === undefined) return undefined
  if (operation.op === 'delete') return null
  if (operation.op === 'update') return replaceColumns(declaration, before, columns)
  let row = before
  for (const mutation of operation['mutations'] as readonly [string, string, unknown][])
    row = mutated(declaration, row, mutation, uuids)
  return row
}

/** What of an insertion is there, and of a deletion is not, changes nothing; the rest is a difference. */
function mutated(
  declaration: TableDeclaration,
  row: AnyRow,
  [name, mutator, value]: readonly [string, string, unknown],
  uuids: ReadonlyMap<string, Uuid>,
): AnyRow {
  const column = own(declaration, name)
  const had = row[name] as readonly unknown[]
  if (column === undefined) return row
  if (column.shape === 'map' && mutator === 'delete') {
    const keys = new Set((value as readonly [string, readonly unknown[]])[1])
    return {
      ...row,
      [name]: (had as readonly (readonly unknown[])[]).filter(([key]) => !keys.has(key)),
    } as AnyRow
  }
  const given = resolved(value, uuids)
  const difference = decodeRow({ [name]: column }, { [name]: given })[name] as readonly unknown[]
  const isIn = (one: unknown): boolean => had.some((other) => JSON.stringify(other) === JSON.stringify(one))
  const counted = difference.filter((one) => isIn(one) === (mutator === 'delete'))
  const members = counted.map((one) =>
    column.shape === 'map'
      ? [(one as readonly unknown[])[0], wireAtom(column.value, (one as readonly unknown[])[1])]
      : wireAtom(column.key, one),
  )
  return amendColumns(declaration, row, { [name]: [column.shape, members] })
}

function wireAtom(kind: string | undefined, value: unknown): unknown {
  return kind === 'uuid' ? ['uuid', value] : value
}

/** A value with the UUIDs of new rows in it. */
function resolved(value: unknown, uuids: ReadonlyMap<string, Uuid>): unknown {
  if (Array.isArray(value)) {
    const [tag, name] = value as unknown[]
    if (tag === 'named-uuid') return ['uuid', uuids.get(String(name))]
    return value.map((part) => resolved(part, uuids))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolved(part, uuids)]))
}
