import type { RouterRow } from '../../schema/hardware-vtep.js'
import { type Ip, type MaskedIp, parseIp, printIp } from '../acl/ip.js'
import type { Mac } from '../mac.js'
import type { Fault } from '../problem.js'
import { quoted } from '../quoted.js'
import type { Uuid } from '../uuid.js'
import { contains, isRoutable, parsePrefix, type Prefix, printSubnet, subnetOf } from './prefix.js'
import { routerMac } from './virtual-mac.js'

/** An address of a router, and the subnet that it is in: one key of switch_binding. */
export interface RouterInterface {
  /** As the row spells it. */
  readonly key: string
  readonly prefix: Prefix
  readonly logicalSwitch: Uuid
}

/** Where packets to a subnet go. */
export interface Route {
  /** Null: to every address of the family. */
  readonly subnet: MaskedIp | null
  readonly family: Ip['family']
  readonly length: number
  readonly logicalSwitch: Uuid
  /** Null: the destination itself is a neighbour. */
  readonly nextHop: Ip | null
}

/** What a Logical_Router row asks for, as far as it makes sense by itself. */
export interface Router {
  readonly name: string
  readonly mac: Mac
  readonly interfaces: readonly RouterInterface[]
  /** static_routes; those of the interfaces are not among them. */
  readonly routes: readonly Route[]
  readonly mistakes: readonly Mistake[]
}

export interface Mistake {
  readonly fault: Fault
  readonly reason: string
}

export function parseRouter(row: RouterRow): Router {
  const mistakes: Mistake[] = []
  const interfaces = interfacesIn(row, (reason) =>
    mistakes.push({ fault: 'lr_switch_bindings_fault', reason: `switch_binding ${reason}` }),
  )
  const routes = routesIn(row, interfaces, (reason) =>
    mistakes.push({ fault: 'lr_static_routes_fault', reason: `static_routes ${reason}` }),
  )
  mistakes.push(...unfiltered(row))
  return { name: row.name, mac: routerMac(row.name), interfaces, routes, mistakes }
}

/** Who binds an ACL must not believe that it protects anything. */
function unfiltered({ acl_binding = [] }: RouterRow): readonly Mistake[] {
  return acl_binding.map(([key]) => ({
    fault: 'invalid_ACL_binding',
    reason: `acl_binding ${quoted(key)}: ACLs of routers are not realised, all packets pass there`,
  }))
}

type Complain = (reason: string) => void

/** Of two with one address or one subnet in different logical switches the first as text stays. */
function interfacesIn({ switch_binding = [] }: RouterRow, complain: Complain): RouterInterface[] {
  const interfaces: RouterInterface[] = []
  const [addresses, switches] = [new Map<string, string>(), new Map<string, Uuid>()]
  for (const [key, logicalSwitch] of switch_binding) {
    const prefix = parsePrefix(key)
    if (prefix === undefined) complain(`${quoted(key)}: not an address with the length of its prefix`)
    else if (!isRoutable(prefix.ip)) complain(`${quoted(key)}: not a unicast address that can be routed`)
    else {
      const [address, subnet] = [printIp(prefix.ip), printSubnet(prefix)]
      const [twin, other] = [addresses.get(address), switches.get(subnet)]
      if (twin !== undefined) complain(`${quoted(key)}: ${quoted(twin)} has the same address`)
      else if (other !== undefined && other !== logicalSwitch)
        complain(`${quoted(key)}: its subnet is that of another logical switch of the router`)
      else {
        addresses.set(address, key)
        switches.set(subnet, logicalSwitch)
        interfaces.push({ key, prefix, logicalSwitch })
      }
    }
  }
  return interfaces
}

/** A next hop must be in a subnet of an interface: of several the longest. */
function routesIn(
  { static_routes = [] }: RouterRow,
  interfaces: readonly RouterInterface[],
  complain: Complain,
): Route[] {
  const routes: Route[] = []
  const taken = new Map(interfaces.map(({ prefix }) => [printSubnet(prefix), 'an interface']))
  for (const [key, value] of static_routes) {
    const [prefix, nextHop] = [parsePrefix(key), parseIp(value)]
    const trouble = routeTrouble(prefix, nextHop, interfaces)
    const subnet = prefix === undefined ? '' : printSubnet(prefix)
    const by = taken.get(subnet)
    const toward = nextHop === undefined ? undefined : interfaceToward(nextHop, interfaces)
    if (prefix === undefined || nextHop === undefined || toward === undefined || trouble !== null)
      complain(`${quoted(key)} to ${quoted(value)}: ${trouble ?? ''}`)
    else if (by !== undefined) complain(`${quoted(key)} to ${quoted(value)}: ${by} has the same subnet`)
    else {
      taken.set(subnet, quoted(key))
      const { length, ip } = prefix
      const { logicalSwitch } = toward
      routes.push({ subnet: subnetOf(prefix), family: ip.family, length, logicalSwitch, nextHop })
    }
  }
  return routes
}

/** Null: none. */
function routeTrouble(
  prefix: Prefix | undefined,
  nextHop: Ip | undefined,
  interfaces: readonly RouterInterface[],
): string | null {
  if (prefix === undefined) return 'not an address with the length of its prefix'
  if (nextHop === undefined || !isRoutable(nextHop)) return 'the next hop is not a unicast address'
  if (nextHop.family !== prefix.ip.family) return 'the next hop is of another IP version'
  if (interfaceToward(nextHop, interfaces) === undefined)
    return 'the next hop is in no subnet of an interface of the router'
  const isOwn = interfaces.some(({ prefix: { ip } }) => isSame(ip, nextHop))
  return isOwn ? 'the next hop is the router itself' : null
}

function interfaceToward(ip: Ip, interfaces: readonly RouterInterface[]): RouterInterface | undefined {
  let found: RouterInterface | undefined
  for (const one of interfaces)
    if (contains(one.prefix, ip) && (found === undefined || one.prefix.length > found.prefix.length))
      found = one
  return found
}

function isSame(a: Ip, b: Ip): boolean {
  return a.family === b.family && a.bits === b.bits
}

/** The subnets of the interfaces, each once. */
export function connectedRoutes(interfaces: readonly RouterInterface[]): readonly Route[] {
  const routes = new Map<string, Route>()
  for (const { prefix, logicalSwitch } of interfaces)
    routes.set(printSubnet(prefix), {
      subnet: subnetOf(prefix),
      family: prefix.ip.family,
      length: prefix.length,
      logicalSwitch,
      nextHop: null,
    })
  return [...routes.values()]
}
