import t from 'tap'
import { Core } from '../../lib/daemon/core.js'
import { entriesOf, none } from '../../lib/model/collection.js'
import { metadataOf } from '../../lib/model/identity.js'
import { noLimits } from '../../lib/model/limits.js'
import { World } from '../support/small-world.js'

/** Tenant A at 10.3.0.1 with VNI 100, tenant B at 10.3.0.2 with VNI 200. */
function tenants() {
  const world = new World()
  const [a, b] = [100, 200].map((tunnel_key) =>
    world.insert('Logical_Switch', { name: `${tunnel_key}`, tunnel_key }),
  )
  if (a === undefined || b === undefined) throw new Error('two were asked for')
  world.bind('p0', [[0, a]])
  world.bind('p1', [[0, b]])
  return { world, a, b }
}

/**
 * Which VTEPs may send into which switches with which VNI: `VTEP VNI`, and the switch's metadata. Derived step by step or from
 * nothing, it must be the same.
 */
function pairs(world: World): Record<string, string> {
  const flows = (core: Core) => Object.fromEntries(entriesOf(core.derived()?.desired.flows ?? none))
  t.strictSame(flows(world.core), flows(new Core(world.core.state)), 'as from nothing')
  const entries = Object.entries(world.flows(1)).map(([key, actions]) => {
    const [, vni, address] = /tun_id=([^,]+)(?:,tun_(?:ipv6_)?src=([^,]+))?$/.exec(key) ?? []
    return [
      `${address ?? 'any'} ${Number(vni)}`,
      /set_field:(0x[0-9a-f]+)->metadata/.exec(actions)?.[1],
    ] as const
  })
  return Object.fromEntries(
    entries.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([pair, to]) => [pair, to ?? '']),
  )
}

function rowWith(
  world: World,
  table: 'Physical_Locator' | 'Ucast_Macs_Remote',
  column: string,
  value: string,
): string {
  let found = ''
  world.edit((tables) => {
    for (const [uuid, row] of tables[table]) if (row[column] === value) found = uuid
  })
  return found
}

t.test('a VTEP may send into just the logical switches that name it, whatever names it', (t) => {
  const { world, a, b } = tenants()
  const [toA, toB] = [metadataOf(a), metadataOf(b)]
  world.remote('02:00:00:00:00:01', a, '10.3.0.1')
  world.remote('unknown-dst', b, '10.3.0.2')
  t.strictSame(pairs(world), { '10.3.0.1 100': toA, '10.3.0.2 200': toB })
  world.group('01:00:5e:00:00:05', b, '10.3.0.3', 'fd00::3')
  world.remote('02:00:00:00:00:02', b, 'fd00::2')
  t.strictSame(pairs(world), {
    '10.3.0.1 100': toA,
    '10.3.0.2 200': toB,
    '10.3.0.3 200': toB,
    'fd00::2 200': toB,
    'fd00::3 200': toB,
  })
  world.change('Logical_Switch', b, { tunnel_key: 201 })
  t.strictSame(Object.keys(pairs(world)), [
    '10.3.0.1 100',
    '10.3.0.2 201',
    '10.3.0.3 201',
    'fd00::2 201',
    'fd00::3 201',
  ])
  world.bind('p1', [])
  t.strictSame(pairs(world), { '10.3.0.1 100': toA })
  world.bind('p1', [[0, b]])
  t.equal(Object.keys(pairs(world)).length, 5)
  t.end()
})

t.test('with the last MAC at a VTEP its way into the switch goes', (t) => {
  const { world, a, b } = tenants()
  // it stays in use
  world.remote('02:00:00:00:00:04', b, '10.3.0.1')
  const first = world.remote('02:00:00:00:00:01', a, '10.3.0.1')
  const second = world.remote('02:00:00:00:00:02', a, '10.3.0.1')
  world.remote('02:00:00:00:00:03', a, '10.3.0.2')
  const other = rowWith(world, 'Physical_Locator', 'dst_ip', '10.3.0.2')
  world.change('Ucast_Macs_Remote', first, { locator: other })
  t.strictSame(Object.keys(pairs(world)), ['10.3.0.1 100', '10.3.0.1 200', '10.3.0.2 100'], 'one is left')
  world.change('Ucast_Macs_Remote', second, { locator: other })
  t.strictSame(Object.keys(pairs(world)), ['10.3.0.1 200', '10.3.0.2 100'])
  t.end()
})

t.test('what a VTEP means by a key of its own goes before, and back', (t) => {
  const { world, a, b } = tenants()
  world.remote('02:00:00:00:00:01', a, '10.3.0.1')
  t.strictSame(pairs(world), { '10.3.0.1 100': metadataOf(a) })
  world.keyed('02:00:00:00:00:02', b, '10.3.0.1', 100)
  t.strictSame(pairs(world), { '10.3.0.1 100': metadataOf(b), '10.3.0.1 200': metadataOf(b) })
  const row = rowWith(world, 'Ucast_Macs_Remote', 'MAC', '02:00:00:00:00:02')
  world.edit((tables) => void tables.Ucast_Macs_Remote.delete(row))
  t.strictSame(pairs(world), { '10.3.0.1 100': metadataOf(a) })
  t.end()
})

t.test(
  '--accept-any-peer takes a known VNI from any VTEP, and a key of its own from the VTEP that has it',
  (t) => {
    const { world, a, b } = tenants()
    world.remote('02:00:00:00:00:01', a, '10.3.0.1')
    world.keyed('02:00:00:00:00:02', b, '10.3.0.2', 100)
    const { settings } = world.core.state
    if (settings === null) throw new Error('no settings')
    world.record({ type: 'Started', version: 'test', settings: { ...settings, acceptsAnyPeer: true } })
    t.strictSame(pairs(world), {
      '10.3.0.2 100': metadataOf(b),
      'any 100': metadataOf(a),
      'any 200': metadataOf(b),
    })
    world.bind('p0', [])
    t.strictSame(pairs(world), { '10.3.0.2 100': metadataOf(b), 'any 200': metadataOf(b) })
    t.end()
  },
)

t.test('of VTEPs that are one too many none may send, and with a place again each may', (t) => {
  const world = new World(undefined, { ...noLimits, tunnels: 1 })
  const ls = world.insert('Logical_Switch', { name: 'ls', tunnel_key: 100 })
  world.bind('p0', [[0, ls]])
  const first = world.remote('02:00:00:00:00:01', ls, '10.3.0.1')
  world.remote('02:00:00:00:00:02', ls, '10.3.0.2')
  t.strictSame(Object.keys(pairs(world)), ['10.3.0.1 100'])
  world.edit((tables) => void tables.Ucast_Macs_Remote.delete(first))
  t.strictSame(Object.keys(pairs(world)), ['10.3.0.2 100'])
  t.end()
})
