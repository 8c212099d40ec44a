import { type Field, fieldNamed } from './field.js'
import { parseSubfield, printSubfield } from './subfield.js'
import { excerptOf, Unclear } from './unclear.js'
import type { Masked } from './format.js'
import { allOnes, parseInteger, parseMasked, type PortNumbers, printMasked } from './value.js'

/** Bits of a field that take a value: what `load` and `set_field` do. */
export interface Assignment extends Masked {
  readonly field: Field
}

/** `VALUE[/MASK]->FIELD`, the argument of set_field. Throws Unclear. */
export function parseSetField(text: string, ports: PortNumbers): Assignment {
  const [from, to] = arrow(text)
  const field = fieldNamed(to.replace(/\[\]$/, ''))
  if (field === undefined) throw new Unclear(`not a field: ${excerptOf(to)}`)
  return assignment(field, parseMasked(from, field.format, widthOf(field), ports))
}

/** `VALUE->SUBFIELD`, the argument of load; undefined: not a value but a field. Throws Unclear. */
export function parseLoad(text: string): Assignment | undefined {
  const [from, to] = arrow(text)
  const number = parseInteger(from)
  if (number === undefined) return undefined
  const { field, first, count } = parseSubfield(to)
  if (number > allOnes(count)) throw new Unclear(`too large for the field: ${excerptOf(text)}`)
  const shift = BigInt(first)
  return assignment(field, { value: number << shift, mask: allOnes(count) << shift })
}

/** A whole field's new value. */
export function assignment(field: Field, { value, mask }: Masked): Assignment {
  // a VLAN that is set is there (OFPVID_PRESENT): that bit is no part of the field
  if (field.name === 'vlan_vid') return { field, value: value & mask & 0xfffn, mask: mask & 0xfffn }
  return { field, value, mask }
}

/** What two assignments in a row do, if they are of one field. */
export function merged(a: Assignment, b: Assignment): Assignment | undefined {
  if (a.field !== b.field) return undefined
  return { field: a.field, value: (a.value & ~b.mask) | b.value, mask: a.mask | b.mask }
}

/** As OpenFlow 1.4 can say it: a whole field is set, parts of one are loaded, the lowest bits first. */
export function printAssignment({ field, value, mask }: Assignment): string[] {
  if (mask === allOnes(field.bits)) {
    const whole = field.name === 'vlan_vid' ? value | 0x1000n : value
    const width = widthOf(field)
    return [
      `set_field:${printMasked({ value: whole, mask: allOnes(width) }, field.format, width)}->${field.name}`,
    ]
  }
  return runs(mask, field.bits).map(([first, count]) => {
    const part = (value >> BigInt(first)) & allOnes(count)
    const text = part === 0n ? '0' : `0x${part.toString(16)}`
    return `load:${text}->${printSubfield({ field, first, count })}`
  })
}

function widthOf({ name, bits }: Field): number {
  return name === 'vlan_vid' ? 13 : bits
}

/** Runs of ones as first bit and count. A load has 64 bits at most. */
function runs(mask: bigint, bits: number): [first: number, count: number][] {
  const found: [number, number][] = []
  for (let bit = 0; bit < bits; bit++) {
    if (((mask >> BigInt(bit)) & 1n) === 0n) continue
    const last = found.at(-1)
    if (last !== undefined && last[0] + last[1] === bit && last[1] < 64) last[1]++
    else found.push([bit, 1])
  }
  return found
}

/** Throws Unclear. */
export function arrow(text: string): [from: string, to: string] {
  const cut = text.indexOf('->')
  if (cut < 0) throw new Unclear(`no "->": ${excerptOf(text)}`)
  return [text.slice(0, cut).trim(), text.slice(cut + 2).trim()]
}

/** `FROM->TO` of a move. */
export function printMove(text: string): string {
  const [from, to] = arrow(text).map(parseSubfield)
  if (from === undefined || to === undefined || from.count !== to.count)
    throw new Unclear(`not as many bits: ${excerptOf(text)}`)
  return `${printSubfield(from)}->${printSubfield(to)}`
}
