import { parseGroups, printGroups } from '../address.js'

/** An address in a packet, of any kind, or a mask of one. */
export interface Ip {
  readonly family: 4 | 6
  /** 32 bits, or 128. */
  readonly bits: bigint
}

/**
 * Addresses that agree in the bits of a mask, in the text that `ovs-ofctl` prints: `10.0.0.0/8`, `10.0.0.7`,
 * `10.0.0.1/255.0.0.255`, `fd00::/64`. Bits that do not count are 0.
 */
export type MaskedIp = string & { readonly maskedIp: unique symbol }

const octet = '(?:0|[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])'
const dottedQuad = new RegExp(`^${octet}(?:\\.${octet}){3}$`)

/** Dotted quad, or IPv6 in hexadecimal groups, whose last two may be a dotted quad; undefined for other text. */
export function parseIp(text: string): Ip | undefined {
  if (dottedQuad.test(text)) return { family: 4, bits: join(text.split('.').map(Number), 8n) }
  const groups = parseGroups(hexadecimal(text))
  return groups === undefined ? undefined : { family: 6, bits: join(groups, 16n) }
}

function hexadecimal(text: string): string {
  const cut = text.lastIndexOf(':') + 1
  const tail = text.slice(cut)
  if (cut === 0 || !dottedQuad.test(tail)) return text
  const [a = 0, b = 0, c = 0, d = 0] = tail.split('.').map(Number)
  return `${text.slice(0, cut)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}

function join(parts: readonly number[], width: bigint): bigint {
  return parts.reduce((bits, part) => (bits << width) | BigInt(part), 0n)
}

function partsOf(bits: bigint, width: bigint, count: number): number[] {
  const mask = (1n << width) - 1n
  return Array.from({ length: count }, (_, i) => Number((bits >> (width * BigInt(count - 1 - i))) & mask))
}

/** As inet_ntop(3) prints it. */
export function printIp({ family, bits }: Ip): string {
  if (family === 4) return partsOf(bits, 8n, 4).join('.')
  const groups = partsOf(bits, 16n, 8)
  const zeros = groups.findIndex((group) => group !== 0)
  if (zeros !== 6 && !(zeros === 5 && groups[5] === 0xffff)) return printGroups(groups)
  const tail = partsOf(bits & 0xffff_ffffn, 8n, 4).join('.')
  return zeros === 5 ? `::ffff:${tail}` : `::${tail}`
}

/** A mask of all bits. */
export function fullMask(family: Ip['family']): Ip {
  return { family, bits: (1n << BigInt(width(family))) - 1n }
}

/** How many bits an address has. */
export function width(family: Ip['family']): number {
  return family === 4 ? 32 : 128
}

/** Of one family. */
export function masked({ family, bits }: Ip, mask: Ip): MaskedIp {
  const address = printIp({ family, bits: bits & mask.bits })
  const length = prefixLength(mask)
  if (length === width(family)) return address as MaskedIp
  return `${address}/${length ?? printIp(mask)}` as MaskedIp
}

/** How many leading bits a mask has; undefined: others count, too. */
function prefixLength({ family, bits }: Ip): number | undefined {
  const digits = bits.toString(2).padStart(width(family), '0')
  const length = digits.indexOf('0')
  if (length < 0) return digits.length
  return digits.includes('1', length) ? undefined : length
}

/** What `masked` printed; undefined for other text. */
export function parseMaskedIp(text: string): { readonly ip: Ip; readonly mask: Ip } | undefined {
  const [address = '', after] = text.split('/', 2)
  const ip = parseIp(address)
  if (ip === undefined) return undefined
  const mask = after === undefined ? fullMask(ip.family) : maskFrom(after, ip.family)
  return mask === undefined || masked(ip, mask) !== text ? undefined : { ip, mask }
}

function maskFrom(text: string, family: Ip['family']): Ip | undefined {
  if (!/^\d{1,3}$/.test(text)) {
    const mask = parseIp(text)
    return mask?.family === family ? mask : undefined
  }
  const rest = BigInt(width(family) - Number(text))
  return rest < 0n ? undefined : { family, bits: (fullMask(family).bits >> rest) << rest }
}
