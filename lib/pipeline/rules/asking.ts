import { goto, table, usual } from '../tables.js'
import { askedOnce, claimedElsewhere } from './claims.js'
import { fixed } from './fixed.js'
import { fromTunnel, heardElsewhere } from './source.js'

/**
 * ARP (RFC 826) and neighbour discovery (RFC 4861). A request that is for everybody and asks for an address that is known
 * needn't go to everybody. One that is sent to a single station asks whether it is still there: that one answers itself.
 */
const request = 'arp,dl_dst=ff:ff:ff:ff:ff:ff,arp_op=1'
const solicitation = 'icmp6,dl_dst=33:33:ff:00:00:00/ff:ff:ff:00:00:00,nw_ttl=255,icmp_type=135,icmp_code=0'
const ofNeighbours = (type: number) => `icmp6,nw_ttl=255,icmp_type=${type},icmp_code=0`

const asks = `${heardElsewhere},${goto(table.claiming)},${goto(table.asked)}`
const claims = `${heardElsewhere},${goto(table.claiming)},${goto(table.remote)}`
const askWords = 'a request from a binding: the address that it asks for may be known'
const claimWords = 'a station at a binding says which address it has'

/** What a frame matches and does while `field` is in the place of what is asked for, so that its claim is found. */
function withClaimOf(asked: string, field: string, then: string): string {
  return `push:${asked}[],move:${field}[]->${asked}[],${goto(table.claims)},${then}pop:${asked}[]`
}

function heardInTunnel(asked: string, field: string): string {
  const claim = withClaimOf(asked, field, `${goto(table.elsewhere)},`)
  return `push:NXM_OF_ETH_DST[],${claim},pop:NXM_OF_ETH_DST[],set_field:0->reg11,${fromTunnel}`
}
const arpInTunnel = heardInTunnel('NXM_OF_ARP_TPA', 'NXM_OF_ARP_SPA')
const ndInTunnel = heardInTunnel('NXM_NX_IPV6_DST', 'NXM_NX_IPV6_SRC')
const tunnelWords = 'who says in a tunnel which address it has may have taken one that was claimed here'

/** Goes on with the MAC of the claim, if there is one, as destination. */
const toClaimant = `${goto(table.local)},${goto(table.unanswered)},${goto(table.claimant)}`

/** The flows that are always there where requests are suppressed. */
export const askingRules = [
  fixed('ARP request', table.present, usual, request, asks, askWords),
  fixed('ARP', table.present, 90, 'arp', claims, claimWords),
  fixed('solicitation', table.present, usual, solicitation, asks, askWords),
  fixed('solicitation of one', table.present, 90, ofNeighbours(135), claims, claimWords),
  fixed('advertisement', table.present, 90, ofNeighbours(136), claims, claimWords),
  fixed('ARP in a tunnel', table.source, usual, 'arp', arpInTunnel, tunnelWords),
  fixed('solicitation in a tunnel', table.source, usual, ofNeighbours(135), ndInTunnel, tunnelWords),
  fixed('advertisement in a tunnel', table.source, usual, ofNeighbours(136), ndInTunnel, tunnelWords),
  ...passing(table.claiming, 'drop', 'who only asks whether an address is free claims none'),
  ...passing(table.asked, goto(table.remote), 'whether an address is free only its owner can say'),
  fixed(
    'solicitation from nowhere',
    table.asked,
    290,
    'icmp6,icmp_type=135,nd_sll=00:00:00:00:00:00',
    goto(table.remote),
    'a solicitation that does not say where the answer is to go is for everybody',
  ),
  fixed(
    'claimed IPv6 address',
    table.asked,
    10,
    'icmp6,icmp_type=135',
    `push:NXM_OF_ETH_DST[],${withClaimOf('NXM_NX_IPV6_DST', 'NXM_NX_ND_TARGET', '')},${toClaimant}`,
    'a solicitation for an address that a station here claims goes to that station',
  ),
  fixed(
    'claimed IPv4 address',
    table.asked,
    0,
    '',
    `push:NXM_OF_ETH_DST[],${goto(table.claims)},${toClaimant}`,
    'an ARP request for an address that a station here claims goes to that station',
  ),
  fixed(
    'no claimant here',
    table.claimant,
    usual,
    'reg1=0',
    `pop:NXM_OF_ETH_DST[],${goto(table.remote)}`,
    'a request for an address that no learned MAC claims is for everybody',
  ),
  ...(['arp', 'nd'] as const).map((kind) =>
    fixed(
      `claimant here (${kind})`,
      table.claimant,
      90,
      kind === 'arp' ? 'arp' : 'icmp6,icmp_type=135',
      `${askedOnce(kind)},${goto(table.remote)}`,
      'the station that claims the address is asked alone; who asks again at once asks everybody',
    ),
  ),
  fixed('not claimed here', table.elsewhere, usual, 'reg11=0', 'drop', 'no station here claims the address'),
  fixed('claimed by ARP', table.elsewhere, 90, 'arp', claimedElsewhere('arp', '300'), tunnelWords),
  fixed('claimed by ND', table.elsewhere, 90, 'icmp6', claimedElsewhere('nd', '300'), tunnelWords),
  ...answering(),
]

/** RFC 5227, 2.1.1 and RFC 4862, 5.4.2: a request without an address of its sender asks whether one is free. */
function passing(number: number, actions: string, words: string) {
  return [
    fixed(`ARP probe ${number}`, number, 300, 'arp,arp_spa=0.0.0.0', actions, words),
    fixed(`duplicate address detection ${number}`, number, 300, 'icmp6,ipv6_src=::', actions, words),
  ]
}

/** The request becomes the answer, and leaves where it came in. Its source is the MAC that was asked for. */
function answering() {
  const leave = `move:NXM_NX_REG0[]->NXM_NX_REG1[],set_field:0->reg0,${goto(table.egress)}`
  const words = 'the answer leaves where the request came in'
  return [
    fixed(
      'ARP answer',
      table.answer,
      usual,
      'arp',
      `move:NXM_NX_ARP_SHA[]->NXM_OF_ETH_DST[],set_field:2->arp_op,move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[],move:NXM_OF_ETH_SRC[]->NXM_NX_ARP_SHA[],push:NXM_OF_ARP_TPA[],move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[],pop:NXM_OF_ARP_SPA[],${leave}`,
      words,
    ),
    fixed(
      'advertisement begun',
      table.answer,
      usual,
      'icmp6,icmp_type=135',
      `move:NXM_NX_ND_SLL[]->NXM_OF_ETH_DST[],set_field:136->icmpv6_type,${goto(table.answer)}`,
      'a solicitation becomes an advertisement',
    ),
    fixed(
      'advertisement answer',
      table.answer,
      usual,
      'icmp6,icmp_type=136',
      // solicited, override: 0x60000000 (RFC 4861, 4.4)
      `move:NXM_NX_IPV6_SRC[]->NXM_NX_IPV6_DST[],move:NXM_NX_ND_TARGET[]->NXM_NX_IPV6_SRC[],set_field:2->nd_options_type,set_field:1610612736->nd_reserved,move:NXM_OF_ETH_SRC[]->NXM_NX_ND_TLL[],${leave}`,
      words,
    ),
  ]
}
