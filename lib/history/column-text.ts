import { isUuid } from '../model/uuid.js'
import type { Names } from '../words/names.js'

/** A value of a column as a person reads it: sets with commas, maps as `key=value`, rows by their names; nothing is `none`. */
export function columnValueText(value: unknown, names: Names): string {
  if (value === null || value === '') return 'none'
  if (!Array.isArray(value)) return partText(value, names)
  const parts: readonly unknown[] = value
  if (parts.length === 0) return 'none'
  return parts
    .map((part) =>
      Array.isArray(part) ? part.map((one) => partText(one, names)).join('=') : partText(part, names),
    )
    .join(', ')
}

function partText(value: unknown, names: Names): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return isUuid(value) && names.row(value) !== undefined ? names.of(value) : value
}
