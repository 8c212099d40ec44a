import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ask } from '../../adapters/unixctl/ask.js'
import { entriesOf, none } from '../../lib/model/collection.js'
import { flowText } from '../../lib/model/flow.js'
import { metadataOf } from '../../lib/model/identity.js'
import { printIp } from '../../lib/model/acl/ip.js'
import { routerMac } from '../../lib/model/routing/virtual-mac.js'
import { createRandom, type Random } from '../support/differential/random.js'
import { linuxRouter, type Packet, type Way } from '../support/linux-router.js'
import { whyNoNamespaces } from '../support/namespace.js'
import { startTracedBridge } from '../support/traced-bridge.js'
import { World } from '../support/small-world.js'

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const count = Number(process.env['COUNT'] ?? 12)
const packetsEach = 40

const skip = (await whyNoNamespaces()) ?? false

/** A router of one topology: interfaces with their logical switches, and static routes, bad ones among them. */
interface Topology {
  readonly switches: number
  readonly interfaces: readonly (readonly [address: string, of: number])[]
  readonly routes: readonly (readonly [prefix: string, nextHop: string])[]
}

const address4 = (random: Random): string =>
  `${random.pick(['10.0', '10.0', '10.1', '192.168'])}.${random.int(3)}.${1 + random.int(253)}`
const address6 = (random: Random): string =>
  `${random.pick(['fd00', 'fd00', '2001:db8'])}:${random.int(2)}::${(1 + random.int(200)).toString(16)}`
const address = (random: Random, isIpv6: boolean): string => (isIpv6 ? address6(random) : address4(random))

/** Subnets lie within others as often as chance wants it, but no two are the same. */
function topology(random: Random): Topology {
  const switches = 2 + random.int(3)
  const interfaces: (readonly [string, number])[] = []
  const [taken, routes] = [new Set<string>(), new Map<string, string>()]
  const isNew = (prefix: string) => {
    const subnet = subnetText(prefix)
    return !taken.has(subnet) && taken.add(subnet).has(subnet)
  }
  for (let i = 0; i < switches * 2; i++) {
    const isIpv6 = i % 2 === 1
    const length = isIpv6 ? random.pick([32, 48, 64, 112]) : random.pick([12, 16, 22, 24, 28])
    const prefix = `${address(random, isIpv6)}/${length}`
    if (isNew(prefix)) interfaces.push([prefix, Math.floor(i / 2)])
  }
  for (let i = 0; i < 8; i++) {
    const isIpv6 = random.chance(0.4)
    const length = isIpv6 ? random.pick([0, 32, 48, 64, 128]) : random.pick([0, 8, 16, 20, 24, 30, 32])
    const prefix = subnetText(`${address(random, isIpv6)}/${length}`)
    const near = interfaces
      .filter(([one]) => one.includes(':') === isIpv6)
      .map(([one]) => beside(random, one))
    const nextHop = near.length === 0 || random.chance(0.2) ? address(random, isIpv6) : random.pick(near)
    // Linux takes a route of IPv4 by way of itself, which leads nowhere
    const isOwn = interfaces.some(([one]) => one.split('/')[0] === nextHop)
    // and refuses one of IPv6 whose next hop is behind a route that it has already, though it is in a connected subnet
    const isBehind = isIpv6 && [...routes.keys()].some((one) => isWithin(nextHop, one))
    if (!isOwn && !isBehind && isNew(prefix)) routes.set(prefix, nextHop)
  }
  return { switches, interfaces, routes: [...routes] }
}

function bitsOf(text: string): { readonly family: 4 | 6; readonly bits: bigint } {
  if (!text.includes(':'))
    return { family: 4, bits: text.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n) }
  const [head = '', tail] = text.split('::')
  const words = (part = '') => (part === '' ? [] : part.split(':'))
  const [first, last] = [words(head), words(tail)]
  const all = [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last]
  return { family: 6, bits: all.reduce((sum, word) => (sum << 16n) | BigInt(`0x${word}`), 0n) }
}

function isWithin(text: string, prefix: string): boolean {
  const isAlike = text.includes(':') === prefix.includes(':')
  return isAlike && subnetText(`${text}/${prefix.split('/')[1] ?? ''}`) === prefix
}

function hostBits(prefix: string): bigint {
  const [text = '', length] = prefix.split('/')
  return (1n << BigInt((text.includes(':') ? 128 : 32) - Number(length))) - 1n
}

function subnetText(prefix: string): string {
  const [text = '', length = ''] = prefix.split('/')
  const { family, bits } = bitsOf(text)
  return `${printIp({ family, bits: bits & ~hostBits(prefix) })}/${length}`
}

/** Another host of the subnet, neither the first nor the last address. */
function beside(random: Random, prefix: string): string {
  const { family, bits } = bitsOf(prefix.split('/')[0] ?? '')
  const hosts = hostBits(prefix)
  const host = 1n + (BigInt(random.int(2 ** 30)) % (hosts - 1n))
  return printIp({ family, bits: (bits & ~hosts) | host })
}

function packets(random: Random, { interfaces, routes }: Topology): Packet[] {
  const own = new Set(interfaces.map(([prefix]) => prefix.split('/')[0] ?? ''))
  const known = [...own, ...routes.map(([, nextHop]) => nextHop)]
  return Array.from({ length: packetsEach }, () => {
    const [prefix, of] = random.pick(interfaces)
    const isIpv6 = prefix.includes(':')
    const alike = (text: string) => text.includes(':') === isIpv6
    const somewhere = [...interfaces, ...routes]
      .map(([one]) => one)
      .filter((one) => alike(one) && !one.endsWith('/0'))
    const target = random.pick(somewhere)
    const to = random.pick([
      address(random, isIpv6),
      random.pick(known.filter(alike)),
      hostBits(target) > 1n ? beside(random, target) : (target.split('/')[0] ?? ''),
      random.pick(isIpv6 ? ['ff02::1', '2001:db8:ffff::1'] : ['224.0.0.5', '127.0.0.1', '203.0.113.9']),
    ])
    let from = beside(random, prefix)
    while (own.has(from)) from = beside(random, prefix)
    return { from, to, device: `ls${of}` }
  })
}

/** The same topology in our database: p0 belongs to the logical switches, each in a VLAN of its own. */
function worldOf({ switches, interfaces, routes }: Topology) {
  const world = new World()
  const uuids = Array.from({ length: switches }, (_, i) =>
    world.insert('Logical_Switch', { name: `ls${i}`, tunnel_key: 100 + i }),
  )
  world.bind(
    'p0',
    uuids.map((uuid, i) => [10 + i, uuid]),
  )
  const ascending = (pairs: readonly (readonly [string, string])[]) =>
    pairs.toSorted(([a], [b]) => (a < b ? -1 : 1))
  const switch_binding = ascending(interfaces.map(([prefix, of]) => [prefix, uuids[of] ?? '']))
  world.insert('Logical_Router', { name: 'r', switch_binding, static_routes: ascending(routes) })
  return { world, devices: new Map(uuids.map((uuid, i) => [metadataOf(uuid), `ls${i}`])) }
}

/** The way that the switch itself tells. */
function wayIn(trace: string, devices: ReadonlyMap<string, string>, isIpv6: boolean): Way {
  if (/^50\. icmp6?,.*priority 200,|^50\. ipv?6?,.*priority 195,/m.test(trace)) return 'local'
  const [, route] = /^ *51\. (.*?)^ *52\. /ms.exec(trace) ?? []
  if (route === undefined) return 'nowhere'
  const [, metadata = ''] = /set_field:(0x[0-9a-f]+)->metadata/.exec(route) ?? []
  const [, hop] = /set_field:(0x[0-9a-f]+)->x?x?reg1?[23]/.exec(route) ?? []
  const shown = hop === undefined ? 'itself' : printIp({ family: isIpv6 ? 6 : 4, bits: BigInt(hop) })
  return `${shown} ${devices.get(metadata) ?? metadata}`
}

await t.test(
  `random routers: the same ways as Linux's, seed ${seed}, COUNT ${count}`,
  { skip },
  async (t) => {
    const { ovs, control } = await startTracedBridge(t)
    const random = createRandom(seed)
    const outcomes = new Map<string, number>()
    let refused = 0
    for (let round = 0; round < count; round++) {
      const topo = topology(random)
      const { world, devices } = worldOf(topo)
      const names = Array.from({ length: topo.switches }, (_, i) => `ls${i}`)
      const linux = await linuxRouter(
        t,
        names,
        topo.interfaces.map(([prefix, of]) => [prefix, `ls${of}`]),
      )
      const problems = world.problems()
      for (const [prefix, nextHop] of topo.routes) {
        const isTaken = await linux.addRoute(prefix, nextHop)
        const isFaulty = problems.some((text) => text.includes(JSON.stringify(prefix)))
        if (!isTaken) refused++
        t.equal(isFaulty, !isTaken, JSON.stringify({ seed, round, prefix, nextHop, topo }))
      }
      const desired = world.core.derived()?.desired.flows ?? none
      const file = join(ovs.directory, 'flows')
      writeFileSync(file, [...entriesOf(desired)].map(([, flow]) => flowText(flow)).join('\n'))
      await ovs.ofctl('-O', 'OpenFlow14', '--bundle', 'replace-flows', 'br0', file)
      const asked = packets(random, topo)
      const ways = await linux.ways(asked)
      for (const [i, packet] of asked.entries()) {
        const [expected = '', isIpv6] = [ways[i], packet.to.includes(':')]
        const [kind, end] = isIpv6 ? ['icmp6', 'ipv6'] : ['icmp', 'nw']
        const flow = `in_port=1,dl_vlan=${10 + Number(packet.device.slice(2))},${kind},dl_src=02:00:00:00:00:99,dl_dst=${routerMac('r')},${end}_src=${packet.from},${end}_dst=${packet.to},nw_ttl=64,${isIpv6 ? 'icmpv6_type=128,icmpv6_code=0' : 'icmp_type=8,icmp_code=0'}`
        const trace = await ask(control, 'ofproto/trace', ['br0', flow])
        const is = wayIn(trace, devices, isIpv6)
        const kindOf = expected.replace(/ls\d/, 'there').replace(/^\S+[.:]\S+/, 'next hop')
        outcomes.set(kindOf, (outcomes.get(kindOf) ?? 0) + 1)
        // docs/routing.md: to a broadcast or anycast address there is a route here, and no neighbour
        if (expected !== 'others' && is !== expected)
          t.equal(is, expected, JSON.stringify({ seed, round, packet, topo, trace }, null, 1))
      }
    }
    t.comment(JSON.stringify([...outcomes]), `${refused} routes refused`)
    for (const kind of ['local', 'nowhere', 'itself there', 'next hop there'])
      t.ok((outcomes.get(kind) ?? 0) > 0, `${kind} was among the outcomes`)
  },
)
