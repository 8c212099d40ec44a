import type { Uuid } from '../uuid.js'
import type { Mac } from '../mac.js'
import type { MaskedIp } from './ip.js'
import type { PortRange } from './port-range.js'

export type AclDirection = 'ingress' | 'egress'
export const aclDirections: readonly AclDirection[] = ['ingress', 'egress']

/** A row of ACL_entry whose columns go together. Null: it does not ask for that. */
export interface AclEntry {
  readonly uuid: Uuid
  /** Lower ones are asked first. */
  readonly sequence: number
  readonly direction: AclDirection
  readonly isPermitted: boolean
  readonly sourceMac: Mac | null
  readonly destMac: Mac | null
  /** What the packet may be; null: anything. */
  readonly kinds: readonly PacketKind[] | null
  readonly source: MaskedIp | null
  readonly dest: MaskedIp | null
  readonly sourcePorts: PortRange | null
  readonly destPorts: PortRange | null
  readonly flags: Flags | null
  readonly icmpType: number | null
  readonly icmpCode: number | null
}

/** A kind of packet: an Ethernet type; of IPv4 and IPv6 the protocol as well; protocol null: any. */
export interface PacketKind {
  readonly ethertype: number
  readonly protocol: number | null
}

/** Flags of TCP: those in `mask` are compared. */
export interface Flags {
  readonly value: number
  readonly mask: number
}

export const ipv4Type = 0x0800
export const ipv6Type = 0x86dd
export const tcp = 6
export const udp = 17
export const sctp = 132
export const icmp = 1
export const icmpv6 = 58

/** Entries in the order in which they are asked: where two have one sequence, the lower UUID comes first. */
export function inOrder(entries: readonly AclEntry[]): readonly AclEntry[] {
  return entries.toSorted((a, b) => a.sequence - b.sequence || (a.uuid < b.uuid ? -1 : 1))
}

/**
 * A sequence that two entries seem to share, where they need not: OVSDB's integers have 64 bits, and beyond 53 we know
 * neighbours only. Null: the order of the entries is known.
 */
export function blurredSequence(entries: readonly AclEntry[]): number | null {
  const seen = new Set<string>()
  for (const { sequence, direction } of entries) {
    if (Number.isSafeInteger(sequence)) continue
    const place = `${direction} ${sequence}`
    if (seen.has(place)) return sequence
    seen.add(place)
  }
  return null
}

/** Whether it asks for something that a later fragment of a packet does not have. */
export function needsHeader({ sourcePorts, destPorts, flags, icmpType, icmpCode }: AclEntry): boolean {
  return [sourcePorts, destPorts, flags, icmpType, icmpCode].some((field) => field !== null)
}
