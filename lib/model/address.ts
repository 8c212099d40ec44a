import { quoted } from './quoted.js'
/** An IP address in the text `ovs-ofctl` prints it in: dotted quad, or RFC 5952 for IPv6. */
export type Address = string & { readonly address: unique symbol }

const octet = '(?:0|[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])'
const dottedQuad = new RegExp(`^${octet}(?:\\.${octet}){3}$`)

/**
 * A unicast address; undefined for other text, for unspecified, group, reserved and broadcast addresses,
 * and for IPv4 addresses in IPv6's clothes.
 */
export function parseAddress(text: string): Address | undefined {
  if (dottedQuad.test(text)) return isUnicast4(text) ? (text as Address) : undefined
  const groups = parseGroups(text)
  return groups === undefined || !isUnicast6(groups) ? undefined : (printGroups(groups) as Address)
}

/** The end point of a tunnel; undefined where `whyNoEndPoint` says why `text` can not be one. */
export function parseEndPoint(text: string): Address | undefined {
  const address = parseAddress(text)
  return address === undefined || isLoopback(address) || isLinkLocal(address) ? undefined : address
}

/** Why `text`, of tunnel_ips or of a locator, is no end point; null: it may be one. */
export function whyNoEndPoint(text: string): string | null {
  const address = parseAddress(text)
  if (address === undefined) return `not a unicast IP address: ${quoted(text)}`
  if (isLoopback(address)) return `${address} is a loopback address: no other machine reaches it`
  return isLinkLocal(address) ? `${address} is a link-local address: it says nothing beyond its link` : null
}

/** Of a switch that has no tunnel IP. */
export const noTunnelIp = 'tunnel_ips: there is none, nothing can be announced'

/** Why an address among tunnel_ips is no end point; null: it may be one. */
export function whyNoTunnelIp(text: string): string | null {
  const reason = whyNoEndPoint(text)
  return reason === null ? null : `tunnel_ips: ${reason}`
}

/** RFC 3927 and RFC 4291, 2.5.6. */
function isLinkLocal(address: Address): boolean {
  return address.startsWith('169.254.') || /^fe[89ab]./.test(address)
}

export function isIpv6(address: Address): boolean {
  return address.includes(':')
}

/** Whether it is this machine itself that has it. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

/** A host and a port as in a URL. */
export function hostAndPort(host: string, port: number | string): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function isUnicast4(text: string): boolean {
  const first = Number(text.slice(0, text.indexOf('.')))
  return first !== 0 && first < 224
}

function isUnicast6(groups: readonly number[]): boolean {
  const [first = 0, , , , , sixth = 0, seventh = 0] = groups
  const holdsIpv4 =
    groups.slice(0, 5).every((group) => group === 0) && (sixth === 0xffff || (sixth === 0 && seventh !== 0))
  return groups.some((group) => group !== 0) && (first & 0xff00) !== 0xff00 && !holdsIpv4
}

/** Eight groups of 16 bits; undefined for other text. */
export function parseGroups(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2 || !text.includes(':')) return undefined
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  if (head === undefined) return undefined
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const words = tail === undefined ? head : [...head, ...Array<string>(missing).fill('0'), ...tail]
  return words.every((word) => /^[0-9a-f]{1,4}$/i.test(word)) ? words.map((w) => parseInt(w, 16)) : undefined
}

/** RFC 5952. */
export function printGroups(groups: readonly number[]): string {
  const run = longestZeroRun(groups)
  const words = groups.map((group) => group.toString(16))
  if (run.length < 2) return words.join(':')
  return `${words.slice(0, run.start).join(':')}::${words.slice(run.start + run.length).join(':')}`
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  return best
}
