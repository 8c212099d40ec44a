import { type Column, defaultOf, type RowOf, type TableDeclaration } from '../schema/column.js'
import type { Atom } from '../schema/domain.js'
import { isUuid, shared } from '../model/uuid.js'
import { beginning } from '../words/one-line.js'

/** A row as OVSDB's JSON carries it (RFC 7047, 5.1): column → value, columns with default values left out. */
export type WireRow = Readonly<Record<string, unknown>>

/** The server sent a value that its own schema does not allow. */
export class WireError extends Error {
  override readonly name = 'WireError'
}

type Pair = readonly [unknown, unknown]
type Value = unknown

/** A typed row. Columns that are missing have OVSDB's default value; unknown columns are ignored. */
export function decodeRow<T extends TableDeclaration>(table: T, wire: WireRow): RowOf<T> {
  return mapColumns(table, (name, column) => {
    const value = wire[name]
    return value === undefined ? defaultOf(column) : decode(column, value, name)
  })
}

/** Whether `wire` is certainly what `row` was decoded from, which is much quicker to see than to decode it; false: it may be. */
export function isKnownAs<T extends TableDeclaration>(table: T, row: RowOf<T>, wire: WireRow): boolean {
  for (const name in table) if (!isHeldAs(table[name] as Column, row[name], wire[name])) return false
  return true
}

function isHeldAs(column: Column, held: unknown, wire: unknown): boolean {
  const { shape, key } = column
  if (shape === 'set' || shape === 'map' || held === null) {
    const isNothing = held == null || (held as readonly Value[]).length === 0
    return isNothing && (wire === undefined || tagged(wire, shape === 'map' ? 'map' : 'set')?.length === 0)
  }
  if (wire === undefined) return shape === 'one' && (held ?? defaultOf(column)) === defaultOf(column)
  if (key !== 'uuid') return wire === (column.isLate === true ? (held ?? defaultOf(column)) : held)
  return Array.isArray(wire) && wire.length === 2 && wire[0] === 'uuid' && wire[1] === held
}

/** `row` after the columns in `wire` took new values. */
export function replaceColumns<T extends TableDeclaration>(table: T, row: RowOf<T>, wire: WireRow): RowOf<T> {
  return mapColumns(table, (name, column) =>
    wire[name] === undefined ? row[name] : decode(column, wire[name], name),
  )
}

/**
 * `row` after an update2 or update3 `modify` (ovsdb-server(7)): sets and maps arrive as the difference,
 * other columns as the new value.
 */
export function amendColumns<T extends TableDeclaration>(table: T, row: RowOf<T>, wire: WireRow): RowOf<T> {
  const amended: Record<string, unknown> = { ...row }
  // most changes are of one column
  for (const name in wire) {
    if (wire[name] !== undefined && Object.hasOwn(table, name))
      amended[name] = amendedColumn(table[name] as Column, row[name], wire[name], name)
  }
  return amended as RowOf<T>
}

function amendedColumn(column: Column, held: Value, wire: unknown, name: string): Value {
  const value = decode(column, wire, name)
  const before = held ?? defaultOf(column)
  if (column.shape === 'set') return toggled(before as readonly Value[], value as readonly Value[])
  if (column.shape === 'map') return merged(before as readonly Pair[], value as readonly Pair[])
  return value
}

/** The row as OVSDB's JSON carries it, every column. */
export function encodeRow<T extends TableDeclaration>(table: T, row: RowOf<T>): WireRow {
  return mapColumns(table, (name, column) => {
    const { shape, key, value = 'string' } = column
    const held: unknown = row[name] ?? defaultOf(column)
    if (shape === 'one') return encodeAtom(key, held)
    if (shape === 'optional') return held === null ? ['set', []] : encodeAtom(key, held)
    if (shape === 'set') return ['set', (held as readonly Value[]).map((atom) => encodeAtom(key, atom))]
    return ['map', (held as readonly Pair[]).map(([k, v]) => [encodeAtom(key, k), encodeAtom(value, v)])]
  })
}

function encodeAtom(atom: Atom, value: Value): unknown {
  return atom === 'uuid' ? ['uuid', value] : value
}

function mapColumns<T extends TableDeclaration>(
  table: T,
  value: (name: string, column: Column) => unknown,
): RowOf<T> {
  const row: Record<string, unknown> = {}
  for (const name in table) row[name] = value(name, table[name] as Column)
  // each column holds what its declaration says: that is what the callers' decode() returns

  return row as RowOf<T>
}

function decode(column: Column, wire: unknown, name: string): Value {
  if (column.shape === 'map') return decodeMap(column, wire, name)
  if (column.shape === 'one') return decodeAtom(column.key, wire, name)
  const atoms = tagged(wire, 'set') ?? [wire]
  const values = atoms.map((atom) => decodeAtom(column.key, atom, name)).sort(ascending)
  if (column.shape === 'set') return values
  if (values.length > 1) throw new WireError(`column ${name}: ${values.length} values where one is allowed`)
  return values[0] ?? null
}

function decodeMap({ key, value = 'string' }: Column, wire: unknown, name: string): readonly Pair[] {
  const pairs = tagged(wire, 'map')
  if (pairs === undefined) throw new WireError(`column ${name}: not a map: ${excerpt(wire)}`)
  return pairs
    .map((pair): Pair => {
      if (!Array.isArray(pair) || pair.length !== 2)
        throw new WireError(`column ${name}: not a pair: ${excerpt(pair)}`)
      return [decodeAtom(key, pair[0], name), decodeAtom(value, pair[1], name)]
    })
    .sort((a, b) => ascending(a[0], b[0]))
}

function tagged(wire: unknown, tag: 'set' | 'map'): readonly unknown[] | undefined {
  if (!Array.isArray(wire) || wire.length !== 2 || wire[0] !== tag) return undefined
  return Array.isArray(wire[1]) ? (wire[1] as readonly unknown[]) : undefined
}

function decodeAtom(atom: Atom, wire: unknown, name: string): Value {
  if (atom === 'uuid') {
    if (Array.isArray(wire) && wire[0] === 'uuid' && typeof wire[1] === 'string' && isUuid(wire[1]))
      return shared(wire[1])
  } else if (atom === 'integer') {
    // OVSDB's have 64 bits; what is beyond 53 becomes a neighbour, which is as much out of range wherever a column has one;
    // of sequences of ACL entries see `blurredSequence`
    if (Number.isInteger(wire) && Math.abs(Number(wire)) <= 2 ** 63) return wire
  } else if (typeof wire === atom) return wire
  throw new WireError(`column ${name}: not ${atom === 'integer' ? 'an' : 'a'} ${atom}: ${excerpt(wire)}`)
}

function toggled(before: readonly Value[], difference: readonly Value[]): readonly Value[] {
  const after = new Set(before)
  for (const value of difference) if (!after.delete(value)) after.add(value)
  return [...after].sort(ascending)
}

function merged(before: readonly Pair[], difference: readonly Pair[]): readonly Pair[] {
  const after = new Map(before)
  for (const [key, value] of difference) {
    if (after.get(key) === value) after.delete(key)
    else after.set(key, value)
  }
  return [...after].sort((a, b) => ascending(a[0], b[0]))
}

function ascending(a: unknown, b: unknown): number {
  const [x, y] = [a as string | number, b as string | number]
  return x < y ? -1 : x > y ? 1 : 0
}

function excerpt(wire: unknown): string {
  return beginning(wire, 80)
}
