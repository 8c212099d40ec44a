import t from 'tap'
import { entriesOf, none } from '../../lib/model/collection.js'
import { metadataOf } from '../../lib/model/identity.js'
import { bound, World } from '../support/small-world.js'

const group = '01:00:5e:00:00:05'
const local = 'clone(set_field:0x10000->reg1,resubmit(,40)),clone(set_field:0x2000a->reg1,resubmit(,40))'

function faults(world: World): Record<string, readonly string[]> {
  const { database } = world
  const [physicalSwitch] = database.rows('Physical_Switch').values()
  const ports = [...database.rows('Physical_Port').values()]
  return {
    switch: physicalSwitch?.['switch_fault_status'] as string[],
    ...Object.fromEntries(ports.map((row) => [row['name'] as string, row['port_fault_status'] as string[]])),
  }
}

t.test('a group row: to its own end points and all bindings, from the tunnel to bindings only', (t) => {
  const { world, ls, metadata } = bound()
  world.remote('unknown-dst', ls, '10.2.2.9')
  world.group(group, ls, '10.2.2.3', '10.2.2.2')
  const key = `metadata=${metadata},dl_dst=${group}`
  const to = (...addresses: string[]) =>
    addresses.map((at) => `,set_field:0x21->tun_id,set_field:${at}->tun_dst,output:60000`).join('')
  const flows = () => world.flows(20)
  t.equal(flows()[`table=20,priority=140,${key}`], local + to('10.2.2.2'), 'service_node: one of them')
  t.equal(flows()[`table=20,priority=160,reg0=0,${key}`], local)
  world.change('Logical_Switch', ls, { replication_mode: 'source_node' })
  t.equal(flows()[`table=20,priority=140,${key}`], local + to('10.2.2.2', '10.2.2.3'))
  world.bind('p1', [])
  t.match(
    flows()[`table=20,priority=140,${key}`],
    /^clone\(set_field:0x10000->reg1,resubmit\(,40\)\),set_field/,
  )
  world.remote(group, ls, '10.2.2.4')
  t.strictSame(
    Object.keys(flows()).filter((each) => each.includes(group)),
    [`table=20,priority=100,${key}`],
  )
  t.end()
})

t.test('a group row with a unicast address is a problem', (t) => {
  const { world, ls } = bound()
  world.group('00:00:00:00:00:05', ls, '10.2.2.2')
  t.strictSame(world.problems(), ['MAC is not a group address: 00:00:00:00:00:05'])
  t.end()
})

t.test('a locator’s own key goes before the switch’s, both ways, and belongs to one switch', (t) => {
  const { world, ls, metadata } = bound()
  world.keyed('00:11:22:33:44:66', ls, '10.2.2.3', 501)
  world.remote('00:11:22:33:44:55', ls, '10.2.2.3')
  const to = (mac: string) => world.flows(20)[`table=20,priority=100,metadata=${metadata},dl_dst=${mac}`]
  t.equal(to('00:11:22:33:44:66'), 'set_field:0x1f5->tun_id,set_field:10.2.2.3->tun_dst,resubmit(,41)')
  t.equal(to('00:11:22:33:44:55'), 'set_field:0x21->tun_id,set_field:10.2.2.3->tun_dst,resubmit(,41)')
  const enter = `set_field:${metadata}->metadata,resubmit(,11)`
  t.strictSame(world.flows(1), {
    'table=1,priority=100,tun_id=0x21,tun_src=10.2.2.3': enter,
    'table=1,priority=100,tun_id=0x1f5,tun_src=10.2.2.3': enter,
  })
  world.change('Logical_Switch', ls, { tunnel_key: null })
  t.equal(to('00:11:22:33:44:55'), undefined)
  t.ok(to('00:11:22:33:44:66'), 'a switch without a key of its own can use it')

  const other = world.insert('Logical_Switch', { name: 'other' })
  world.bind('p0', [
    [0, ls],
    [7, other],
  ])
  world.keyed('00:11:22:33:44:77', other, '10.2.2.3', 501)
  const [owner, loser] = [ls, other].sort()
  t.equal(
    world.flows(1)['table=1,priority=100,tun_id=0x1f5,tun_src=10.2.2.3'],
    `set_field:${metadataOf(owner ?? '')}->metadata,resubmit(,11)`,
  )
  t.strictSame(world.problems(), [`tunnel_key 501 at 10.2.2.3 belongs to ${owner}`])
  world.unbind(owner ?? '')
  t.strictSame(world.problems(), [])
  t.equal(
    world.flows(1)['table=1,priority=100,tun_id=0x1f5,tun_src=10.2.2.3'],
    `set_field:${metadataOf(loser ?? '')}->metadata,resubmit(,11)`,
  )
  t.end()
})

t.test('a bond is one port: with LACP all its members carry frames, without it the active one', (t) => {
  const world = new World()
  const ls = world.insert('Logical_Switch', { name: 'ls0' })
  const bond = (active: number | null) => {
    const updates = world.fakeSwitch.setBond('bond0', 2, active)
    world.record({ type: 'OvsUpdated', isCatchUp: false, updates })
    return world.work()
  }
  bond(null)
  world.bind('bond0', [[10, ls]])
  const entrances = () => Object.keys(world.flows(0)).filter((key) => key.includes('dl_vlan=10'))
  const exit = () => world.flows(40)[`table=40,priority=100,reg1=0x3000a`]
  const by = (ofport: number) => `table=0,priority=100,in_port=${ofport},dl_vlan=10`
  t.strictSame(entrances(), [by(3), by(4)])
  t.match(exit(), /bundle\(eth_src,0,hrw,ofport,members:3,4\)$/)
  for (const [active, ofport] of [
    [1, 4],
    [0, 3],
    [7, 3],
  ] as const) {
    bond(active)
    t.strictSame(entrances(), [by(ofport)], `member ${active} is active`)
    t.match(exit(), new RegExp(`output:${ofport}$`))
  }
  world.work()
  const [batch, ...more] = bond(1)
  t.match(batch, { kind: 'flows', remove: { length: 1 }, add: { length: 2 } }, 'what was learned at it stays')
  t.strictSame(more, [])
  t.end()
})

t.test('faults are raised and cleared with their causes', (t) => {
  const { world, ls } = bound()
  const none = { switch: [], p0: [], p1: [] }
  const now = () => {
    world.work()
    return faults(world)
  }
  t.strictSame(now(), none)
  const bad = world.remote('00:11:22:33:44:55', ls, 'flow')
  const worse = world.remote('nonsense', ls, '10.2.2.3')
  t.strictSame(now(), { ...none, switch: ['unspecified_fault'] })
  world.edit((tables) => tables.Ucast_Macs_Remote.delete(bad))
  t.strictSame(now(), { ...none, switch: ['unspecified_fault'] }, 'one cause is left')
  world.edit((tables) => tables.Ucast_Macs_Remote.delete(worse))
  t.strictSame(now(), none)
  world.bind('p0', [
    [0, ls],
    [4095, ls],
  ])
  t.strictSame(now(), { ...none, p0: ['invalid_vlan_map'] })
  world.bind('p0', [[0, ls]])
  const router = world.insert('Logical_Router', { name: 'r' })
  t.strictSame(now(), none)
  world.change('Logical_Router', router, { switch_binding: [['10.0.0.1', ls]] })
  t.strictSame(now(), { ...none, switch: ['lr_switch_bindings_fault'] })
  world.change('Logical_Router', router, { static_routes: [['0.0.0.0/0', '10.0.0.2']] })
  t.strictSame(now(), { ...none, switch: ['lr_static_routes_fault', 'lr_switch_bindings_fault'] })
  world.change('Logical_Router', router, { switch_binding: [['10.0.0.1/24', ls]] })
  t.strictSame(now(), none)
  const twin = { name: 'twin', switch_binding: [] }
  world.edit(() => world.database.put('Logical_Router', twin, `${router.slice(0, 24)}ffffffffffff`))
  t.strictSame(now(), { ...none, switch: ['lr_creation_fault'] })
  world.edit((tables) => tables.Logical_Router.clear())
  world.change('Logical_Switch', ls, { tunnel_key: 2 ** 24, replication_mode: 'source_node' })
  t.strictSame(now(), { ...none, switch: ['unspecified_fault'] })
  world.change('Logical_Switch', ls, { tunnel_key: 1 })
  t.strictSame(now(), none)
  t.end()
})

t.test('faults that the database server forgot are written again', (t) => {
  const { world, ls } = bound()
  world.remote('nonsense', ls, '10.2.2.3')
  world.work()
  const [physicalSwitch = ''] = world.database.rows('Physical_Switch').keys()
  world.change('Physical_Switch', physicalSwitch, { switch_fault_status: [] })
  world.work()
  t.strictSame(faults(world)['switch'], ['unspecified_fault'])
  t.equal([...entriesOf(world.core.derived()?.desired.problems ?? none)].length, 1)
  t.end()
})
