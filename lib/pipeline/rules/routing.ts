import { fromRouter, goto, hex, table, unresolved, usual } from '../tables.js'
import { fixed } from './fixed.js'

/** RFC 1812, 5.3.7 and RFC 4291, 2: what has such an address, as source or destination, is never forwarded. */
const unroutable = [
  ...['0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/3'].map((subnet) => ['ip', 'nw', subnet] as const),
  ...['::', '::1', 'ff00::/8', 'fe80::/10'].map((subnet) => ['ipv6', 'ipv6', subnet] as const),
]

const back =
  'move:NXM_NX_TUN_IPV4_SRC[]->NXM_NX_TUN_IPV4_DST[],move:NXM_NX_TUN_IPV6_SRC[]->NXM_NX_TUN_IPV6_DST[]'

/** The flows that are always there where a router works. */
export const routingRules = [
  ...(
    [
      ['ARP probe at a router', 'arp,reg13=0,arp_spa=0.0.0.0'],
      ['duplicate address detection at a router', 'icmp6,reg13=0,ipv6_src=::'],
    ] as const
  ).map(([name, match]) =>
    fixed(
      name,
      table.remote,
      195,
      match,
      `set_field:0x1->reg13,${goto(table.remote)}`,
      'who only asks whether an address is free is no neighbour of a router',
    ),
  ),
  ...unroutable.flatMap(([kind, field, subnet]) =>
    (['src', 'dst'] as const).map((end) =>
      fixed(
        `${end === 'src' ? 'from' : 'to'} ${subnet}`,
        table.router,
        210,
        `${kind},${field}_${end}=${subnet}`,
        'drop',
        `packets ${end === 'src' ? 'from' : 'to'} ${subnet} are not routed`,
      ),
    ),
  ),
  ...(['ip', 'ipv6'] as const).flatMap((kind) => [
    ...[0, 1].map((ttl) =>
      fixed(
        `${kind} TTL ${ttl}`,
        table.router,
        190,
        `${kind},nw_ttl=${ttl}`,
        'drop',
        'packets that have passed too many routers are dropped',
      ),
    ),
    fixed(
      `${kind} to be routed`,
      table.router,
      0,
      kind,
      `dec_ttl,${goto(table.route)}`,
      'what is for others is routed',
    ),
  ]),
  fixed(
    'no neighbour of a row',
    table.neighbour,
    0,
    '',
    `${goto(table.snooped)},${goto(table.routed)}`,
    'a neighbour of which no row says may have said it itself',
  ),
  fixed(
    'unknown neighbour',
    table.routed,
    usual,
    `dl_dst=${unresolved}`,
    'drop',
    'packets to a neighbour whose MAC is not known are dropped',
  ),
  fixed(
    'routed',
    table.routed,
    0,
    '',
    `set_field:0->in_port,set_field:${hex(fromRouter)}->reg0,set_field:0->reg1,set_field:0->xxreg3,${goto(table.remote)}`,
    'what was routed goes on in the logical switch of its neighbour',
  ),
  ...answering(),
]

/** The request becomes the answer; its source is the router's MAC already. */
function answering() {
  const leave = goto(table.answered)
  const words = 'a request for a router becomes the answer'
  return [
    fixed(
      'ARP answer of the router',
      table.answering,
      usual,
      'arp',
      `set_field:2->arp_op,move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[],move:NXM_OF_ETH_SRC[]->NXM_NX_ARP_SHA[],push:NXM_OF_ARP_TPA[],move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[],pop:NXM_OF_ARP_SPA[],${leave}`,
      words,
    ),
    fixed(
      'advertisement of the router begun',
      table.answering,
      usual,
      'icmp6,icmp_type=135',
      `set_field:136->icmpv6_type,${goto(table.answering)}`,
      words,
    ),
    fixed(
      'address of the router is taken',
      table.answering,
      110,
      'icmp6,ipv6_src=::,icmp_type=136',
      // override, from a router: 0xa0000000 (RFC 4861, 4.4); to all nodes (RFC 4862, 5.4.4)
      `set_field:33:33:00:00:00:01->eth_dst,move:NXM_NX_ND_TARGET[]->NXM_NX_IPV6_SRC[],set_field:ff02::1->ipv6_dst,set_field:2684354560->nd_reserved,${leave}`,
      words,
    ),
    fixed(
      'advertisement of the router',
      table.answering,
      usual,
      'icmp6,icmp_type=136',
      // solicited and override, from a router: 0xe0000000
      `move:NXM_NX_IPV6_SRC[]->NXM_NX_IPV6_DST[],move:NXM_NX_ND_TARGET[]->NXM_NX_IPV6_SRC[],set_field:2->nd_options_type,set_field:3758096384->nd_reserved,move:NXM_OF_ETH_SRC[]->NXM_NX_ND_TLL[],${leave}`,
      words,
    ),
    fixed(
      'answer into the tunnel',
      table.answered,
      usual,
      'reg0=0',
      `${back},IN_PORT`,
      'the answer goes back to the VTEP that the request came from',
    ),
    fixed(
      'answer to a binding',
      table.answered,
      0,
      '',
      `move:NXM_NX_REG0[]->NXM_NX_REG1[],set_field:0->reg0,${goto(table.egress)}`,
      'the answer leaves where the request came in',
    ),
  ]
}
