import { type Address, isIpv6 } from '../../model/address.js'
import type { Flow } from '../../model/flow.js'
import { cookieOf, metadataOf } from '../../model/identity.js'
import type { Mac } from '../../model/mac.js'
import type { Uuid } from '../../model/uuid.js'
import { locatorsOfRow, rowOwn, rule } from '../rule.js'
import { goto, table, usual } from '../tables.js'
import { text } from '../text.js'
import { mac, metadata, station4, station6 } from '../values.js'

const answered = text`set_field:${{ mac }}->eth_src,${goto(table.answer)}`

/** ARP requests for the address of a remote MAC. */
const arpAnswer = rule({
  name: 'ARP answer for a remote MAC',
  table: table.asked,
  priority: usual,
  match: text`arp,metadata=${{ metadata }},arp_tpa=${{ address: station4 }}`,
  actions: answered,
  cookie: rowOwn,
  says: (args, names) =>
    `ARP requests for ${args.address} in ${names.logicalSwitch(args.metadata)} are answered here with ${args.mac}`,
  rows: locatorsOfRow,
})

/** RFC 5227, 3 and 2.4: who says that the address is its own has to be heard by everybody. */
const gratuitous = rule({
  name: 'gratuitous ARP for a remote address',
  table: table.asked,
  priority: 200,
  match: text`arp,metadata=${{ metadata }},arp_spa=${{ address: station4 }},arp_tpa=${{ address: station4 }}`,
  actions: text`${goto(table.remote)}`,
  cookie: rowOwn,
  says: (args, names) =>
    `everybody in ${names.logicalSwitch(args.metadata)} hears who claims ${args.address} by ARP`,
})

/** Neighbour solicitations for it (RFC 4861, 7.2). */
const ndAnswer = rule({
  name: 'ND answer for a remote MAC',
  table: table.asked,
  priority: usual,
  match: text`icmp6,metadata=${{ metadata }},icmp_type=135,nd_target=${{ address: station6 }}`,
  actions: answered,
  cookie: rowOwn,
  says: (args, names) =>
    `neighbour solicitations for ${args.address} in ${names.logicalSwitch(args.metadata)} are answered here with ${args.mac}`,
  rows: locatorsOfRow,
})

export const answerRules = [arpAnswer, ndAnswer, gratuitous]

/** `row`: the Ucast_Macs_Remote row that says that the MAC has the address. */
export function answerFlows(logicalSwitch: Uuid, address: Address, mac: Mac, row: Uuid): Flow[] {
  const args = { metadata: metadataOf(logicalSwitch), address, mac, cookie: cookieOf(row) }
  return isIpv6(address) ? [ndAnswer.print(args)] : [arpAnswer.print(args), gratuitous.print(args)]
}
