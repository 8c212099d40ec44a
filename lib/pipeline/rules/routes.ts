import { type MaskedIp, printIp } from '../../model/acl/ip.js'
import { type Address, isIpv6 } from '../../model/address.js'
import type { Flow } from '../../model/flow.js'
import { cookieOf, metadataOf } from '../../model/identity.js'
import type { Mac } from '../../model/mac.js'
import type { Route } from '../../model/routing/router.js'
import type { Uuid } from '../../model/uuid.js'
import { around, either, type Form, oneOf, optionalForm } from '../form.js'
import { neighbour4, neighbour6, toNextHop, toSubnet } from '../routing-values.js'
import { locatorsOfRow, rowOwn, rule } from '../rule.js'
import { goto, table, unresolved, usual } from '../tables.js'
import { text } from '../text.js'
import { cookie, count, mac, macNumber, metadata } from '../values.js'

/** The longest prefix wins. */
const lowest = 100
const longest = 128

const family = oneOf([
  ['ip', 4],
  ['ipv6', 6],
])
/** A next hop; or that packets of an IP version go to their own destination. */
type Hop = MaskedIp | 'IPv4' | 'IPv6'

function isDirect(hop: Hop): hop is 'IPv4' | 'IPv6' {
  return hop === 'IPv4' || hop === 'IPv6'
}

const direct = oneOf([
  ['move:NXM_OF_IP_DST[]->NXM_NX_REG12[]', 'IPv4'],
  ['move:NXM_NX_IPV6_DST[]->NXM_NX_XXREG3[]', 'IPv6'],
])
const hop = either<Hop>(isDirect, direct, toNextHop)

function length(subnet: MaskedIp | null): number {
  if (subnet === null) return 0
  const [, digits] = subnet.split('/')
  return digits === undefined ? (subnet.includes(':') ? 128 : 32) : Number(digits)
}

const priority = {
  all: Array.from({ length: longest + 1 }, (_, i) => lowest + i),
  of: ({ subnet }: { readonly subnet: MaskedIp | null }) => lowest + length(subnet),
}
interface Said {
  readonly subnet: MaskedIp | null
  readonly family: 4 | 6
}

function subnetWords({ subnet, family }: Said): string {
  return subnet ?? (family === 4 ? '0.0.0.0/0' : '::/0')
}

/** Packets to a subnet go to their own destination, for that is a neighbour; or to the next hop of a static route. */
const route = rule({
  name: 'route',
  table: table.route,
  priority,
  match: text`${{ family }},metadata=${{ router: metadata }}${{ subnet: toSubnet }}`,
  actions: text`set_field:${{ mac }}->eth_src,set_field:${unresolved}->eth_dst,set_field:${{ metadata }}->metadata,${{ hop }},${goto(table.neighbour)}`,
  cookie: rowOwn,
  says(args, names) {
    const [subnet, where] = [subnetWords(args), names.logicalSwitch(args.metadata)]
    return isDirect(args.hop)
      ? `${subnet} in ${names.router(args.router)} is connected: its hosts are in ${where}`
      : `${subnet} in ${names.router(args.router)}: static route via ${args.hop}, which is in ${where}`
  },
})

const found = text`set_field:${{ mac }}->eth_dst,${goto(table.routed)}`

/** A neighbour as the controller says it. */
function neighbourRow(version: 'IPv4' | 'IPv6', kind: 'ip' | 'ipv6', address: Form<Address>) {
  return rule({
    name: `${version} neighbour of a router`,
    table: table.neighbour,
    priority: usual,
    match: text`${kind},${{ address }},metadata=${{ metadata }}`,
    actions: found,
    cookie: rowOwn,
    says: (args, names) =>
      `${args.mac} is the neighbour that has ${args.address} in ${names.logicalSwitch(args.metadata)}`,
    rows: locatorsOfRow,
  })
}

const neighbourRow4 = neighbourRow('IPv4', 'ip', neighbour4)
const neighbourRow6 = neighbourRow('IPv6', 'ipv6', neighbour6)

/** As the switch notes it. Some releases print `load` as `set_field`. */
const noted = either<Mac>(
  () => true,
  around('load:', macNumber, '->NXM_OF_ETH_DST[]'),
  around('set_field:', mac, '->eth_dst'),
)

/** What the switch notes of who says that it has an address. */
function snooped(version: 'IPv4' | 'IPv6', kind: 'ip' | 'ipv6', address: Form<Address>) {
  return rule({
    name: `${version} neighbour noted`,
    table: table.snooped,
    priority: usual,
    match: text`${kind},${{ address }},metadata=${{ metadata }}`,
    actions: text`${{ mac: noted }}`,
    cookie: text`${{ learned: cookie }}`,
    extras: text`${{ seconds: optionalForm(around('idle_timeout=', count)) }}`,
    says: (args, names) =>
      `${args.mac} said that it has ${args.address} in ${names.logicalSwitch(args.metadata)}`,
  })
}

export const routeRules = [route, neighbourRow4, neighbourRow6]
/** Flows that the switch makes. */
export const snoopedRules = [snooped('IPv4', 'ip', neighbour4), snooped('IPv6', 'ipv6', neighbour6)]

export function routeFlow(router: Uuid, mac: Mac, { subnet, family, logicalSwitch, nextHop }: Route): Flow {
  const args = {
    family,
    subnet,
    router: metadataOf(router),
    mac,
    metadata: metadataOf(logicalSwitch),
    cookie: cookieOf(router),
  }
  const hop = nextHop === null ? (`IPv${family}` as const) : (printIp(nextHop) as MaskedIp)
  return route.print({ ...args, hop })
}

/** `row`: the Ucast_Macs_Remote row that says that the MAC has the address. */
export function neighbourFlow(logicalSwitch: Uuid, address: Address, mac: Mac, row: Uuid): Flow {
  const args = { metadata: metadataOf(logicalSwitch), address, mac, cookie: cookieOf(row) }
  return (isIpv6(address) ? neighbourRow6 : neighbourRow4).print(args)
}
