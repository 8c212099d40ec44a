import type { Column, DatabaseDeclaration, TableDeclaration } from '../schema/column.js'
import type { Atom } from '../schema/domain.js'
import type { OvsRowUpdate, VtepRowUpdate } from './event.js'
import { ovsTables } from '../schema/open-vswitch.js'
import {
  anyText,
  isBoolean,
  listOf,
  mayBeMissing,
  nullable,
  numberShape,
  pairOf,
  recordOf,
  type Shape,
  textShape,
  variants,
} from './shape.js'
import { isUuid } from './uuid.js'
import { vtepTables } from '../schema/hardware-vtep.js'

export const uuidShape = textShape('a UUID', isUuid)

/** OVSDB's integers have 64 bits; see `decodeRow`. */
const integer = numberShape(
  'an integer of 64 bits',
  (value) => Number.isInteger(value) && Math.abs(value) <= 2 ** 63,
)

/** A row's columns hold what their declarations say. Early programs did not know all of them. */
export function rowShape(columns: TableDeclaration): Shape<object> {
  return recordOf(
    Object.entries(columns).map(([name, column]) => {
      const shape = columnShape(column)
      const isSaidByAll = column.shape !== 'optional' && column.isLate !== true
      return [name, isSaidByAll ? shape : mayBeMissing(shape)]
    }),
  )
}

function columnShape({ shape, key, value = 'string' }: Column): Shape<unknown> {
  switch (shape) {
    case 'one':
      return atomShape(key)
    case 'optional':
      return nullable(atomShape(key))
    case 'set':
      return listOf(atomShape(key))
    case 'map':
      return listOf(pairOf(atomShape(key), atomShape(value)))
  }
}

function atomShape(atom: Atom): Shape<unknown> {
  if (atom === 'uuid') return uuidShape
  return atom === 'integer' ? integer : atom === 'boolean' ? isBoolean : anyText
}

function updateShapes(tables: DatabaseDeclaration): Readonly<Record<string, Shape<object>>> {
  return Object.fromEntries(
    Object.entries(tables).map(([table, columns]) => [
      table,
      recordOf<object>([
        ['uuid', uuidShape],
        ['row', nullable(rowShape(columns))],
      ]),
    ]),
  )
}

export const vtepUpdateShape = variants<VtepRowUpdate>('table', updateShapes(vtepTables))
export const ovsUpdateShape = variants<OvsRowUpdate>('table', updateShapes(ovsTables))
