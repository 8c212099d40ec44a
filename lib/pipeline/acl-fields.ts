import {
  type AclEntry,
  icmp,
  icmpv6,
  ipv4Type,
  ipv6Type,
  needsHeader,
  type PacketKind,
  sctp,
  tcp,
  udp,
} from '../model/acl/entry.js'
import { type MaskedPort, masksOf } from '../model/acl/port-range.js'
import type { AclFields } from './acl-words.js'

/** What one flow of an ACL matches. */
export interface Packets {
  /** As ovs-ofctl names it; empty: it has no name. */
  readonly packet: string
  readonly fields: AclFields
}

/** An entry whose two ranges of ports are compared apart. */
export interface Conjunction {
  readonly whole: Packets
  readonly sources: readonly Packets[]
  readonly dests: readonly Packets[]
}

/** As many flows for both ranges together there may be; with more each range has its own. */
const mostProduct = 32

const protocolNames: ReadonlyMap<number, string> = new Map([
  [tcp, 'tcp'],
  [udp, 'udp'],
  [sctp, 'sctp'],
])
const typeNames: ReadonlyMap<number, string> = new Map([
  [ipv4Type, 'ip'],
  [ipv6Type, 'ipv6'],
  [0x0806, 'arp'],
  [0x8035, 'rarp'],
  [0x8847, 'mpls'],
  [0x8848, 'mplsm'],
])

const nothing: AclFields = {
  sourceMac: null,
  destMac: null,
  type: null,
  source: null,
  dest: null,
  protocol: null,
  hasHeader: false,
  icmpType: null,
  icmpCode: null,
  sourcePort: null,
  destPort: null,
  flags: null,
}

/** Of a kind, whatever else they are. */
export function packetsOf(kind: PacketKind | null): Packets {
  if (kind === null) return { packet: '', fields: nothing }
  const { ethertype, protocol } = kind
  const name = typeNames.get(ethertype)
  if (name === undefined) return { packet: '', fields: { ...nothing, type: ethertype } }
  const known = protocol === null ? undefined : nameOf(ethertype, protocol)
  if (known !== undefined) return { packet: known, fields: nothing }
  return { packet: name, fields: { ...nothing, protocol } }
}

function nameOf(ethertype: number, protocol: number): string | undefined {
  const isIpv4 = ethertype === ipv4Type
  if (protocol === icmp && isIpv4) return 'icmp'
  if (protocol === icmpv6 && !isIpv4) return 'icmp6'
  const name = protocolNames.get(protocol)
  return name === undefined ? undefined : `${name}${isIpv4 ? '' : '6'}`
}

/** How many flows an entry takes. */
export function flowCount(entry: AclEntry): number {
  const [sources, dests] = portsOf(entry)
  const count = isLarge(entry) ? sources.length + dests.length + 1 : sources.length * dests.length
  return count * (entry.kinds?.length ?? 1)
}

/** Every match of an entry. */
export function fieldsOf(entry: AclEntry): readonly Packets[] {
  const [sources, dests] = portsOf(entry)
  return wholes(entry).flatMap((whole) =>
    sources.flatMap((sourcePort) => dests.map((destPort) => withPorts(whole, { sourcePort, destPort }))),
  )
}

/** Null: the ranges are compared together. */
export function conjunctionOf(entry: AclEntry): readonly Conjunction[] | null {
  if (!isLarge(entry)) return null
  const [sources, dests] = portsOf(entry)
  return wholes(entry).map((whole) => ({
    whole,
    sources: sources.map((sourcePort) => withPorts(whole, { sourcePort })),
    dests: dests.map((destPort) => withPorts(whole, { destPort })),
  }))
}

function isLarge(entry: AclEntry): boolean {
  const [sources, dests] = portsOf(entry)
  return sources.length * dests.length > mostProduct && sources.length > 1 && dests.length > 1
}

type Ports = readonly (MaskedPort | null)[]

/** Null: any port. */
function portsOf({ sourcePorts, destPorts }: AclEntry): readonly [Ports, Ports] {
  const masks = (range: AclEntry['sourcePorts']): Ports => {
    const all = range === null ? [] : masksOf(range)
    return all.length === 0 ? [null] : all
  }
  return [masks(sourcePorts), masks(destPorts)]
}

/** But for ports: one match for each kind of packet. */
function wholes(entry: AclEntry): readonly Packets[] {
  const { sourceMac, destMac, source, dest, icmpType, icmpCode, flags } = entry
  const compared = flags === null || flags.mask === 0 ? null : flags
  const common = {
    ...{ sourceMac, destMac, source, dest, icmpType, icmpCode },
    flags: compared,
    hasHeader: needsHeader(entry),
  }
  return (entry.kinds ?? [null]).map((kind) => {
    const { packet, fields } = packetsOf(kind)
    return { packet, fields: { ...fields, ...common } }
  })
}

function withPorts({ packet, fields }: Packets, ports: Partial<AclFields>): Packets {
  return { packet, fields: { ...fields, ...ports } }
}
