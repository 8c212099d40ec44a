import t from 'tap'
import type { Address } from '../../lib/model/address.js'
import { hashOf } from '../../lib/model/collection.js'
import { copyText } from '../../lib/pipeline/copies.js'
import { bound, type World } from '../support/small-world.js'

const group = '01:00:5e:00:00:05'

function addresses(count: number, network = '10.3'): string[] {
  return Array.from({ length: count }, (_, i) => `${network}.${i >> 8}.${i & 255}`)
}

/** The actions of a flood's links in the order in which a frame takes them, from the one at `entrance`. */
function walk(world: World, entrance: string, match: string, origin = ''): string[] {
  const priority = Number(/priority=(\d+)/.exec(entrance)?.[1]) + 10
  const flows = world.flows(20, 30)
  const links = [flows[entrance] ?? '']
  for (;;) {
    const next = /,set_field:(0x\w+)->reg3,resubmit\(,3[01]\)$/.exec(links.at(-1) ?? '')?.[1]
    if (next === undefined) return links
    links.push(flows[`table=30,priority=${priority},${origin}reg3=${next},${match}`] ?? '')
  }
}

/** The links that the switch works out in one go. */
function inPasses(links: readonly string[]): string[][] {
  const passes: string[][] = [[]]
  for (const link of links) {
    passes.at(-1)?.push(link)
    if (link.endsWith('resubmit(,31)')) passes.push([])
  }
  return passes
}

function copies(links: readonly string[], form: RegExp): string[] {
  return links.flatMap((link) => [...link.matchAll(form)].map(([, copy = '']) => copy))
}

const remote = /set_field:([\d.]+)->tun_dst,output:60000/g
const local = /set_field:(0x\w+)->reg1/g

t.test('a long flood is chained: bindings first, each end point once, bounded links', (t) => {
  const { world, ls, metadata } = bound()
  world.change('Logical_Switch', ls, { replication_mode: 'source_node' })
  for (const count of [499, 1200, 2000]) {
    world.remote('unknown-dst', ls, ...addresses(count))
    const links = walk(world, `table=30,priority=100,metadata=${metadata}`, `metadata=${metadata}`)
    t.strictSame(copies(links, remote).sort(), addresses(count).sort())
    t.strictSame(copies(links, local), ['0x10000', '0x2000a'])
    t.strictSame(copies(links.slice(0, 1), local), ['0x10000', '0x2000a'])
    const passes = inPasses(links)
    for (const pass of passes) t.ok(copies(pass, /(output|clone)/g).length <= 500 && pass.length <= 32)
    t.ok(passes.length <= 7, `${passes.length} passes`)
  }
  t.end()
})

t.test('in a long flood too IPv6 end points come before IPv4 ones', (t) => {
  const { world, ls, metadata } = bound()
  world.change('Logical_Switch', ls, { replication_mode: 'source_node' })
  const ipv6 = Array.from({ length: 300 }, (_, i) => `fd00::${(i + 1).toString(16)}`)
  world.remote('unknown-dst', ls, ...addresses(600), ...ipv6)
  const links = walk(world, `table=30,priority=100,metadata=${metadata}`, `metadata=${metadata}`)
  const all = copies(links, /set_field:([\da-f.:]+)->tun_(?:ipv6_)?dst/g)
  t.strictSame(all.slice(0, ipv6.length).sort(), ipv6.sort())
  t.strictSame(all.slice(ipv6.length).sort(), addresses(600).sort())
  t.end()
})

t.test('an end point that comes changes one link, one that goes too', (t) => {
  const { world, ls } = bound()
  world.change('Logical_Switch', ls, { replication_mode: 'source_node' })
  world.remote('unknown-dst', ls, ...addresses(2000))
  world.work()
  const changed = () =>
    world.work().flatMap((batch) => (batch.kind === 'flows' ? [...batch.add, ...batch.remove] : []))
  const row = world.remote('unknown-dst', ls, '10.2.2.2')
  t.strictSame(
    changed()
      .map(({ key }) => key.replace(/,.*/, ''))
      .sort(),
    ['table=1', 'table=30'],
  )
  world.edit((tables) => tables.Mcast_Macs_Remote.delete(row))
  t.strictSame(
    changed()
      .map(({ key }) => key.replace(/,.*/, ''))
      .sort(),
    ['table=1', 'table=30'],
  )
  t.end()
})

t.test('more bindings than a link holds', (t) => {
  const { world, ls, metadata } = bound()
  const vlans = Array.from({ length: 1200 }, (_, i) => i + 1)
  world.bind('p0', [])
  world.bind(
    'p1',
    vlans.map((vlan) => [vlan, ls] as const),
  )
  const numbers = vlans.map((vlan) => `0x${(0x20000 + vlan).toString(16)}`)
  for (const [priority, origin] of [
    [100, ''],
    [120, 'reg0=0,'],
  ] as const) {
    const entrance = `table=30,priority=${priority},${origin}metadata=${metadata}`
    const links = walk(world, entrance, `metadata=${metadata}`, origin)
    t.equal(links.length, 3)
    t.strictSame(copies(links, local), numbers)
  }
  t.end()
})

t.test('a group of many end points is chained in the flood table, apart from the flood', (t) => {
  const { world, ls, metadata } = bound()
  world.change('Logical_Switch', ls, { replication_mode: 'source_node' })
  world.remote('unknown-dst', ls, ...addresses(800, '10.4'))
  world.group(group, ls, ...addresses(700))
  const match = `metadata=${metadata},dl_dst=${group}`
  const links = walk(world, `table=20,priority=140,${match}`, match)
  t.ok(links.length > 1)
  t.strictSame(copies(links, remote).sort(), addresses(700).sort())
  t.end()
})

t.test('end points that are chosen for one link take no place from the others', (t) => {
  const { world, ls, metadata } = bound()
  world.change('Logical_Switch', ls, { replication_mode: 'source_node' })
  const all = Array.from({ length: 100_000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`)
  const hash = (ip: string) => hashOf(copyText({ address: ip as Address, vni: 33, port: 60000 }))
  const alike = all.filter((ip) => hash(ip) === 7)
  t.ok(alike.length > 65)
  const others = all.filter((ip) => hash(ip) !== 7).slice(0, 2000)
  world.remote('unknown-dst', ls, ...alike, ...others)
  const links = walk(world, `table=30,priority=100,metadata=${metadata}`, `metadata=${metadata}`)
  t.strictSame(copies(links, remote).sort(), [...alike, ...others].sort())
  const passes = inPasses(links)
  for (const pass of passes) t.ok(copies(pass, /(output|clone)/g).length <= 500 && pass.length <= 32)
  t.ok(passes.length <= 7, `${passes.length} passes`)
  t.strictSame(world.problems(), [])
  t.end()
})

t.test('bindings beyond what the switch copies to are a problem, and no lack of tunnels', (t) => {
  const { world, ls } = bound()
  const bind = (count: number) =>
    world.bind(
      'p1',
      Array.from({ length: count }, (_, i) => [i + 1, ls] as const),
    )
  bind(3499)
  t.strictSame(world.problems(), [])
  bind(3500)
  t.strictSame(world.problems(), ['flooded frames ask for 3501 copies, of which 3500 can be made'])
  world.work()
  const [row] = world.database.rows('Physical_Switch').values()
  t.strictSame(row?.['switch_fault_status'], ['unspecified_fault'])
  bind(3499)
  t.strictSame(world.problems(), [])
  t.end()
})
