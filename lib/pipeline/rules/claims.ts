import { type Address, isIpv6 } from '../../model/address.js'
import type { Claim } from '../../model/claim.js'
import type { Flow } from '../../model/flow.js'
import { cookieOf, learnedCookie, metadataOf, unboundCookie } from '../../model/identity.js'
import type { Mac } from '../../model/mac.js'
import type { Uuid } from '../../model/uuid.js'
import { around, either, type Form, optionalForm } from '../form.js'
import { type FlowNames, rowOwn, rule } from '../rule.js'
import { table, usual } from '../tables.js'
import { text } from '../text.js'
import { binding, cookie, count, mac, macNumber, metadata, station4, station6 } from '../values.js'

/** Notes of one logical switch, of which an IPv4 address takes two. The switch counts them at each new one, so there are few. */
const mostNotes = 2048

/** Above a claim: a request by the one who claims the address is for everybody. */
const ofClaimant = 110

/** What a frame says of its sender, as `learn` takes it: the match, the MAC, and where it came in. */
const said = {
  arp: 'OXM_OF_METADATA[],eth_type=0x806,NXM_OF_ARP_TPA[]=NXM_OF_ARP_SPA[],load:NXM_NX_ARP_SHA[]->NXM_OF_ETH_DST[]',
  arpOfClaimant: 'OXM_OF_METADATA[],eth_type=0x806,NXM_OF_ARP_SPA[],NXM_OF_ARP_TPA[]=NXM_OF_ARP_SPA[]',
  nd: 'OXM_OF_METADATA[],eth_type=0x86dd,NXM_NX_IPV6_DST[]=NXM_NX_IPV6_SRC[],load:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]',
}
const here = 'load:NXM_NX_REG0[]->NXM_NX_REG11[]'
const into = `learn(table=${table.claims},hard_timeout=`
const rank = `,priority=${usual},`
const claimantsRank = `,priority=${ofClaimant},`
const limit = `limit=${mostNotes},`

/** The IPv4 addresses that stations of a logical switch claim are noted; the claim last, so that it never stands alone where there is no room. */
const arpClaiming = rule({
  name: 'ARP claims',
  table: table.claiming,
  priority: usual,
  match: text`arp,metadata=${{ metadata }}`,
  actions: text`${into}${{ seconds: count }}${claimantsRank}delete_learned,cookie=${{ learned: cookie }},${limit}${said.arpOfClaimant},${here}),${into}${{ seconds: count }}${rank}delete_learned,cookie=${{ learned: cookie }},${limit}${said.arp},${here})`,
  cookie: rowOwn,
  says: (args, names) =>
    `which IPv4 addresses stations in ${names.logicalSwitch(args.metadata)} claim is noted`,
})

/** The same of IPv6 addresses, by neighbour discovery. */
const ndClaiming = rule({
  name: 'ND claims',
  table: table.claiming,
  priority: usual,
  match: text`icmp6,metadata=${{ metadata }}`,
  actions: text`${into}${{ seconds: count }}${rank}delete_learned,cookie=${{ learned: cookie }},${limit}${said.nd},${here})`,
  cookie: rowOwn,
  says: (args, names) =>
    `which IPv6 addresses stations in ${names.logicalSwitch(args.metadata)} claim is noted`,
})

export const claimingRules = [arpClaiming, ndClaiming]

/** A station says less often which address it has than it says anything; and what its MAC is, is forgotten in time. */
const claimsPerAging = 4
const longestTimeout = 65_535

export function claimingFlows(logicalSwitch: Uuid, macAgingSeconds: number): Flow[] {
  const args = { ...notesOf(logicalSwitch, macAgingSeconds), cookie: cookieOf(logicalSwitch) }
  return claimingRules.map((rule) => rule.print(args))
}

function notesOf(logicalSwitch: Uuid, macAgingSeconds: number) {
  return {
    metadata: metadataOf(logicalSwitch),
    seconds: Math.min(macAgingSeconds * claimsPerAging, longestTimeout),
    learned: learnedCookie(0, logicalSwitch),
  }
}

/** Who claimed an address in a tunnel; nothing is limited, for only what is noted already is noted so. */
export function claimedElsewhere(kind: 'arp' | 'nd', seconds: string): string {
  const note = (rank: string, what: string) =>
    `${into}${seconds}${rank}cookie=${unboundCookie},${what},load:0->NXM_NX_REG11[])`
  return kind === 'nd'
    ? note(rank, said.nd)
    : `${note(rank, said.arp)},${note(claimantsRank, said.arpOfClaimant)}`
}

/** A host asks again after a second (RFC 4861, 10), and the switch looks at timeouts each second. */
const askedAgainSeconds = 3
const mostAsked = 4096
const asking = {
  arp: 'OXM_OF_METADATA[],eth_type=0x806,NXM_OF_ARP_SPA[],NXM_OF_ARP_TPA[]',
  nd: 'OXM_OF_METADATA[],eth_type=0x86dd,NXM_NX_IPV6_SRC[],nw_proto=58,icmpv6_type=135,NXM_NX_ND_TARGET[]',
}

/** Takes note that somebody asks for an address: if the claimant does not answer, nobody is taken for the claimant when it asks again. */
export function askedOnce(kind: 'arp' | 'nd'): string {
  return `learn(table=${table.unanswered},hard_timeout=${askedAgainSeconds}${rank}cookie=${unboundCookie},limit=${mostAsked},${asking[kind]},load:0->NXM_NX_REG1[])`
}

const claimant: Form<Mac> = either(
  () => true,
  around('load:', macNumber, '->NXM_OF_ETH_DST[]'),
  around('set_field:', mac, '->eth_dst'),
)
const where: Form<number> = either(
  () => true,
  around('load:', binding, '->NXM_NX_REG11[]'),
  around('set_field:', binding, '->reg11'),
)
const learned = text`${{ learned: cookie }}`
const timeout = text`${{ seconds: optionalForm(around('hard_timeout=', count)) }}`

interface Claimed {
  readonly metadata: string
  readonly address: string
}

function claimWords(what: string, { metadata, address }: Claimed, names: FlowNames): string {
  return `${what} ${address} in ${names.logicalSwitch(metadata)}`
}

/** The note: a request for the address goes to the MAC, so that nobody else need hear it. */
export const claim4 = rule({
  name: 'IPv4 claim',
  table: table.claims,
  priority: usual,
  match: text`arp,metadata=${{ metadata }},arp_tpa=${{ address: station4 }}`,
  actions: text`${{ mac: claimant }},${{ binding: where }}`,
  cookie: learned,
  extras: timeout,
  says: (args, names) => claimWords(`${args.mac} claims`, args, names),
})

export const claim6 = rule({
  name: 'IPv6 claim',
  table: table.claims,
  priority: usual,
  match: text`ipv6,metadata=${{ metadata }},ipv6_dst=${{ address: station6 }}`,
  actions: text`${{ mac: claimant }},${{ binding: where }}`,
  cookie: learned,
  extras: timeout,
  says: (args, names) => claimWords(`${args.mac} claims`, args, names),
})

/** The note beside an IPv4 claim. */
const ofOwner = rule({
  name: "claimant's request",
  table: table.claims,
  priority: ofClaimant,
  match: text`arp,metadata=${{ metadata }},arp_spa=${{ address: station4 }},arp_tpa=${{ address: station4 }}`,
  actions: text`${{ binding: where }}`,
  cookie: learned,
  extras: timeout,
  says: (args, names) => claimWords('everybody hears who claims', args, names),
})

export const claimRules = [claim4, claim6, ofOwner]

/** What the switch notes of a claim. */
export function claimNotes(
  logicalSwitch: Uuid,
  address: Address,
  claim: Claim,
  macAgingSeconds: number,
): readonly Flow[] {
  const args = { ...notesOf(logicalSwitch, macAgingSeconds), ...claim, address }
  return isIpv6(address) ? [claim6.print(args)] : [claim4.print(args), ofOwner.print(args)]
}
