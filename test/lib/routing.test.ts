import t from 'tap'
import { standing } from '../../lib/history/about.js'
import { meaningOf } from '../../lib/history/meaning.js'
import { Subject } from '../../lib/history/subject.js'
import { Names } from '../../lib/words/names.js'
import { metadataOf } from '../../lib/model/identity.js'
import { arpSourceMac, routerMac } from '../../lib/model/routing/virtual-mac.js'
import { bound, type World } from '../support/small-world.js'

type Pairs = readonly (readonly [string, string])[]

/** Two logical switches, of which one is bound, and a router that joins them. */
function routed(static_routes: Pairs = [], more: (ls: string, far: string) => Pairs = () => []) {
  const { world, ls, metadata } = bound()
  const far = world.insert('Logical_Switch', { name: 'far', tunnel_key: 34 })
  const switch_binding = [
    ['192.168.1.1/24', ls],
    ['192.168.2.1/24', far],
    ['fd00:1::1/64', ls],
    ...more(ls, far),
  ]
  const router = world.insert('Logical_Router', { name: 'r1', switch_binding, static_routes })
  return { world, ls, far, metadata, router }
}

/** Routes by subnet: to which logical switch, and via what. */
function routes(world: World, router: string): Readonly<Record<string, string>> {
  const of = `metadata=${metadataOf(router)}`
  return Object.fromEntries(
    Object.entries(world.flows(51))
      .filter(([key]) => key.includes(of))
      .map(([key, actions]) => {
        const [, priority = '', family = ''] = /priority=(\d+),(ipv?6?),/.exec(key) ?? []
        const [, subnet = '-'] = /_dst=(.*)$/.exec(key) ?? []
        const [, to = ''] = /set_field:(0x\w+)->metadata/.exec(actions) ?? []
        const [, hop = 'itself'] = /set_field:(0x\w+)->x?x?reg/.exec(actions) ?? []
        return [`${family} ${subnet} ${priority}`, `${to} ${hop}`]
      }),
  )
}

const tables = [50, 51, 52, 53, 54, 55, 56]
const joining = (world: World) =>
  Object.keys(world.flows(20)).filter((key) => /reg13|arp_tpa|priority=17\d/.test(key))

t.test('without a router there is nothing of it', (t) => {
  const { world } = bound()
  t.strictSame(world.flows(...tables), {})
  t.strictSame(joining(world), [])
  t.notMatch(world.reports().join(), 'Arp_Sources_Local')
  t.end()
})

t.test('a router has the subnets of its interfaces and its static routes, the longest prefix first', (t) => {
  const { world, metadata, far, router } = routed([
    ['0.0.0.0/0', '192.168.2.254'],
    ['10.9.1.7/16', '192.168.1.254'],
    ['192.168.1.128/25', '192.168.2.253'],
    ['::/0', 'FD00:1:0::9'],
  ])
  t.strictSame(world.problems(), [])
  t.strictSame(routes(world, router), {
    'ip - 100': `${metadataOf(far)} 0xc0a802fe`,
    'ip 10.9.0.0/16 116': `${metadata} 0xc0a801fe`,
    'ip 192.168.1.0/24 124': `${metadata} itself`,
    'ip 192.168.1.128/25 125': `${metadataOf(far)} 0xc0a802fd`,
    'ip 192.168.2.0/24 124': `${metadataOf(far)} itself`,
    'ipv6 - 100': `${metadata} 0xfd000001000000000000000000000009`,
    'ipv6 fd00:1::/64 164': `${metadata} itself`,
  })
  t.end()
})

t.test('an ACL of a router has no effect, which is said', (t) => {
  const { world, router } = routed()
  const acl = world.insert('ACL', { acl_name: 'a' })
  world.change('Logical_Router', router, { acl_binding: [['192.168.1.1/24', acl]] })
  t.match(world.problems(), [/^acl_binding "192\.168\.1\.1\/24": ACLs of routers are not realised/])
  t.ok(world.reports().includes(`faults/Logical_Router/${router}`))
  world.change('Logical_Router', router, { acl_binding: [] })
  t.strictSame(world.problems(), [])
  t.end()
})

t.test('several prefixes of a switch, and prefixes within prefixes', (t) => {
  const { world, router, far } = routed([['172.16.0.0/12', '10.1.9.9']], (ls, far) => [
    ['10.0.0.1/8', ls],
    ['10.1.0.1/16', far],
    ['192.168.1.2/24', ls],
  ])
  t.strictSame(world.problems(), [])
  t.equal(Object.keys(routes(world, router)).length, 6)
  t.equal(
    routes(world, router)['ip 172.16.0.0/12 112'],
    `${metadataOf(far)} 0xa010909`,
    'the next hop is in the narrower one',
  )
  const own = Object.keys(world.flows(20)).filter((key) => key.includes('arp_tpa=192.168.1.2'))
  t.equal(own.length, 1)
  t.end()
})

t.test('what makes no sense is a fault of its own, and the rest works', (t) => {
  const { world, ls, router } = routed(
    [
      ['10.0.0.0/8', '172.16.0.1'],
      ['10.1.0.0/16', '192.168.1.1'],
      ['10.2.0.0/16', 'fd00:1::9'],
      ['10.3.0.0', '192.168.1.9'],
      ['10.4.0.0/33', '192.168.1.9'],
      ['10.5.0.0/16', '224.0.0.1'],
      ['192.168.2.9/24', '192.168.1.9'],
      ['10.6.0.0/16', '192.168.1.9'],
      ['10.6.1.0/16', '192.168.1.8'],
      // through a route, not through an interface
      ['10.7.0.0/16', '10.6.0.1'],
    ],
    (ls, far) => [
      ['192.168.3.1', ls],
      ['192.168.3.1/33', ls],
      ['127.0.0.1/8', ls],
      ['fe80::1/64', ls],
      ['192.168.1.1/16', far],
      ['192.168.1.9/24', far],
    ],
  )
  const problems = world.problems()
  t.equal(problems.filter((text) => text.startsWith('switch_binding ')).length, 6, problems.join('\n'))
  t.equal(problems.filter((text) => text.startsWith('static_routes ')).length, 9, problems.join('\n'))
  t.equal(Object.keys(routes(world, router)).length, 4)
  world.change('Logical_Router', router, { switch_binding: [['10.0.0.1/8', ls]], static_routes: [] })
  t.strictSame(world.problems(), [])
  t.equal(Object.keys(routes(world, router)).length, 1)
  t.end()
})

t.test('a logical switch belongs to one router; routers with the same addresses are apart', (t) => {
  const { world, ls, router } = routed()
  const tenant = world.insert('Logical_Switch', { name: 'tenant', tunnel_key: 35 })
  const second = world.insert('Logical_Router', {
    name: 'r2',
    switch_binding: [
      ['192.168.1.1/24', tenant],
      ['10.0.0.1/8', ls],
    ],
  })
  const [first] = [router, second].sort()
  t.match(world.problems(), [/its logical switch belongs to router/])
  t.match(world.problems()[0], String(first))
  world.change('Logical_Router', second, { switch_binding: [['192.168.1.1/24', tenant]] })
  t.strictSame(world.problems(), [])
  t.strictSame(routes(world, second), {}, 'none of its logical switches is here')
  world.bind('p1', [[11, tenant]])
  t.equal(Object.keys(routes(world, second)).length, 1)
  t.equal(Object.keys(routes(world, router)).length, 3)
  t.end()
})

t.test('what a router joins with a bound logical switch is here, too', (t) => {
  const { world, ls, far, router } = routed()
  t.match(world.reports(), [/^Arp_Sources_Local/])
  t.ok(world.reports().includes(`Mcast_Macs_Local/${far}`), 'requests for the router come here')
  const mac = '02:00:00:00:00:05'
  world.remote(mac, far, '10.2.2.3')
  const toFar = () => Object.keys(world.flows(20)).filter((key) => key.endsWith(mac))
  t.equal(toFar().length, 1)
  world.unbind(ls)
  t.strictSame(toFar(), [])
  t.strictSame(world.flows(...tables), {})
  t.strictSame(joining(world), [])
  t.notMatch(world.reports().join(), /Arp_Sources_Local|Mcast_Macs_Local/)
  world.bind('p0', [[0, far]])
  t.equal(Object.keys(routes(world, router)).length, 3)
  world.edit((all) => all.Logical_Router.clear())
  t.strictSame(world.flows(...tables), {})
  t.equal(toFar().length, 1, 'it is bound itself')
  t.end()
})

t.test('neighbours are those of rows with an address, as long as their logical switch is routed', (t) => {
  const { world, ls, far, router } = routed()
  const mac = '02:00:00:00:00:05'
  const row = world.remote(mac, far, '10.2.2.3')
  const neighbours = () => Object.entries(world.flows(52)).filter(([key]) => key.includes('metadata='))
  t.strictSame(neighbours(), [])
  world.change('Ucast_Macs_Remote', row, { ipaddr: '192.168.2.10' })
  t.strictSame(neighbours(), [
    [
      `table=52,priority=100,ip,reg12=0xc0a8020a,metadata=${metadataOf(far)}`,
      `set_field:${mac}->eth_dst,resubmit(,54)`,
    ],
  ])
  world.change('Ucast_Macs_Remote', row, { ipaddr: 'fd00:2::10' })
  t.match(neighbours(), [[/ipv6,reg12=0xfd000002,reg13=0,reg14=0,reg15=0x10/]])
  world.change('Logical_Router', router, { switch_binding: [['192.168.1.1/24', ls]] })
  t.strictSame(neighbours(), [])
  world.change('Logical_Router', router, { switch_binding: [['192.168.2.1/24', far]] })
  t.strictSame(neighbours(), [], 'none of its logical switches is bound')
  world.bind('p1', [[10, far]])
  t.equal(neighbours().length, 1)
  t.end()
})

t.test('answers to other VTEPs that ask go to them', (t) => {
  const { world } = routed()
  world.edit(() => {
    const locator = world.database.put('Physical_Locator', { dst_ip: '10.2.2.9' })
    world.database.put('Arp_Sources_Remote', { src_mac: '02:00:00:00:0E:09', locator })
  })
  const [source = ''] = world.database.rows('Arp_Sources_Remote').keys()
  const toSource = () =>
    Object.entries(world.flows(20)).filter(([key]) => key.endsWith('dl_dst=02:00:00:00:0e:09'))
  t.equal(toSource().length, 4, 'ARP and ND in both logical switches')
  t.match(toSource()[0]?.[1], '10.2.2.9->tun_dst')
  world.change('Arp_Sources_Remote', source, { src_mac: '01:00:5e:00:00:01' })
  t.strictSame(toSource(), [])
  t.match(world.problems(), [/src_mac is not the address of a station/])
  world.edit((all) => all.Logical_Router.clear())
  t.end()
})

t.test('MACs of routers and of those that ask follow from names and end points', (t) => {
  t.equal(routerMac('r1'), routerMac('r1'))
  t.not(routerMac('r1'), routerMac('r2'))
  t.not(arpSourceMac('10.2.2.1'), arpSourceMac('10.2.2.2'))
  for (const mac of [routerMac(''), routerMac('ü'.repeat(300)), arpSourceMac('fd00::1')])
    t.match(mac, /^02(:[0-9a-f]{2}){5}$/)
  t.end()
})

t.test('a router, its subnets and its next hops are found by what they are called', (t) => {
  const { world, far } = routed([['10.9.0.0/16', '192.168.2.254']])
  const row = world.remote('02:00:00:00:00:05', far, '10.2.2.3')
  world.change('Ucast_Macs_Remote', row, { ipaddr: 'fd00:2::10' })
  world.work()
  const names = new Names(world.core.state)
  const about = (text: string): readonly string[] =>
    standing(world.core.state, new Subject(text)).map((mention) =>
      mention.what === 'flow' && mention.value !== null
        ? meaningOf(mention.value, names).words
        : `${mention.what} ${names.of(mention.key)}`,
    )
  const route = '10.9.0.0/16 in router r1: static route via 192.168.2.254, which is in far'
  for (const text of ['10.9.0.0/16', '10.9.3.4/16', '192.168.2.254'])
    t.strictSame(about(text), ['row r1', route], text)
  t.match(about('r1'), ['row r1'])
  t.ok(about('r1').includes(route))
  t.ok(about('fd00:2::10').includes('02:00:00:00:00:05 is the neighbour that has fd00:2::10 in far'))
  t.ok(about('192.168.1.1').includes('router r1 answers pings to 192.168.1.1'))
  t.strictSame(about('10.8.0.0/16'), [])
  t.end()
})
