import { fieldNamed, placeOf } from './field.js'
import { arrow } from './assignment.js'
import { split } from './split.js'
import { isWhole, parseSubfield, printSubfield, type Subfield } from './subfield.js'
import { excerptOf, Unclear } from './unclear.js'
import { allOnes, parseInteger, parseMasked, type PortNumbers, printMasked } from './value.js'

/** Attributes of what is learned, as ovs-ofctl prints them, before what it matches and does. */
const attributes = [
  'table',
  'idle_timeout',
  'hard_timeout',
  'fin_idle_timeout',
  'fin_hard_timeout',
  'priority',
  'send_flow_rem',
  'delete_learned',
  'cookie',
  'limit',
  'result_dst',
]

/** Those that need not be said. */
const defaults = new Set([
  'table=1',
  'idle_timeout=0',
  'hard_timeout=0',
  'fin_idle_timeout=0',
  'fin_hard_timeout=0',
  'priority=32768',
  'limit=0',
  'cookie=0',
])

/** The arguments of learn (ovs-actions(7)) in one order and one spelling. Throws Unclear. */
export function printLearn(text: string, ports: PortNumbers): string {
  const said: [place: number, text: string][] = []
  const does: string[] = []
  for (const part of split(text, ', ')) {
    const [, name = ''] = /^(\w+)/.exec(part) ?? []
    const place = attributes.indexOf(name)
    if (name === 'load') does.push(`load:${printSource(part.slice('load:'.length), ports)}`)
    else if (name === 'output')
      does.push(`output:${printSubfield(parseSubfield(part.slice('output:'.length)))}`)
    else if (place < 0) said.push(matched(part, ports))
    else said.push([place, printAttribute(name, part)])
  }
  said.sort((a, b) => a[0] - b[0])
  return [...said.map(([, printed]) => printed).filter((printed) => !defaults.has(printed)), ...does].join(
    ',',
  )
}

function printAttribute(name: string, text: string): string {
  const value = text.slice(name.length + 1)
  if (name === 'send_flow_rem' || name === 'delete_learned') {
    if (text !== name) throw new Unclear(`not an argument of learn: ${excerptOf(text)}`)
    return name
  }
  if (name === 'result_dst') return `${name}=${printSubfield(parseSubfield(value))}`
  const number = parseInteger(value)
  if (number === undefined) throw new Unclear(`not a number: ${excerptOf(text)}`)
  return `${name}=${name === 'cookie' && number !== 0n ? `0x${number.toString(16)}` : number}`
}

/** `FIELD=VALUE`, `FIELD=SOURCE` or `FIELD`, with its place in a match behind the attributes. */
function matched(text: string, ports: PortNumbers): [place: number, text: string] {
  const cut = text.indexOf('=')
  const to = parseSubfield(cut < 0 ? text : text.slice(0, cut))
  const place = attributes.length + placeOf(to.field.matchName)
  if (cut < 0) return [place, printSubfield(to)]
  const from = text.slice(cut + 1)
  const source = sourceOf(from)
  if (source === undefined) return [place, printValue(to, from, ports)]
  if (source.count !== to.count) throw new Unclear(`not as many bits: ${excerptOf(text)}`)
  const isSame = source.field === to.field && source.first === to.first
  return [place, isSame ? printSubfield(to) : `${printSubfield(to)}=${printSubfield(source)}`]
}

function printValue(to: Subfield, text: string, ports: PortNumbers): string {
  const masked = parseMasked(text, isWhole(to) ? to.field.format : 'hexadecimal', to.count, ports)
  if (masked.mask !== allOnes(to.count)) throw new Unclear(`a mask in learn: ${excerptOf(text)}`)
  if (isWhole(to)) {
    // a match would pad it
    const format = to.field.format === 'type' ? 'hexadecimal' : to.field.format
    return `${to.field.name}=${printMasked(masked, format, to.count)}`
  }
  return `${printSubfield(to)}=0x${masked.value.toString(16)}`
}

function printSource(text: string, ports: PortNumbers): string {
  const [from, to] = arrow(text)
  const target = parseSubfield(to)
  const source = sourceOf(from)
  if (source !== undefined) return `${printSubfield(source)}->${printSubfield(target)}`
  const { value } = parseMasked(from, 'hexadecimal', target.count, ports)
  return `${value === 0n ? '0' : `0x${value.toString(16)}`}->${printSubfield(target)}`
}

function sourceOf(text: string): Subfield | undefined {
  const [name = ''] = text.split('[')
  return fieldNamed(name) === undefined ? undefined : parseSubfield(text)
}
