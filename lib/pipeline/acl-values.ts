import type { Flags } from '../model/acl/entry.js'
import { type MaskedIp, parseMaskedIp } from '../model/acl/ip.js'
import { lastPort, type MaskedPort } from '../model/acl/port-range.js'
import { around, either, type Form, optionalForm } from './form.js'
import { hex } from './tables.js'
import { leaf } from './values.js'

const registers = ['reg9', 'reg10'] as const
const half = '(?:0|0x[1-9a-f][0-9a-f]{0,7})'

/** An ACL as two values of 32 bits, each within a text. */
function halves(texts: (register: string, value: string) => string): Form<string> {
  const all = (high: string, low: string): string =>
    [texts(registers[0], high), texts(registers[1], low)].join(',')
  const source = all(half, half)
  const parts = new RegExp(`^${all(`(${half})`, `(${half})`)}$`)
  return leaf(
    {
      source,
      print: (digits) => all(hex(parseInt(digits.slice(0, 8), 16)), hex(parseInt(digits.slice(8), 16))),
      parse(text) {
        const found = parts.exec(text)
        return found?.slice(1).map(digitsOf).join('')
      },
    },
    (digits, values) => values.acl(digits),
  )
}

function digitsOf(value: string): string {
  return Number(value).toString(16).padStart(8, '0')
}

/** In a match: the ACL that is asked. */
export const aclAsked = halves((register, value) => `${register}=${value}`)

/** An action: from now on this ACL is asked. */
export const askAcl = halves((register, value) => `set_field:${value}->${register}`)

function address(family: 4 | 6, source: string): Form<MaskedIp> {
  const parse = (text: string) => (parseMaskedIp(text)?.ip.family === family ? (text as MaskedIp) : undefined)
  return leaf({ source, print: (text) => text, parse }, (text, values) => values.ip(text))
}

const ipv4 = address(4, '\\d[\\d./]+')
const ipv6 = address(6, '[0-9a-f]*:[0-9a-f:./]*')

/** Behind others: `end` of packets. */
export function packetAddress(end: 'src' | 'dst'): Form<MaskedIp | null> {
  const isIpv6 = (text: MaskedIp) => text.includes(':')
  return optionalForm(either(isIpv6, around(`,ipv6_${end}=`, ipv6), around(`,nw_${end}=`, ipv4)))
}

/** Exact, or with a mask. */
export const maskedPort: Form<MaskedPort> = leaf({
  source: '(?:0x[0-9a-f]{1,4}/0x[0-9a-f]{1,4}|\\d{1,5})',
  print: ({ value, mask }) =>
    mask === lastPort ? String(value) : `0x${value.toString(16)}/0x${mask.toString(16)}`,
  parse(text) {
    const [value, mask = lastPort] = text.split('/').map(Number)
    return value === undefined ? undefined : { value, mask }
  },
})

export const ethertype: Form<number> = leaf({
  source: '0x[0-9a-f]{4}',
  print: (type) => `0x${type.toString(16).padStart(4, '0')}`,
  parse: Number,
})

/** By their bits, from the lowest on. */
const flagNames = 'fin syn rst psh ack urg ece cwr ns [200] [400] [800]'.split(' ')
const everyFlag = 0xfff

/** Alone where all are compared, else each that is compared. */
export const tcpFlags: Form<Flags> = leaf({
  source: '(?:(?:[-+a-z|]|\\[\\d00\\])+|0)',
  print: flagsText,
  parse: flagsIn,
})

export function flagsText({ value, mask }: Flags): string {
  const isSet = (flags: number, i: number) => (flags & (1 << i)) !== 0
  if (mask === everyFlag) return flagNames.filter((_, i) => isSet(value, i)).join('|') || '0'
  const compared = flagNames.map((name, i) => (isSet(mask, i) ? `${isSet(value, i) ? '+' : '-'}${name}` : ''))
  return compared.join('')
}

function flagsIn(text: string): Flags | undefined {
  const bits = (sign: string) =>
    flagNames.reduce((all, name, i) => all | (text.includes(`${sign}${name}`) ? 1 << i : 0), 0)
  const isWhole = !/[-+]/.test(text)
  const flags = isWhole
    ? { value: bits(''), mask: everyFlag }
    : { value: bits('+'), mask: bits('+') | bits('-') }
  return flagsText(flags) === text ? flags : undefined
}
