import type { MaskedIp } from '../../model/acl/ip.js'
import type { Flow } from '../../model/flow.js'
import { cookieOf, learnedCookie, metadataOf } from '../../model/identity.js'
import type { Mac } from '../../model/mac.js'
import type { Uuid } from '../../model/uuid.js'
import { oneOf } from '../form.js'
import { own4, own6 } from '../routing-values.js'
import { rowOwn, rule } from '../rule.js'
import { fromRouter, goto, hex, table, usual } from '../tables.js'
import { text } from '../text.js'
import { cookie, count, mac, metadata } from '../values.js'

/** Neighbours that are noted of one logical switch. The switch counts them at each new one, so there are few. */
const mostNeighbours = 4096
const isNoted = `set_field:0x1->reg13,${goto(table.remote)}`
const intoSnooped = `learn(table=${table.snooped},idle_timeout=`
const rank = `,priority=${usual},delete_learned,cookie=`
const limit = `,limit=${mostNeighbours},`

/**
 * Who says by ARP which address it has is a neighbour of the router. The note stays while packets go to it, and some
 * time more.
 */
const arpSnooping = rule({
  name: 'neighbours by ARP',
  table: table.remote,
  priority: 190,
  match: text`arp,reg13=0,metadata=${{ metadata }}`,
  actions: text`${intoSnooped}${{ seconds: count }}${rank}${{ learned: cookie }}${limit}NXM_NX_REG12[]=NXM_OF_ARP_SPA[],OXM_OF_METADATA[],eth_type=0x800,load:NXM_NX_ARP_SHA[]->NXM_OF_ETH_DST[]),${isNoted}`,
  cookie: rowOwn,
  says: (args, names) =>
    `who has which IPv4 address in ${names.logicalSwitch(args.metadata)} is noted for the router`,
})

/** The same of IPv6 addresses, by neighbour discovery. */
const ndSnooping = rule({
  name: 'neighbours by ND',
  table: table.remote,
  priority: 190,
  match: text`icmp6,reg13=0,metadata=${{ metadata }},nw_ttl=255,icmp_type=${{
    type: oneOf([
      ['135', 135],
      ['136', 136],
    ]),
  }},icmp_code=0`,
  actions: text`${intoSnooped}${{ seconds: count }}${rank}${{ learned: cookie }}${limit}OXM_OF_METADATA[],eth_type=0x86dd,NXM_NX_XXREG3[]=NXM_NX_IPV6_SRC[],load:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]),${isNoted}`,
  cookie: rowOwn,
  says: (args, names) =>
    `who has which IPv6 address in ${names.logicalSwitch(args.metadata)} is noted for the router`,
})

/** Packets to the router's MAC are routed. */
const entranceToRouter = rule({
  name: 'entrance to a router',
  table: table.remote,
  priority: 170,
  match: text`${{
    kind: oneOf([
      ['ip', 'IPv4'],
      ['ipv6', 'IPv6'],
    ]),
  }},metadata=${{ metadata }},dl_dst=${{ mac }}`,
  actions: text`set_field:${{ router: metadata }}->metadata,${goto(table.router)}`,
  cookie: rowOwn,
  says: (args, names) =>
    `${args.kind} packets to ${args.mac} in ${names.logicalSwitch(args.metadata)} are routed by ${names.router(args.router)}`,
})

/** A neighbour that says the router's MAC is its own would send packets round and round. */
const noLoop = rule({
  name: 'never to itself',
  table: table.remote,
  priority: 185,
  match: text`reg0=${hex(fromRouter)},metadata=${{ metadata }},dl_dst=${{ mac }}`,
  actions: text`drop`,
  cookie: rowOwn,
  says: (args, names) =>
    `what was routed into ${names.logicalSwitch(args.metadata)} is not routed there again`,
})

const answers = text`move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],set_field:${{ mac }}->eth_src,${goto(table.answering)}`

const routerArp = rule({
  name: 'ARP answer of a router',
  table: table.remote,
  priority: 180,
  match: text`arp,metadata=${{ metadata }},arp_tpa=${{ address: own4 }},arp_op=1`,
  actions: answers,
  cookie: rowOwn,
  says: (args, names) =>
    `ARP requests for ${args.address} in ${names.logicalSwitch(args.metadata)} are answered with ${args.mac} of the router`,
})

const routerNd = rule({
  name: 'ND answer of a router',
  table: table.remote,
  priority: 180,
  match: text`icmp6,metadata=${{ metadata }},nw_ttl=255,icmp_type=135,icmp_code=0,nd_target=${{ address: own6 }}`,
  actions: answers,
  cookie: rowOwn,
  says: (args, names) =>
    `neighbour solicitations for ${args.address} in ${names.logicalSwitch(args.metadata)} are answered with ${args.mac} of the router`,
})

const swapped4 =
  'push:NXM_OF_IP_SRC[],move:NXM_OF_IP_DST[]->NXM_OF_IP_SRC[],pop:NXM_OF_IP_DST[],set_field:64->nw_ttl,set_field:0->icmp_type'
const swapped6 =
  'push:NXM_NX_IPV6_SRC[],move:NXM_NX_IPV6_DST[]->NXM_NX_IPV6_SRC[],pop:NXM_NX_IPV6_DST[],set_field:64->nw_ttl,set_field:129->icmpv6_type'

/** A ping to the router is answered (RFC 792, RFC 4443); the answer is routed as any other packet. */
const echo4 = rule({
  name: 'IPv4 ping to a router',
  table: table.router,
  priority: 200,
  match: text`icmp,metadata=${{ router: metadata }},nw_dst=${{ address: own4 }},nw_frag=no,icmp_type=8,icmp_code=0`,
  actions: text`${swapped4},${goto(table.route)}`,
  cookie: rowOwn,
  says: (args, names) => `${names.router(args.router)} answers pings to ${args.address}`,
})

const echo6 = rule({
  name: 'IPv6 ping to a router',
  table: table.router,
  priority: 200,
  match: text`icmp6,metadata=${{ router: metadata }},ipv6_dst=${{ address: own6 }},nw_frag=no,icmp_type=128,icmp_code=0`,
  actions: text`${swapped6},${goto(table.route)}`,
  cookie: rowOwn,
  says: (args, names) => `${names.router(args.router)} answers pings to ${args.address}`,
})

const ownAddress4 = rule({
  name: 'IPv4 packet to a router',
  table: table.router,
  priority: 195,
  match: text`ip,metadata=${{ router: metadata }},nw_dst=${{ address: own4 }}`,
  actions: text`drop`,
  cookie: rowOwn,
  says: (args, names) => `other packets to ${args.address} of ${names.router(args.router)} are dropped`,
})

const ownAddress6 = rule({
  name: 'IPv6 packet to a router',
  table: table.router,
  priority: 195,
  match: text`ipv6,metadata=${{ router: metadata }},ipv6_dst=${{ address: own6 }}`,
  actions: text`drop`,
  cookie: rowOwn,
  says: (args, names) => `other packets to ${args.address} of ${names.router(args.router)} are dropped`,
})

export const routerRules = [
  arpSnooping,
  ndSnooping,
  entranceToRouter,
  noLoop,
  routerArp,
  routerNd,
  echo4,
  echo6,
  ownAddress4,
  ownAddress6,
]

/** A note outlives what stations say now and then. */
const notesPerAging = 4
const longestTimeout = 65_535

/** All that makes a logical switch one of a router. */
export function joiningFlows(router: Uuid, logicalSwitch: Uuid, mac: Mac, macAgingSeconds: number): Flow[] {
  const at = { metadata: metadataOf(logicalSwitch), cookie: cookieOf(router) }
  const seconds = Math.min(macAgingSeconds * notesPerAging, longestTimeout)
  const noted = { ...at, seconds, learned: learnedCookie(0, logicalSwitch) }
  return [
    arpSnooping.print(noted),
    ...([135, 136] as const).map((type) => ndSnooping.print({ ...noted, type })),
    noLoop.print({ ...at, mac }),
    ...(['IPv4', 'IPv6'] as const).map((kind) =>
      entranceToRouter.print({ ...at, kind, mac, router: metadataOf(router) }),
    ),
  ]
}

/** An address of a router, in the logical switch of its interface. */
export function ownAddressFlows(router: Uuid, logicalSwitch: Uuid, mac: Mac, address: MaskedIp): Flow[] {
  const own = { cookie: cookieOf(router), address }
  const [at, of] = [
    { ...own, metadata: metadataOf(logicalSwitch), mac },
    { ...own, router: metadataOf(router) },
  ]
  return address.includes(':')
    ? [routerNd.print(at), echo6.print(of), ownAddress6.print(of)]
    : [routerArp.print(at), echo4.print(of), ownAddress4.print(of)]
}
