import type { FieldFormat } from './format.js'

/** A field of ovs-fields(7). */
export interface Field {
  /** As set_field names it. */
  readonly name: string
  /** As a match names it. */
  readonly matchName: string
  readonly bits: number
  readonly format: FieldFormat
  /** As moves and learns name it: NXM's name where there is one, else OXM's. */
  readonly subfieldName: string
}

type Declaration = readonly [
  /** Names, with `/`: set_field's, then others that are understood. */
  names: string,
  matchName: string,
  bits: number,
  format: FieldFormat,
  /** NXM's, then OXM's. */
  subfieldNames: string,
]

const numbered = (count: number, make: (i: number) => Declaration): Declaration[] =>
  Array.from({ length: count }, (_, i) => make(i))

/** In the order in which ovs-ofctl prints them in a match. */
const declarations: readonly Declaration[] = [
  ['pkt_mark', 'pkt_mark', 32, 'hexadecimal', 'NXM_NX_PKT_MARK'],
  ['recirc_id', 'recirc_id', 32, 'hexadecimal', 'NXM_NX_RECIRC_ID'],
  ['dp_hash', 'dp_hash', 32, 'hexadecimal', 'NXM_NX_DP_HASH'],
  ['conj_id', 'conj_id', 32, 'decimal', 'NXM_NX_CONJ_ID'],
  ['skb_priority', 'skb_priority', 32, 'hexadecimal', ''],
  ['actset_output', 'actset_output', 32, 'port', 'ONFOXM_ET_ACTSET_OUTPUT OXM_OF_ACTSET_OUTPUT'],
  ['ct_state', 'ct_state', 32, 'ct_state', 'NXM_NX_CT_STATE'],
  ['ct_zone', 'ct_zone', 16, 'hexadecimal', 'NXM_NX_CT_ZONE'],
  ['ct_mark', 'ct_mark', 32, 'hexadecimal', 'NXM_NX_CT_MARK'],
  ['ct_label', 'ct_label', 128, 'hexadecimal', 'NXM_NX_CT_LABEL'],
  ['ct_nw_src', 'ct_nw_src', 32, 'IPv4', 'NXM_NX_CT_NW_SRC'],
  ['ct_ipv6_src', 'ct_ipv6_src', 128, 'IPv6', 'NXM_NX_CT_IPV6_SRC'],
  ['ct_nw_dst', 'ct_nw_dst', 32, 'IPv4', 'NXM_NX_CT_NW_DST'],
  ['ct_ipv6_dst', 'ct_ipv6_dst', 128, 'IPv6', 'NXM_NX_CT_IPV6_DST'],
  ['ct_nw_proto', 'ct_nw_proto', 8, 'decimal', 'NXM_NX_CT_NW_PROTO'],
  ['ct_tp_src', 'ct_tp_src', 16, 'decimal', 'NXM_NX_CT_TP_SRC'],
  ['ct_tp_dst', 'ct_tp_dst', 16, 'decimal', 'NXM_NX_CT_TP_DST'],
  ...numbered(32, (i) => [
    `reg${i}`,
    `reg${i}`,
    32,
    'hexadecimal',
    i < 16 ? `NXM_NX_REG${i}` : `NXOXM_ET_REG${i}`,
  ]),
  ['tun_id tunnel_id', 'tun_id', 64, 'hexadecimal', 'NXM_NX_TUN_ID OXM_OF_TUNNEL_ID'],
  ['tun_src', 'tun_src', 32, 'IPv4', 'NXM_NX_TUN_IPV4_SRC'],
  ['tun_dst', 'tun_dst', 32, 'IPv4', 'NXM_NX_TUN_IPV4_DST'],
  ['tun_ipv6_src', 'tun_ipv6_src', 128, 'IPv6', 'NXM_NX_TUN_IPV6_SRC'],
  ['tun_ipv6_dst', 'tun_ipv6_dst', 128, 'IPv6', 'NXM_NX_TUN_IPV6_DST'],
  ['tun_gbp_id', 'tun_gbp_id', 16, 'decimal', 'NXM_NX_TUN_GBP_ID'],
  ['tun_gbp_flags', 'tun_gbp_flags', 8, 'hexadecimal', 'NXM_NX_TUN_GBP_FLAGS'],
  ['tun_flags', 'tun_flags', 16, 'tun_flags', 'NXM_NX_TUN_FLAGS'],
  ...numbered(64, (i) => [
    `tun_metadata${i}`,
    `tun_metadata${i}`,
    992,
    'hexadecimal',
    `NXM_NX_TUN_METADATA${i}`,
  ]),
  ['metadata', 'metadata', 64, 'hexadecimal', 'OXM_OF_METADATA'],
  ['in_port in_port_oxm', 'in_port', 16, 'port', 'NXM_OF_IN_PORT OXM_OF_IN_PORT'],
  ['vlan_tci', 'vlan_tci', 16, 'type', 'NXM_OF_VLAN_TCI'],
  ['vlan_vid', 'vlan_vid', 12, 'decimal', 'OXM_OF_VLAN_VID'],
  ['vlan_pcp', 'vlan_pcp', 3, 'decimal', 'OXM_OF_VLAN_PCP'],
  ['eth_src dl_src', 'dl_src', 48, 'Ethernet', 'NXM_OF_ETH_SRC OXM_OF_ETH_SRC'],
  ['eth_dst dl_dst', 'dl_dst', 48, 'Ethernet', 'NXM_OF_ETH_DST OXM_OF_ETH_DST'],
  ['eth_type dl_type', 'dl_type', 16, 'type', 'NXM_OF_ETH_TYPE OXM_OF_ETH_TYPE'],
  ['ip_src nw_src', 'nw_src', 32, 'IPv4', 'NXM_OF_IP_SRC OXM_OF_IPV4_SRC'],
  ['ip_dst nw_dst', 'nw_dst', 32, 'IPv4', 'NXM_OF_IP_DST OXM_OF_IPV4_DST'],
  ['arp_spa', 'arp_spa', 32, 'IPv4', 'NXM_OF_ARP_SPA OXM_OF_ARP_SPA'],
  ['arp_tpa', 'arp_tpa', 32, 'IPv4', 'NXM_OF_ARP_TPA OXM_OF_ARP_TPA'],
  ['ipv6_src', 'ipv6_src', 128, 'IPv6', 'NXM_NX_IPV6_SRC OXM_OF_IPV6_SRC'],
  ['ipv6_dst', 'ipv6_dst', 128, 'IPv6', 'NXM_NX_IPV6_DST OXM_OF_IPV6_DST'],
  ['ipv6_label', 'ipv6_label', 20, 'hexadecimal', 'NXM_NX_IPV6_LABEL OXM_OF_IPV6_FLABEL'],
  ['nw_proto ip_proto', 'nw_proto', 8, 'decimal', 'NXM_OF_IP_PROTO OXM_OF_IP_PROTO'],
  ['arp_op', 'arp_op', 16, 'decimal', 'NXM_OF_ARP_OP OXM_OF_ARP_OP'],
  ['arp_sha', 'arp_sha', 48, 'Ethernet', 'NXM_NX_ARP_SHA OXM_OF_ARP_SHA'],
  ['arp_tha', 'arp_tha', 48, 'Ethernet', 'NXM_NX_ARP_THA OXM_OF_ARP_THA'],
  ['nw_tos', 'nw_tos', 8, 'decimal', 'NXM_OF_IP_TOS'],
  ['ip_dscp', 'ip_dscp', 6, 'decimal', 'OXM_OF_IP_DSCP'],
  ['nw_ecn ip_ecn', 'nw_ecn', 2, 'decimal', 'NXM_NX_IP_ECN OXM_OF_IP_ECN'],
  ['nw_ttl', 'nw_ttl', 8, 'decimal', 'NXM_NX_IP_TTL'],
  ['mpls_label', 'mpls_label', 20, 'decimal', 'OXM_OF_MPLS_LABEL'],
  ['mpls_tc', 'mpls_tc', 3, 'decimal', 'OXM_OF_MPLS_TC'],
  ['mpls_ttl', 'mpls_ttl', 8, 'decimal', 'NXM_NX_MPLS_TTL'],
  ['mpls_bos', 'mpls_bos', 1, 'decimal', 'OXM_OF_MPLS_BOS'],
  ['nw_frag ip_frag', 'nw_frag', 2, 'frag', 'NXM_NX_IP_FRAG'],
  ['icmp_type', 'icmp_type', 8, 'decimal', 'NXM_OF_ICMP_TYPE OXM_OF_ICMPV4_TYPE'],
  ['icmp_code', 'icmp_code', 8, 'decimal', 'NXM_OF_ICMP_CODE OXM_OF_ICMPV4_CODE'],
  ['icmpv6_type', 'icmp_type', 8, 'decimal', 'NXM_NX_ICMPV6_TYPE OXM_OF_ICMPV6_TYPE'],
  ['icmpv6_code', 'icmp_code', 8, 'decimal', 'NXM_NX_ICMPV6_CODE OXM_OF_ICMPV6_CODE'],
  ['nd_target', 'nd_target', 128, 'IPv6', 'NXM_NX_ND_TARGET OXM_OF_IPV6_ND_TARGET'],
  ['nd_sll', 'nd_sll', 48, 'Ethernet', 'NXM_NX_ND_SLL OXM_OF_IPV6_ND_SLL'],
  ['nd_tll', 'nd_tll', 48, 'Ethernet', 'NXM_NX_ND_TLL OXM_OF_IPV6_ND_TLL'],
  ['nd_reserved', 'nd_reserved', 32, 'decimal', 'ERICOXM_OF_ICMPV6_ND_RESERVED'],
  ['nd_options_type', 'nd_options_type', 8, 'decimal', 'ERICOXM_OF_ICMPV6_ND_OPTIONS_TYPE'],
  ['tcp_src', 'tp_src', 16, 'decimal', 'NXM_OF_TCP_SRC OXM_OF_TCP_SRC'],
  ['tcp_dst', 'tp_dst', 16, 'decimal', 'NXM_OF_TCP_DST OXM_OF_TCP_DST'],
  ['udp_src', 'tp_src', 16, 'decimal', 'NXM_OF_UDP_SRC OXM_OF_UDP_SRC'],
  ['udp_dst', 'tp_dst', 16, 'decimal', 'NXM_OF_UDP_DST OXM_OF_UDP_DST'],
  ['sctp_src', 'tp_src', 16, 'decimal', 'OXM_OF_SCTP_SRC'],
  ['sctp_dst', 'tp_dst', 16, 'decimal', 'OXM_OF_SCTP_DST'],
  ['tcp_flags', 'tcp_flags', 12, 'tcp_flags', 'NXM_NX_TCP_FLAGS ONFOXM_ET_TCP_FLAGS OXM_OF_TCP_FLAGS'],
]

/** Registers that are several of the small ones side by side, the first of them the highest bits. */
const wide: readonly Declaration[] = [
  ...numbered(16, (i): Declaration => [`xreg${i}`, `xreg${i}`, 64, 'hexadecimal', `OXM_OF_PKT_REG${i}`]),
  ...numbered(8, (i): Declaration => [
    `xxreg${i}`,
    `xxreg${i}`,
    128,
    'hexadecimal',
    i < 4 ? `NXM_NX_XXREG${i}` : `NXOXM_ET_XXREG${i}`,
  ]),
]

const byName = new Map<string, Field>()
const order = new Map<string, number>()
for (const [names, matchName, bits, format, subfieldNames] of [...declarations, ...wide]) {
  const [name = '', ...aliases] = names.split(' ')
  const [subfieldName = '', ...others] = subfieldNames.split(' ')
  const field = { name, matchName, bits, format, subfieldName }
  for (const word of [name, ...aliases, subfieldName, ...others]) if (word !== '') byName.set(word, field)
  if (!order.has(matchName)) order.set(matchName, order.size)
}

/** By any of its names: set_field's, a match's, NXM's, OXM's. */
export function fieldNamed(name: string): Field | undefined {
  return byName.get(name)
}

/** Where ovs-ofctl prints a field in a match, by the name it prints. */
export function placeOf(matchName: string): number {
  return order.get(matchName) ?? order.size
}
