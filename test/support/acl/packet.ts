/** A frame as a person describes it. Of what it does not have nothing is said. */
export interface Packet {
  readonly source: string
  readonly dest: string
  readonly ethertype: number
  readonly ip?: {
    readonly source: string
    readonly dest: string
    readonly protocol: number
    /** Whether it is a fragment behind the first, which has no header of the protocol. */
    readonly isLater: boolean
  }
  readonly ports?: { readonly source: number; readonly dest: number }
  readonly flags?: number
  readonly icmp?: { readonly type: number; readonly code: number }
}

/** ovs-fields(7), IPv4/v6 Protocol Field: of a later fragment of IPv6 the protocol is that of fragments, 44. */
export function seenProtocol(ethertype: number, { protocol, isLater }: NonNullable<Packet['ip']>): number {
  return ethertype === 0x86dd && isLater ? 44 : protocol
}

/** As ofproto/trace takes it, but for where it comes in. */
export function traceText({ source, dest, ethertype, ip, ports, flags, icmp }: Packet): string {
  const isIpv6 = ethertype === 0x86dd
  return [
    `dl_src=${source},dl_dst=${dest},dl_type=0x${ethertype.toString(16)}`,
    ...(ip === undefined
      ? []
      : [
          `${isIpv6 ? 'ipv6' : 'nw'}_src=${ip.source},${isIpv6 ? 'ipv6' : 'nw'}_dst=${ip.dest}`,
          `nw_proto=${seenProtocol(ethertype, ip)},nw_ttl=64,nw_frag=${ip.isLater ? 'later' : 'no'}`,
        ]),
    ...(ports === undefined ? [] : portsText(ports, ip?.protocol)),
    ...(flags === undefined ? [] : [`tcp_flags=0x${flags.toString(16)}`]),
    ...(icmp === undefined
      ? []
      : [`${isIpv6 ? 'icmpv6' : 'icmp'}_type=${icmp.type},${isIpv6 ? 'icmpv6' : 'icmp'}_code=${icmp.code}`]),
  ].join(',')
}

function portsText(
  { source, dest }: { readonly source: number; readonly dest: number },
  protocol?: number,
): string[] {
  const prefix = protocol === 6 ? 'tcp' : protocol === 17 ? 'udp' : 'sctp'
  return [`${prefix}_src=${source},${prefix}_dst=${dest}`]
}
