import { type Field, fieldNamed } from './field.js'
import { excerptOf, Unclear } from './unclear.js'

/** Some consecutive bits of a field. */
export interface Subfield {
  readonly field: Field
  readonly first: number
  readonly count: number
}

const form = /^(\w+)(?:\[(?:(\d+)(?:\.\.(\d+))?)?\])?$/

/** `FIELD`, `FIELD[]`, `FIELD[BIT]` or `FIELD[FIRST..LAST]`. Throws Unclear. */
export function parseSubfield(text: string): Subfield {
  const [, name = '', low, high = low] = form.exec(text) ?? []
  const field = fieldNamed(name)
  if (field === undefined) throw new Unclear(`not a field: ${excerptOf(text)}`)
  const first = Number(low ?? 0)
  const last = high === undefined ? field.bits - 1 : Number(high)
  if (first > last || last >= field.bits) throw new Unclear(`no such bits: ${excerptOf(text)}`)
  return { field, first, count: last - first + 1 }
}

export function isWhole({ field, count }: Subfield): boolean {
  return count === field.bits
}

export function printSubfield({ field, first, count }: Subfield): string {
  const name = field.subfieldName === '' ? field.name : field.subfieldName
  if (count === field.bits) return `${name}[]`
  return count === 1 ? `${name}[${first}]` : `${name}[${first}..${first + count - 1}]`
}
