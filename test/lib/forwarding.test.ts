import t from 'tap'
import { addLine } from '../../lib/model/flow.js'
import { askingRules } from '../../lib/pipeline/rules/asking.js'
import { summaryText } from '../../lib/compare/findings/finding.js'
import { describeStatus, statusOf, summarize } from '../../lib/words/status.js'
import { commandsOf } from '../../lib/plan/command.js'
import { metadataOf } from '../../lib/model/identity.js'
import { History } from '../support/history.js'
import { bound, World } from '../support/small-world.js'

const tunnel = 60000

t.test('bindings: untagged takes no tag and VID 0, tagged takes its own tag alone; priority is kept', (t) => {
  const { world, metadata } = bound()
  const keep = 'move:OXM_OF_VLAN_PCP[]->NXM_NX_REG2[0..2],pop_vlan,'
  const enter = (binding: string) =>
    `set_field:${metadata}->metadata,set_field:${binding}->reg0,resubmit(,10)`
  const { 'table=0,priority=0': last, ...classify } = world.flows(0)
  t.equal(last, 'drop', 'what is not bound is dropped')
  t.match(classify, {
    'table=0,priority=100,in_port=1,vlan_tci=0x0000/0x1000': enter('0x10000'),
    'table=0,priority=100,in_port=1,dl_vlan=0': `${keep}${enter('0x10000')}`,
    'table=0,priority=100,in_port=2,dl_vlan=10': `${keep}${enter('0x2000a')}`,
  })
  t.equal(Object.keys(classify).filter((key) => /in_port=[12],/.test(key)).length, 3)
  t.strictSame(world.flows(40), {
    'table=40,priority=100,reg1=0x10000': 'set_field:0->in_port,output:1',
    'table=40,priority=100,reg1=0x2000a':
      'set_field:0->in_port,push_vlan:0x8100,set_field:4106->vlan_vid,move:NXM_NX_REG2[0..2]->OXM_OF_VLAN_PCP[],output:2',
    'table=40,priority=200,reg0=0x10000,reg1=0x10000': 'drop',
    'table=40,priority=200,reg0=0x2000a,reg1=0x2000a': 'drop',
  })
  t.end()
})

t.test('flooding: service_node to one, source_node to all, from the tunnel to bindings only', (t) => {
  const { world, ls, metadata } = bound()
  const local = 'clone(set_field:0x10000->reg1,resubmit(,40)),clone(set_field:0x2000a->reg1,resubmit(,40))'
  const to = (...addresses: string[]) =>
    addresses
      .map((address) => `,set_field:0x21->tun_id,set_field:${address}->tun_dst,output:${tunnel}`)
      .join('')
  const flood = (actions: string) => ({
    [`table=30,priority=100,metadata=${metadata}`]: actions,
    [`table=30,priority=120,reg0=0,metadata=${metadata}`]: local,
  })
  t.strictSame(world.flows(30), flood(local), 'without unknown-dst nothing is tunnelled')
  world.remote('unknown-dst', ls, '10.2.2.3', '10.2.2.2')
  t.strictSame(world.flows(30), flood(local + to('10.2.2.2')))
  world.change('Logical_Switch', ls, { replication_mode: 'source_node' })
  t.strictSame(world.flows(30), flood(local + to('10.2.2.2', '10.2.2.3')))
  world.remote('unknown-dst', ls, '10.2.2.3', '10.2.2.4', '10.2.2.1')
  t.strictSame(
    world.flows(30),
    flood(local + to('10.2.2.2', '10.2.2.3', '10.2.2.4')),
    'rows are merged, we are left out',
  )
  world.change('Logical_Switch', ls, { replication_mode: null })
  t.strictSame(world.flows(30), flood(local + to('10.2.2.2')))
  t.end()
})

t.test('copies to IPv6 end points come first, apart from the others', (t) => {
  const { world, ls, metadata } = bound()
  world.change('Logical_Switch', ls, { replication_mode: 'source_node' })
  world.remote('unknown-dst', ls, '10.2.2.2', 'fd00::2', 'fd00::3')
  const to6 = (address: string) =>
    `clone(set_field:0x21->tun_id,set_field:${address}->tun_ipv6_dst,output:60000)`
  const to4 = 'set_field:0x21->tun_id,set_field:10.2.2.2->tun_dst,output:60000'
  const flood = world.flows(30)[`table=30,priority=100,metadata=${metadata}`] ?? ''
  t.ok(flood.endsWith([to6('fd00::2'), to6('fd00::3'), to4].join()), flood)
  t.end()
})

t.test('remote MACs: key set late, changed, cleared; group bit; peers', (t) => {
  const world = new World()
  const ls = world.insert('Logical_Switch', { name: 'ls0' })
  world.bind('p0', [[0, ls]])
  world.remote('11:22:33:44:55:66', ls, '10.2.2.3')
  const key = `table=20,priority=100,metadata=${metadataOf(ls)},dl_dst=11:22:33:44:55:66`
  t.equal(world.flows(20)[key], undefined, 'no key, no tunnel')
  t.strictSame(world.flows(1), {})
  for (const vni of [33, 44]) {
    world.change('Logical_Switch', ls, { tunnel_key: vni })
    const hex = `0x${vni.toString(16)}`
    t.equal(world.flows(20)[key], `set_field:${hex}->tun_id,set_field:10.2.2.3->tun_dst,resubmit(,41)`)
    t.strictSame(Object.keys(world.flows(1)), [`table=1,priority=100,tun_id=${hex},tun_src=10.2.2.3`])
  }
  world.change('Logical_Switch', ls, { tunnel_key: null })
  t.equal(world.flows(20)[key], undefined)
  t.strictSame(world.flows(1), {})
  t.end()
})

t.test('of rows for one MAC the one seen last counts; our own end point is none', (t) => {
  const { world, ls, metadata } = bound()
  const key = `table=20,priority=100,metadata=${metadata},dl_dst=00:11:22:33:44:55`
  const target = () => /set_field:([\d.:a-f]+)->tun_(?:ipv6_)?dst/.exec(world.flows(20)[key] ?? '')?.[1]
  world.remote('00:11:22:33:44:55', ls, '10.2.2.2')
  const newer = world.remote('0:11:22:33:44:55', ls, '10.2.2.3')
  t.equal(target(), '10.2.2.3')
  world.edit((tables) => tables.Ucast_Macs_Remote.delete(newer))
  t.equal(target(), '10.2.2.2')
  world.remote('00:11:22:33:44:55', ls, '10.2.2.1')
  t.equal(target(), '10.2.2.2')
  world.remote('00:11:22:33:44:55', ls, 'fd00::3')
  t.equal(target(), 'fd00::3')
  t.end()
})

t.test('a bad row is a problem of its own', (t) => {
  const { world, ls } = bound()
  const flows = JSON.stringify(world.flows(0, 1, 2, 20, 30, 40))
  world.remote('00:11:22:33:44:55', ls, 'flow')
  world.remote('x,actions=output:1', ls, '10.2.2.1')
  world.remote('unknown-dst', ls, '224.0.0.1')
  const other = world.insert('Logical_Switch', { name: 'big', tunnel_key: 16777216 })
  const twin = world.insert('Logical_Switch', { name: 'twin', tunnel_key: 33 })
  t.equal(JSON.stringify(world.flows(0, 1, 2, 20, 30, 40)), flows)
  world.bind('p0', [
    [0, ls],
    [4095, ls],
    [5, other],
    [6, twin],
  ])
  t.strictSame(
    world.problems().sort(),
    [
      'MAC is not an Ethernet address: "x,actions=output:1"',
      'VLAN 4095 is not one of 0 to 4094',
      'dst_ip: not a unicast IP address: "224.0.0.1"',
      'dst_ip: not a unicast IP address: "flow"',
      'tunnel_key 16777216 is out of range: a VNI is one of 0 to 16777215',
      `tunnel_key 33 belongs to ${[ls, twin].sort()[0]}`,
    ].sort(),
  )
  t.end()
})

t.test('problems are said first, by the names of rows, with value and range', (t) => {
  const { world, ls } = bound()
  const big = world.insert('Logical_Switch', { name: 'big', tunnel_key: 50035003 })
  const twin = world.insert('Logical_Switch', { name: 'twin', tunnel_key: 33 })
  world.remote('00:11:22:33:44:55', ls, '224.0.0.1')
  world.bind('p0', [
    [0, ls],
    [5, big],
    [6, twin],
  ])
  world.work()
  const health = { file: '/j', trouble: null, held: 0, lost: 0, kept: [] }
  const status = statusOf(world.core, health)
  const lines = describeStatus(status).split('\n')
  const [first, second] = ls < twin ? ['ls', 'twin'] : ['twin', 'ls']
  t.match(lines[1], /^in sync: yes, at entry \d+, but 3 rows can not be realised$/)
  const problems = lines.filter((line) => line.startsWith('problem: '))
  t.strictSame(lines.slice(2, 5), problems, 'before anything else')
  const named = first === 'ls' ? 'ls0' : first
  const owner = second === 'ls' ? 'ls0' : second
  t.strictSame(problems.toSorted(), [
    'problem: Logical_Switch big: tunnel_key 50035003 is out of range: a VNI is one of 0 to 16777215',
    `problem: Logical_Switch ${owner}: tunnel_key 33 belongs to ${named}`,
    'problem: Ucast_Macs_Remote 00:11:22:33:44:55 in ls0: dst_ip: not a unicast IP address: "224.0.0.1"',
  ])
  t.notMatch(problems.join(), /[\da-f]{8}-[\da-f]{4}-/, 'no row is called by its UUID alone')
  t.match(summarize(status), /, 3 problems$/)
  t.equal(
    summaryText({ add: 0, change: 0, remove: 0, foreign: 0 }, 3),
    'No differences, but 3 rows can not be realised.',
  )
  t.equal(summaryText({ add: 0, change: 0, remove: 0, foreign: 0 }, 0), 'No differences.')
  t.end()
})

t.test('several switches may carry key 0 as long as they have no remote rows', (t) => {
  const world = new World()
  const [a, b] = ['a', 'b'].map((name) => world.insert('Logical_Switch', { name, tunnel_key: 0 }))
  world.bind('p0', [
    [1, a ?? ''],
    [2, b ?? ''],
  ])
  t.strictSame(world.problems(), [])
  t.strictSame(world.flows(1), {})
  world.remote('00:11:22:33:44:55', b ?? '', '10.2.2.2')
  t.strictSame(Object.keys(world.flows(1)), ['table=1,priority=100,tun_id=0,tun_src=10.2.2.2'])
  t.strictSame(world.problems(), [])
  t.end()
})

/** Reports but for the counters, which follow the bindings. */
function said(world: World): string[] {
  return world.reports().filter((key) => !key.startsWith('vlan_stats/'))
}

t.test('what we report follows ports, bindings and learned MACs', (t) => {
  const { world, ls, metadata } = bound()
  const ports = ['Physical_Port/p0', 'Physical_Port/p1', 'Physical_Switch']
  t.strictSame(said(world), [`Mcast_Macs_Local/${ls}`, ...ports])
  const learn = (binding: number | null) =>
    world.record({
      type: 'MacsLearned',
      isCatchUp: false,
      updates: [{ key: `${metadata}/00:00:00:00:00:aa`, binding }],
    })
  learn(0x10000)
  const mac = `Ucast_Macs_Local/${ls}/00:00:00:00:00:aa`
  t.strictSame(said(world), [`Mcast_Macs_Local/${ls}`, ...ports, mac])
  world.bind('p0', [])
  t.strictSame(said(world), [`Mcast_Macs_Local/${ls}`, ...ports], 'withdrawn with the binding')
  learn(0x2000a)
  t.ok(world.reports().includes(mac))
  world.bind('p1', [])
  t.strictSame(said(world), ports, 'nothing is announced for a switch without bindings')
  t.end()
})

t.test('the commands, to the letter', (t) => {
  const world = new History()
  const commands = world.work().flatMap((batch) => commandsOf(batch))
  t.strictSame(commands[0], {
    program: 'ovs-vsctl',
    arguments: [
      ...['--timeout=10', '--', 'add-port', 'br0', 'vtep-26e65d5f', '--', 'set', 'Bridge', 'br0'],
      ...[
        'fail_mode=secure',
        'external-ids:vtep_former_fail_mode=none',
        '--',
        'set',
        'Port',
        'vtep-26e65d5f',
      ],
      ...['external-ids:vtep_physical_switch="br0"', 'external-ids:vtep_tunnel_ip="10.2.2.1"'],
      ...['--', 'set', 'Interface', 'vtep-26e65d5f', 'type=vxlan'],
      ...['options={key="flow",remote_ip="flow"}', 'ofport_request=60000'],
    ],
    input: '',
  })
  t.strictSame(
    commands[2]?.arguments[1],
    '["hardware_vtep",' +
      JSON.stringify({
        op: 'update',
        table: 'Physical_Switch',
        where: [
          ['_uuid', '==', ['uuid', [...world.database.rows('Physical_Switch').keys()][0]]],
          ['description', '==', ''],
        ],
        row: { description: 'OVS VTEP Emulator' },
      }) +
      ']',
  )
  t.strictSame(commands[1]?.arguments, ['-O', 'OpenFlow14', 'bundle', 'br0', '-'])
  // test/lib/arp-suppression.test.ts shows those
  const ofRequests = new Set(askingRules.map((rule) => addLine(rule.print({}))))
  const others = commands[1]?.input.split('\n').filter((line) => !ofRequests.has(line))
  t.strictSame(others?.sort(), [
    '',
    'flow add cookie=0x5654000000000000,table=0,priority=0,actions=drop',
    'flow add cookie=0x5654000000000000,table=0,priority=290,dl_src=00:00:00:00:00:00,actions=drop',
    'flow add cookie=0x5654000000000000,table=0,priority=290,dl_src=01:00:00:00:00:00/01:00:00:00:00:00,actions=drop',
    'flow add cookie=0x5654000000000000,table=0,priority=300,dl_dst=01:80:c2:00:00:00/ff:ff:ff:ff:ff:f0,actions=drop',
    'flow add cookie=0x5654000000000000,table=10,priority=300,dl_type=0x8100,actions=drop',
    'flow add cookie=0x5654000000000000,table=10,priority=300,dl_type=0x88a8,actions=drop',
    'flow add cookie=0x5654000000000000,table=10,priority=300,vlan_tci=0x1000/0x1000,actions=drop',
    'flow add cookie=0x5654000000000000,table=11,priority=0,actions=push:NXM_OF_ETH_DST[],move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],resubmit(,21),resubmit(,13),pop:NXM_OF_ETH_DST[],resubmit(,12),set_field:0->reg1,resubmit(,20)',
    'flow add cookie=0x5654000000000000,table=12,priority=100,reg1=0,actions=drop',
    'flow add cookie=0x5654000000000000,table=12,priority=90,reg6=0,actions=learn(table=13,hard_timeout=3,priority=100,cookie=0x564c000000000000,OXM_OF_METADATA[],NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:0x1->NXM_NX_REG6[])',
    'flow add cookie=0x5654000000000000,table=14,priority=0,actions=push:NXM_OF_ETH_DST[],move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],resubmit(,13),pop:NXM_OF_ETH_DST[],resubmit(,16),resubmit(,20)',
    'flow add cookie=0x5654000000000000,table=16,priority=100,reg6=0x1,actions=learn(table=13,hard_timeout=3,priority=100,cookie=0x564c000000000000,OXM_OF_METADATA[],NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:0x2->NXM_NX_REG6[])',
    'flow add cookie=0x5654000000000000,table=20,priority=0,actions=resubmit(,21),resubmit(,22)',
    'flow add cookie=0x5654000000000000,table=22,priority=0,actions=resubmit(,40)',
    'flow add cookie=0x5654000000000000,table=22,priority=100,reg1=0,actions=resubmit(,30)',
    'flow add cookie=0x5654000000000000,table=31,priority=0,actions=push_mpls:0x8847,pop_mpls:0x88b5,resubmit(,30)',
    'flow add cookie=0x5654000000000000,table=31,priority=100,mpls,actions=resubmit(,30)',
    'flow add cookie=0x5654000000000000,table=31,priority=100,mplsm,actions=resubmit(,30)',
  ])
  t.strictSame(commands[3]?.input.split('\n').sort(), [
    '',
    'flow add cookie=0x5654000000000000,table=0,priority=100,in_port=60000,vlan_tci=0x0000/0x1000,actions=resubmit(,1)',
    'flow add cookie=0x5654000000000000,table=41,priority=0,actions=output:60000',
    'flow add cookie=0x5654000000000000,table=41,priority=100,reg0=0,actions=drop',
  ])
  t.end()
})

t.test('one remote MAC is one flow in one bundle', (t) => {
  const { world, ls } = bound()
  world.remote('unknown-dst', ls, '10.2.2.2')
  world.work()
  world.remote('00:11:22:33:44:55', ls, '10.2.2.2')
  const batches = world.work()
  t.equal(batches.length, 1)
  t.match(batches[0], { kind: 'flows', remove: [], add: { length: 1 } })
  t.end()
})

t.test('a second row for a port takes nothing from the first, whatever its UUID', (t) => {
  const { world, ls } = bound()
  const thief = world.insert('Logical_Switch', { name: 'thief', tunnel_key: 34 })
  world.work()
  const before = world.flows(0, 10, 30)
  const second = '00000000-0000-4000-8000-000000000001'
  const row = { name: 'p0', vlan_bindings: [[0, thief]] }
  world.edit((tables) => {
    world.database.put('Physical_Port', row, second)
    for (const [uuid, { ports, ...rest }] of tables.Physical_Switch)
      tables.Physical_Switch.set(uuid, { ...rest, ports: [second, ...(ports as readonly string[])] })
  })
  const [fault, ...others] = world.work()
  t.match(fault, { kind: 'rows' }, 'a fault, and nothing for the switch')
  t.strictSame(others, [])
  t.strictSame(world.flows(0, 10, 30), before)
  t.strictSame(world.problems(), ['a second port named "p0"'])
  t.notOk(world.reports().includes(`vlan_stats/${second}`))
  world.unbind(ls)
  world.work()
  t.strictSame(world.problems().length, 1, 'which of them lost')
  t.ok(
    world.reports().includes(`vlan_stats/${second}`),
    'where nothing is bound any more, nothing is taken away',
  )
  t.end()
})
