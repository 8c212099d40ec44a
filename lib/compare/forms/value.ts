import { parseMac } from '../../model/mac.js'
import { parseIp, printIp } from '../../model/acl/ip.js'
import {
  flagNames,
  parseFlags,
  parseFrag,
  parseSetFlags,
  printFlags,
  printFrag,
  printSetFlags,
} from './flags.js'
import type { FieldFormat, Masked } from './format.js'
import { excerptOf, Unclear } from './unclear.js'

/** OpenFlow port numbers by port name, for dumps with names. */
export type PortNumbers = ReadonlyMap<string, number>

export function allOnes(bits: number): bigint {
  return (1n << BigInt(bits)) - 1n
}

/** `VALUE` or `VALUE/MASK` in any of the forms that ovs-ofctl(8) takes. Throws Unclear. */
export function parseMasked(text: string, format: FieldFormat, bits: number, ports: PortNumbers): Masked {
  if (format === 'frag') return parseFrag(text)
  const names = flagNames[format]
  if (names !== undefined && /^[-+]./.test(text)) return parseFlags(text, names)
  const cut = format === 'port' ? -1 : text.indexOf('/')
  const value = parseValue(cut < 0 ? text : text.slice(0, cut), format, bits, ports)
  const mask = cut < 0 ? allOnes(bits) : parseMask(text.slice(cut + 1), format, bits)
  return { value: value & mask, mask }
}

/** As `ovs-ofctl` prints it; the mask is left out where all bits count. */
export function printMasked({ value, mask }: Masked, format: FieldFormat, bits: number): string {
  if (format === 'frag') return printFrag({ value, mask })
  const names = flagNames[format]
  if (names !== undefined && (mask !== allOnes(bits) || format !== 'tcp_flags'))
    return printFlags({ value, mask }, names)
  if (mask === allOnes(bits)) return printValue(value, format)
  const prefix = format === 'IPv4' || format === 'IPv6' ? prefixLength(mask, bits) : undefined
  if (prefix !== undefined) return `${printValue(value, format)}/${prefix}`
  const maskFormat = format === 'decimal' ? 'hexadecimal' : format
  return `${printValue(value, maskFormat)}/${printValue(mask, maskFormat)}`
}

/** Throws Unclear. */
export function parseValue(text: string, format: FieldFormat, bits: number, ports: PortNumbers): bigint {
  const value = read(text, format, ports)
  if (value === undefined || value > allOnes(bits)) throw new Unclear(`not a value: ${excerptOf(text)}`)
  return value
}

export function parseInteger(text: string): bigint | undefined {
  return /^(0x[0-9a-f]{1,32}|\d{1,39})$/i.test(text) ? BigInt(text) : undefined
}

function read(text: string, format: FieldFormat, ports: PortNumbers): bigint | undefined {
  switch (format) {
    case 'Ethernet': {
      const mac = parseMac(text)
      return mac === undefined ? parseInteger(text) : BigInt(`0x${mac.replaceAll(':', '')}`)
    }
    case 'IPv4':
      return parseIpv4(text)
    case 'IPv6': {
      const ip = parseIp(text)
      return ip?.family === 6 ? ip.bits : undefined
    }
    case 'port':
      return parsePort(text, ports)
    case 'decimal':
    case 'hexadecimal':
    case 'type':
    case 'ct_state':
    case 'tun_flags':
    case 'frag':
      return parseInteger(text)
    case 'tcp_flags':
      return parseInteger(text) ?? parseSetFlags(text, flagNames.tcp_flags ?? [])
  }
}

function parseMask(text: string, format: FieldFormat, bits: number): bigint {
  const isAddress = format === 'IPv4' || format === 'IPv6'
  if (!isAddress || !/^\d{1,3}$/.test(text)) return parseValue(text, format, bits, new Map())
  const length = Number(text)
  if (length > bits) throw new Unclear(`not a prefix length: ${text}`)
  return allOnes(bits) ^ allOnes(bits - length)
}

function prefixLength(mask: bigint, bits: number): number | undefined {
  const zeros = (allOnes(bits) ^ mask).toString(2)
  return /^1*$/.test(zeros) ? bits - zeros.length : undefined
}

function printValue(value: bigint, format: FieldFormat): string {
  switch (format) {
    case 'decimal':
      return value.toString()
    case 'tcp_flags':
      return printSetFlags(value, flagNames.tcp_flags ?? [])
    case 'type':
      return `0x${value.toString(16).padStart(4, '0')}`
    case 'Ethernet':
      return value
        .toString(16)
        .padStart(12, '0')
        .replace(/..(?=.)/g, '$&:')
    case 'IPv4':
      return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.')
    case 'IPv6':
      return printIp({ family: 6, bits: value })
    case 'port':
      return printPort(value)
    case 'hexadecimal':
    case 'ct_state':
    case 'tun_flags':
    case 'frag':
      return value === 0n ? '0' : `0x${value.toString(16)}`
  }
}

function parseIpv4(text: string): bigint | undefined {
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number)
  if (octets === undefined || octets.some((octet) => octet > 255)) return parseInteger(text)
  return octets.reduce((all, octet) => (all << 8n) + BigInt(octet), 0n)
}

/** Ports that mean something of their own, ovs-fields(7) "in_port". */
const reserved: readonly (readonly [string, bigint])[] = [
  ['UNSET', 0xfff7n],
  ['IN_PORT', 0xfff8n],
  ['TABLE', 0xfff9n],
  ['NORMAL', 0xfffan],
  ['FLOOD', 0xfffbn],
  ['ALL', 0xfffcn],
  ['CONTROLLER', 0xfffdn],
  ['LOCAL', 0xfffen],
  ['ANY', 0xffffn],
  ['NONE', 0xffffn],
]

/**
 * 16 bits. A number of either width, or a name of OpenFlow's as it is printed, is that even where a port has such a
 * name: those are quoted. Then names of ports, quoted or not, and OpenFlow's in other case.
 */
export function parsePort(text: string, ports: PortNumbers): bigint | undefined {
  if (/^\d/.test(text)) {
    const number = parseInteger(text)
    // OpenFlow 1.1 and later number the reserved ports with 32 bits
    const isWide = number !== undefined && number >= 0xfffffff0n && number <= 0xffffffffn
    if (number !== undefined) return isWide ? number & 0xffffn : number
  }
  const printed = reserved.find(([word]) => word === text)
  if (printed !== undefined) return printed[1]
  const known = ports.get(text.startsWith('"') ? unquoted(text) : text)
  if (known !== undefined) return BigInt(known)
  return reserved.find(([word]) => word === text.toUpperCase())?.[1]
}

export function printPort(port: bigint): string {
  return reserved.find(([, number]) => number === port)?.[0] ?? port.toString()
}

/** A string as JSON writes it, which is how ovs-ofctl quotes names. */
export function unquoted(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'string') return value
  } catch {
    // said below
  }
  throw new Unclear(`not a quoted name: ${excerptOf(text)}`)
}
