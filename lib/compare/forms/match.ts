import { type Field, fieldNamed, placeOf } from './field.js'
import { excerptOf, Unclear } from './unclear.js'
import type { Masked } from './format.js'
import { allOnes, parseMasked, type PortNumbers, printMasked } from './value.js'
import { parseVlan, printVlan, vlanNames } from './vlan.js'

/** What a flow matches: the bits of each field, by the name that a match has for it. */
export type Match = ReadonlyMap<string, Masked>

/** Words for an Ethernet type and an IP protocol, ovs-fields(7) "Shorthand". */
const protocols: readonly (readonly [string, bigint, bigint?])[] = [
  ['icmp', 0x0800n, 1n],
  ['igmp', 0x0800n, 2n],
  ['tcp', 0x0800n, 6n],
  ['udp', 0x0800n, 17n],
  ['sctp', 0x0800n, 132n],
  ['ip', 0x0800n],
  ['icmp6', 0x86ddn, 58n],
  ['tcp6', 0x86ddn, 6n],
  ['udp6', 0x86ddn, 17n],
  ['sctp6', 0x86ddn, 132n],
  ['ipv6', 0x86ddn],
  ['arp', 0x0806n],
  ['rarp', 0x8035n],
  ['mpls', 0x8847n],
  ['mplsm', 0x8848n],
]

/** The fields of a match, `NAME=VALUE[/MASK]` or a protocol's word each. Throws Unclear. */
export function parseMatch(words: readonly string[], ports: PortNumbers): Match {
  const match = new Map<string, Masked>()
  for (const word of words) {
    const cut = word.indexOf('=')
    const [name, text] = cut < 0 ? [word, undefined] : [word.slice(0, cut), word.slice(cut + 1)]
    for (const [field, masked] of text === undefined ? protocolNamed(name) : parts(name, text, ports))
      if (masked.mask !== 0n) match.set(field, both(field, match.get(field), masked))
  }
  return match
}

/** In ovs-ofctl's order, with commas between; empty where everything matches. */
export function printMatch(match: Match): string {
  const [word, said] = protocolOf(match)
  const printed: string[] = word === undefined ? [] : [word]
  const names = [...match.keys()].filter((name) => !said.includes(name))
  names.sort((a, b) => printPlace(a) - printPlace(b))
  for (const name of names) {
    const masked = match.get(name)
    if (masked === undefined) continue
    if (name === 'vlan_tci') printed.push(printVlan(masked))
    else printed.push(`${name}=${printField(name, masked)}`)
  }
  // marks and states of connections go before the protocol
  const first = names.filter((name) => printPlace(name) < placeOf('reg0')).length
  return word === undefined ? printed.join(',') : moved(printed, first).join(',')
}

function moved(printed: readonly string[], places: number): string[] {
  const [word = '', ...rest] = printed
  return [...rest.slice(0, places), word, ...rest.slice(places)]
}

const printPlace = placeOf

function printField(name: string, masked: Masked): string {
  if (name === 'nw_tos') return masked.value.toString()
  const field = fieldNamed(name) ?? fieldNamed(transport.get(name) ?? '')
  if (field === undefined) throw new Unclear(`no such field: ${name}`)
  return printMasked(masked, field.format, field.bits)
}

/** What a match calls a port or an ICMP type of whatever protocol. */
const transport = new Map([
  ['tp_src', 'tcp_src'],
  ['tp_dst', 'tcp_dst'],
])

function parts(name: string, text: string, ports: PortNumbers): (readonly [string, Masked])[] {
  if (vlanNames.has(name)) return [['vlan_tci', parseVlan(name, text)]]
  const field = fieldNamed(transport.get(name) ?? name)
  if (field === undefined) throw new Unclear(`no such field: ${excerptOf(name)}`)
  const masked = parseMasked(text, field.format, field.bits, ports)
  if (field.name === 'ip_dscp') return [['nw_tos', { value: masked.value << 2n, mask: 0xfcn }]]
  if (field.name === 'nw_tos') return [['nw_tos', { value: masked.value & 0xfcn, mask: 0xfcn }]]
  return registers(field, masked) ?? [[field.matchName, masked]]
}

/** A wide register as the small ones that it consists of. */
function registers({ name, bits }: Field, masked: Masked): (readonly [string, Masked])[] | undefined {
  const [, index] = /^xx?reg(\d)$/.exec(name) ?? []
  if (index === undefined) return undefined
  const count = bits / 32
  return Array.from({ length: count }, (_, i) => {
    const shift = BigInt(32 * (count - 1 - i))
    const part = { value: (masked.value >> shift) & allOnes(32), mask: (masked.mask >> shift) & allOnes(32) }
    return [`reg${Number(index) * count + i}`, part]
  })
}

function protocolNamed(word: string): (readonly [string, Masked])[] {
  const known = protocols.find(([name]) => name === word)
  if (known === undefined) throw new Unclear(`not part of a match: ${excerptOf(word)}`)
  const [, type, protocol] = known
  const dlType = ['dl_type', { value: type, mask: 0xffffn }] as const
  return protocol === undefined ? [dlType] : [dlType, ['nw_proto', { value: protocol, mask: 0xffn }]]
}

/** The word for the protocol, and the fields that need not be said beside it. */
function protocolOf(match: Match): readonly [string | undefined, readonly string[]] {
  const [type, protocol] = [match.get('dl_type')?.value, match.get('nw_proto')?.value]
  const exact = protocols.find(([, t, p]) => t === type && p !== undefined && p === protocol)
  if (exact !== undefined) return [exact[0], ['dl_type', 'nw_proto']]
  const known = protocols.find(([, t, p]) => t === type && p === undefined)
  return known === undefined ? [undefined, []] : [known[0], ['dl_type']]
}

/** One field said twice: other bits of it, or the same again. */
function both(name: string, a: Masked | undefined, b: Masked): Masked {
  if (a === undefined) return b
  if (((a.value ^ b.value) & a.mask & b.mask) !== 0n) throw new Unclear(`${name} with two values`)
  return { value: a.value | b.value, mask: a.mask | b.mask }
}
