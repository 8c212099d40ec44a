import { fullMask, type Ip, masked, type MaskedIp, parseIp, printIp, width } from '../acl/ip.js'

/** An address, and how many of its leading bits name the subnet that it is in. */
export interface Prefix {
  readonly ip: Ip
  readonly length: number
}

/** CIDR notation; undefined for other text. */
export function parsePrefix(text: string): Prefix | undefined {
  const [, address = '', digits = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? []
  const ip = parseIp(address)
  const length = Number(digits)
  return ip === undefined || length > width(ip.family) ? undefined : { ip, length }
}

function maskOf({ ip: { family }, length }: Prefix): Ip {
  const rest = BigInt(width(family) - length)
  return { family, bits: (fullMask(family).bits >> rest) << rest }
}

/** The subnet, as a flow matches it; null: every address of its family. */
export function subnetOf(prefix: Prefix): MaskedIp | null {
  return prefix.length === 0 ? null : masked(prefix.ip, maskOf(prefix))
}

/** The subnet in CIDR notation, however its prefix was spelled. */
export function printSubnet(prefix: Prefix): string {
  const { family, bits } = prefix.ip
  return `${printIp({ family, bits: bits & maskOf(prefix).bits })}/${prefix.length}`
}

export function contains(prefix: Prefix, { family, bits }: Ip): boolean {
  const mask = maskOf(prefix).bits
  return family === prefix.ip.family && (bits & mask) === (prefix.ip.bits & mask)
}

/** Whether a router may have the address, or send to it as a next hop. Its first 16 bits tell. */
export function isRoutable({ family, bits }: Ip): boolean {
  if (family === 4) {
    const first = Number(bits >> 24n)
    return first !== 0 && first !== 127 && first < 224
  }
  const first = Number(bits >> 112n)
  return first !== 0 && first < 0xff00 && (first & 0xffc0) !== 0xfe80
}
