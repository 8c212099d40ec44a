import { icmp, icmpv6, ipv4Type, ipv6Type, type PacketKind, sctp, tcp, udp } from './entry.js'
import { InvalidEntry } from './fields.js'

/** What an entry asks of the headers that others are found by. */
export interface HeadersAsked {
  readonly ethertype: number | null
  /** That its addresses are of. */
  readonly family: 4 | 6 | null
  readonly protocol: number | null
  readonly hasPorts: boolean
  readonly hasFlags: boolean
  readonly hasIcmp: boolean
}

const withPorts: readonly number[] = [tcp, udp, sctp]

/**
 * Headers of IPv6 that stand before that of a protocol (RFC 8200, 4): the switch passes over them, so none of them is
 * ever the protocol of a packet.
 */
const extensions: readonly number[] = [0, 43, 44, 51, 60]

/**
 * The packets that an entry can be about; null: all frames. Of IPv4 and IPv6 both, and of each protocol that has ports,
 * where nothing says which.
 */
export function kindsOf(asked: HeadersAsked): readonly PacketKind[] | null {
  const { ethertype, family, protocol } = asked
  const isAboutIp = family !== null || protocol !== null || asked.hasPorts || asked.hasFlags || asked.hasIcmp
  if (!isAboutIp) return ethertype === null ? null : [{ ethertype, protocol: null }]
  const types = ethertype === null ? [ipv4Type, ipv6Type] : [ethertype]
  const kinds = types.filter((type) => isOf(type, family)).flatMap((type) => protocolsOf(type, asked))
  const [kind] = kinds
  if (kind === undefined) throw new InvalidEntry(whyNone(asked))
  if (kinds.some((one) => one.ethertype === ipv6Type && extensions.includes(one.protocol ?? -1)))
    throw new InvalidEntry(
      `protocol ${protocol} is an extension header of IPv6: name IPv4 by ethertype 0x0800`,
    )
  return kinds
}

function isOf(type: number, family: HeadersAsked['family']): boolean {
  return family === null ? type === ipv4Type || type === ipv6Type : type === typeOf(family)
}

function typeOf(family: 4 | 6): number {
  return family === 4 ? ipv4Type : ipv6Type
}

/** Those of a family that have all headers which the entry asks for. */
function protocolsOf(
  ethertype: number,
  { protocol, hasPorts, hasFlags, hasIcmp }: HeadersAsked,
): PacketKind[] {
  const ofIcmp = ethertype === ipv4Type ? icmp : icmpv6
  const able = [
    ...(hasPorts ? [withPorts] : []),
    ...(hasFlags ? [[tcp]] : []),
    ...(hasIcmp ? [[ofIcmp]] : []),
    ...(protocol === null ? [] : [[protocol]]),
  ]
  const [first] = able
  if (first === undefined) return [{ ethertype, protocol: null }]
  return first
    .filter((one) => able.every((some) => some.includes(one)))
    .map((one) => ({ ethertype, protocol: one }))
}

function whyNone({ ethertype, family, protocol, hasPorts, hasFlags, hasIcmp }: HeadersAsked): string {
  const parts = [
    ethertype === null ? null : `ethertype 0x${ethertype.toString(16).padStart(4, '0')}`,
    family === null ? null : `IPv${family} addresses`,
    protocol === null ? null : `protocol ${protocol}`,
    hasPorts ? 'ports' : null,
    hasFlags ? 'TCP flags' : null,
    hasIcmp ? 'ICMP' : null,
  ]
  return `no packet has all of these: ${parts.filter((part) => part !== null).join(', ')}`
}
