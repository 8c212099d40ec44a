import t from 'tap'
import { meaningOf } from '../../lib/history/meaning.js'
import { originsOf } from '../../lib/history/origin.js'
import { Past } from '../../lib/history/past.js'
import { entriesOf, none } from '../../lib/model/collection.js'
import { aclHits, aclHitsText } from '../../lib/words/acl-hits.js'
import { Names } from '../../lib/words/names.js'
import type { FlowBatch } from '../../lib/model/batch.js'
import { tableOf } from '../../lib/model/flow.js'
import { bound, type World } from '../support/small-world.js'

type Row = Readonly<Record<string, unknown>>

const ssh = {
  sequence: 20,
  direction: 'ingress',
  action: 'deny',
  protocol: 6,
  ethertype: '0x0800',
  dest_port_min: 22,
  dest_port_max: 22,
}
const mail = { ...ssh, sequence: 30, dest_port_min: 25, dest_port_max: 25 }

function acl(
  world: World,
  name: string,
  ...entries: readonly Row[]
): { readonly uuid: string; readonly entries: string[] } {
  const uuids = entries.map((entry) => world.insert('ACL_entry', entry))
  return { uuid: world.insert('ACL', { acl_name: name, acl_entries: uuids.toSorted() }), entries: uuids }
}

function bindAcl(world: World, port: string, ...bindings: readonly (readonly [number, string])[]): void {
  world.edit((tables) => {
    for (const [uuid, row] of tables.Physical_Port)
      if (row['name'] === port) tables.Physical_Port.set(uuid, { ...row, acl_bindings: bindings })
  })
}

/** What is written to the columns of faults, by table. */
function faults(world: World): readonly string[] {
  world.work()
  const columns = {
    ACL: 'acl_fault_status',
    ACL_entry: 'acle_fault_status',
    Physical_Port: 'port_fault_status',
    Physical_Switch: 'switch_fault_status',
  } as const
  return Object.entries(columns).flatMap(([table, column]) =>
    [...world.database.rows(table as 'ACL')].flatMap(([, row]) =>
      (row[column] as string[]).map((fault) => `${table} ${fault}`),
    ),
  )
}

function aclFlows(world: World): readonly (readonly string[])[] {
  return Object.entries(world.flows(5, 35, 10, 40)).filter(([key]) => /reg9=|reg7=|reg8=/.test(key))
}

/** The bundle that comes next, and that nothing comes after it. */
function bundle(t: Pick<typeof import('tap').default, 'equal'>, world: World): FlowBatch {
  const bundles = world.work().filter((batch): batch is FlowBatch => batch.kind === 'flows')
  t.equal(bundles.length, 1, 'one bundle')
  return bundles[0] ?? { kind: 'flows', bridge: '', remove: [], add: [] }
}

t.test('a bad entry harms its own ACL only, which lets nothing pass; faults come and go', (t) => {
  const { world } = bound()
  const good = acl(world, 'good', ssh)
  const bad = acl(world, 'bad', ssh, mail)
  bindAcl(world, 'p0', [0, good.uuid])
  bindAcl(world, 'p1', [10, bad.uuid])
  t.strictSame(faults(world), [])
  const before = aclFlows(world)
  const ofGood = () => aclFlows(world).filter(([key]) => before.some(([other]) => other === key))
  t.equal(before.length, 2 + 3 + 2, 'entries, what no entry matches, and that they are asked')
  world.change('ACL_entry', bad.entries[0] ?? '', { protocol: 300 })
  t.strictSame(faults(world), [
    'ACL invalid_acl',
    'ACL_entry invalid_acl_entry',
    'Physical_Port invalid_ACL_binding',
  ])
  t.match(world.problems().join('\n'), /protocol 300 is not one of 0 to 255/)
  const closed = aclFlows(world).filter(([, actions]) => actions === 'drop')
  t.equal(closed.length, 2, 'the entry of the good one, and all of the bad one')
  t.ok(ofGood().length >= 4)
  world.change('ACL_entry', bad.entries[0] ?? '', { protocol: 6 })
  t.strictSame(faults(world), [])
  t.strictSame(aclFlows(world), before)
  t.end()
})

t.test('sequences beyond 53 bits keep their order, and where that is not known nothing passes', (t) => {
  const { world } = bound()
  const at = (sequence: number, port: number) => ({
    ...ssh,
    sequence,
    dest_port_min: port,
    dest_port_max: port,
  })
  const [low, high] = [2 ** 53 + 2, 2 ** 63]
  const one = acl(world, 'one', at(high, 25), at(low, 22), at(-high, 80), {
    ...at(high, 25),
    direction: 'egress',
  })
  bindAcl(world, 'p0', [0, one.uuid])
  t.strictSame(faults(world), [])
  const keys = aclFlows(world).map(([key = '']) => key)
  const priorityOf = (port: number) => {
    const key = keys.find((one) => one.startsWith('table=5,') && one.endsWith(`,tp_dst=${port}`)) ?? ''
    return Number(/priority=(\d+)/.exec(key)?.[1])
  }
  t.ok(priorityOf(80) > priorityOf(22) && priorityOf(22) > priorityOf(25), 'the lower first')
  world.change('ACL_entry', one.entries[1] ?? '', { sequence: high })
  t.strictSame(faults(world), ['ACL invalid_acl', 'Physical_Port invalid_ACL_binding'])
  t.match(world.problems().join('\n'), /entries near sequence 9223372036854776000 can't be told apart/)
  world.change('ACL_entry', one.entries[1] ?? '', { sequence: 2 ** 53 - 1 })
  t.strictSame(faults(world), [])
  t.end()
})

t.test('an ACL that is too large is a shortage, and one that is not bound has its faults, too', (t) => {
  const { world } = bound()
  const wide = {
    protocol: 6,
    source_port_min: 1,
    source_port_max: 65_534,
    dest_port_min: 1,
    dest_port_max: 65_534,
  }
  const all = Array.from({ length: 140 }, (_, sequence) => ({
    direction: 'egress',
    action: 'permit',
    sequence,
    ...wide,
  }))
  const large = acl(world, 'large', ...all)
  t.strictSame(faults(world), ['ACL resource_shortage'])
  t.strictSame(aclFlows(world), [])
  bindAcl(world, 'p0', [0, large.uuid])
  t.strictSame(faults(world), ['ACL resource_shortage', 'Physical_Port invalid_ACL_binding'])
  t.strictSame(
    aclFlows(world).map(([, actions]) => actions === 'drop'),
    [true, false],
    'egress alone is closed',
  )
  world.change('ACL', large.uuid, { acl_entries: large.entries.slice(0, 2).toSorted() })
  t.strictSame(faults(world), [])
  t.end()
})

t.test('bindings that can not be, and such that no frame is for', (t) => {
  const { world } = bound()
  const one = acl(world, 'one', ssh)
  bindAcl(world, 'p0', [4095, one.uuid])
  t.strictSame(faults(world), ['Physical_Port invalid_ACL_binding'])
  bindAcl(world, 'p0', [7, one.uuid])
  t.strictSame(faults(world), [])
  t.match(world.problems().join('\n'), /acl_bindings, VLAN 7: ACL .* is asked for no frame/)
  t.strictSame(aclFlows(world), [], 'it has no flows')
  bindAcl(world, 'p1', [10, one.uuid])
  t.equal(aclFlows(world).length, 3)
  t.end()
})

t.test('ports of another switch are not ours to judge, until they are', (t) => {
  const { world } = bound()
  const bad = acl(world, 'bad', { ...ssh, protocol: 300 })
  let port = ''
  world.edit(() => {
    port = world.database.put('Physical_Port', { name: 'x9', acl_bindings: [[0, bad.uuid]] })
    world.database.put('Physical_Switch', { name: 'elsewhere', ports: [port] })
  })
  t.strictSame(faults(world), ['ACL invalid_acl', 'ACL_entry invalid_acl_entry'])
  world.edit((tables) => {
    for (const [uuid, row] of tables.Physical_Switch) {
      const ports = row['ports'] as string[]
      const own = row['name'] === 'br0' ? [...ports, port].toSorted() : []
      tables.Physical_Switch.set(uuid, { ...row, ports: own })
    }
  })
  world.record({ type: 'OvsUpdated', isCatchUp: false, updates: world.fakeSwitch.addPort('x9') })
  t.strictSame(faults(world), [
    'ACL invalid_acl',
    'ACL_entry invalid_acl_entry',
    'Physical_Port invalid_ACL_binding',
  ])
  t.end()
})

t.test('UUIDs that begin alike are one ACL in the switch: the second lets nothing pass', (t) => {
  const { world } = bound()
  const one = acl(world, 'one', ssh)
  const uuids = [1, 2].map((i) => {
    const uuid = `11111111-2222-4333-8444-00000000000${i}`
    world.edit(() => world.database.put('ACL', { acl_name: `twin ${i}`, acl_entries: one.entries }, uuid))
    return uuid
  })
  bindAcl(world, 'p0', [0, uuids[0] ?? ''])
  bindAcl(world, 'p1', [10, uuids[1] ?? ''])
  t.strictSame(faults(world), ['ACL unspecified_fault', 'Physical_Port invalid_ACL_binding'])
  const steer = world.flows(10)['table=10,priority=200,reg0=0x2000a,reg7=0']
  t.match(steer, /^set_field:0->reg9,set_field:0->reg10,/, 'nothing is there that it asks')
  world.edit((tables) => {
    for (const [uuid, row] of tables.Physical_Port)
      tables.Physical_Port.set(uuid, { ...row, acl_bindings: [] })
    tables.ACL.delete(uuids[0] ?? '')
  })
  t.strictSame(faults(world), [], 'the other goes, and this one is as any')
  t.end()
})

t.test('a changed entry changes its own flows, in one bundle', (t) => {
  const { world } = bound()
  const one = acl(world, 'one', ssh, mail)
  bindAcl(world, 'p0', [0, one.uuid])
  world.work()
  world.change('ACL_entry', one.entries[0] ?? '', { dest_port_max: 23 })
  const changed = bundle(t, world)
  t.strictSame([changed.remove.length, changed.add.length], [1, 1])
  const more = world.insert('ACL_entry', { ...ssh, sequence: 25, dest_port_min: 80, dest_port_max: 80 })
  world.change('ACL', one.uuid, { acl_entries: [...one.entries, more].toSorted() })
  const added = bundle(t, world)
  t.strictSame([added.remove.length, added.add.length], [0, 1])
  world.change('ACL_entry', more, { action: 'permit' })
  const turned = bundle(t, world)
  t.strictSame([turned.remove.length, turned.add.length], [0, 1])
  t.end()
})

t.test(
  'another ACL takes the place of one in one bundle, in which nothing is asked of what is not there',
  (t) => {
    const { world } = bound()
    const [one, other] = [acl(world, 'one', ssh), acl(world, 'other', ssh, mail)]
    bindAcl(world, 'p0', [0, one.uuid])
    world.work()
    bindAcl(world, 'p0', [0, other.uuid])
    const rebound = bundle(t, world)
    t.strictSame(rebound.add.map(({ key }) => tableOf(key)).toSorted(), [10, 5, 5, 5].toSorted())
    t.equal(rebound.remove.length, 2, 'the flows of the one before')
    bindAcl(world, 'p0', [0, one.uuid], [10, other.uuid])
    t.equal(
      Object.keys(world.flows(10)).filter((key) => key.includes('reg7=')).length,
      1,
      'p0 has no VLAN 10',
    )
    t.end()
  },
)

t.test('the ACL of the port is asked before that of the VLAN, in both directions', (t) => {
  const { world } = bound()
  const both = (name: string) => acl(world, name, ssh, { ...ssh, direction: 'egress' }).uuid
  const [ofPort, ofVlan] = [both('port'), both('vlan')]
  bindAcl(world, 'p1', [0, ofPort], [10, ofVlan])
  const digits = (uuid: string) => `set_field:0x${uuid.slice(0, 8).replace(/^0+/, '')}->reg9`
  const asked = Object.entries(world.flows(10, 40)).filter(([key]) => /reg[78]=/.test(key))
  t.strictSame(
    asked.map(([key, actions]) => [key, actions.split(',')[0]]),
    [
      ['table=10,priority=200,reg0=0x2000a,reg7=0', digits(ofPort)],
      ['table=10,priority=200,reg0=0x2000a,reg7=0x1', digits(ofVlan)],
      ['table=40,priority=150,reg1=0x2000a,reg8=0', digits(ofPort)],
      ['table=40,priority=150,reg1=0x2000a,reg8=0x1', digits(ofVlan)],
    ],
  )
  bindAcl(world, 'p1', [0, ofPort], [10, ofPort])
  t.equal(
    Object.keys(world.flows(10)).filter((key) => key.includes('reg7=')).length,
    1,
    'one ACL is asked once',
  )
  t.end()
})

t.test('flows of ACLs in words: which frames, what becomes of them, where, and by which entry', (t) => {
  const { world } = bound()
  const entries = [
    { ...ssh, source_ip: '10.0.0.0', source_mask: '255.0.0.0' },
    {
      sequence: 5,
      direction: 'egress',
      action: 'permit',
      ethertype: '0x0806',
      source_mac: '02:00:00:00:00:01',
    },
    { ...mail, action: 'permit', dest_port_min: 1024, dest_port_max: 2047, tcp_flags: 2, tcp_flags_mask: 18 },
    { ...mail, sequence: 40, protocol: 1, dest_port_min: null, dest_port_max: null, icmp_type: 8 },
  ]
  const one = acl(world, 'ssh', ...entries)
  bindAcl(world, 'p0', [0, one.uuid])
  bindAcl(world, 'p1', [10, one.uuid])
  world.work()
  const names = new Names(world.core.state)
  const flows = [...entriesOf(world.core.state.flows ?? none)].map(([, flow]) => flow)
  const said = flows
    .filter(({ key }) => [5, 35, 10, 40].includes(tableOf(key)))
    .map((flow) => meaningOf(flow, names).words)
  t.strictSame(said.filter((words) => words.includes('ACL')).toSorted(), [
    'ACL ssh is asked for frames that come in at p0 untagged',
    'ACL ssh is asked for frames that come in at p1 VLAN 10',
    'ACL ssh is asked for frames that leave at p0 untagged',
    'ACL ssh is asked for frames that leave at p1 VLAN 10',
    'frames of arp from 02:00:00:00:00:01 are permitted on their way out at p0, p1 VLAN 10 by entry 5 of ACL ssh',
    'frames of icmp of ICMP type 8 are denied at p0, p1 VLAN 10 by entry 40 of ACL ssh',
    'frames that match no entry of ACL ssh are permitted at p0, p1 VLAN 10',
    'frames that match no entry of ACL ssh are permitted on their way out at p0, p1 VLAN 10',
    'frames to tcp/1024-2047 with flags +syn-ack are permitted at p0, p1 VLAN 10 by entry 30 of ACL ssh',
    'frames to tcp/22 from 10.0.0.0/8 are denied at p0, p1 VLAN 10 by entry 20 of ACL ssh',
  ])
  const [flow] = flows.filter(({ key }) => key.includes('nw_src=10.0.0.0/8'))
  const past = new Past()
  for (const table of ['ACL', 'ACL_entry', 'Physical_Port'] as const)
    for (const [key, value] of world.database.rows(table))
      past.hear({ what: 'row', table, key, value }, null, names)
  const rows = flow === undefined ? [] : originsOf(flow, past)
  t.strictSame(
    rows.map((uuid) => past.of(uuid)?.table),
    ['ACL_entry', 'ACL', 'Physical_Port', 'Physical_Port'],
  )
  t.end()
})

t.test('how often each entry has decided', (t) => {
  const { world } = bound()
  const one = acl(world, 'ssh', { ...ssh, dest_port_max: 23 }, { ...mail, direction: 'egress' })
  bindAcl(world, 'p0', [0, one.uuid])
  const { desired } = world.core.derived() ?? { desired: { flows: none } }
  const counts = new Map([...entriesOf(desired.flows)].map(([key]) => [key, { packets: 1, bytes: 60 }]))
  t.equal(
    aclHitsText(aclHits(world.core.state, desired, counts)),
    [
      'ACL ssh at p0',
      '  ingress entry 20: denied 1 frame, 60 bytes',
      '  ingress no entry: permitted 1 frame, 60 bytes',
      '  egress entry 30: denied 1 frame, 60 bytes',
      '  egress no entry: permitted 1 frame, 60 bytes',
      '',
    ].join('\n'),
  )
  t.equal(aclHitsText([]), 'no ACL is asked\n')
  t.end()
})
