import t from 'tap'
import { startController } from '../support/controller.js'
import { BROADCAST, tagged, uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'

const A = '02:00:00:00:00:0a'
const B = '02:00:00:00:00:0b'
const REMOTE = '02:00:00:00:0e:01'

const sandbox = await startSandbox(t, {
  ports: ['p0', 'p1'],
  bonds: { bond0: ['m0', 'm1'] },
  tunnelIp: '10.2.2.1',
  remotes: ['10.2.2.2'],
})
await sandbox.addPhysicalSwitch()
await sandbox.startDaemon()
const controller = await startController(sandbox)
const { exitsOf, exitsOfEach, exitsOfVxlan } = sandbox
await controller.write(`
  add-ls ls0
  set Logical_Switch ls0 tunnel_key=33
  add-mcast-remote ls0 unknown-dst 10.2.2.2
  bind-ls br0 p0 0 ls0
`)

await t.test('the priority of a tag goes with the frame', async (t) => {
  await controller.write('bind-ls br0 p1 10 ls0\nbind-ls br0 p1 20 ls0')
  t.teardown(() => controller.write('unbind-ls br0 p1 10\nunbind-ls br0 p1 20'))
  const broadcast = () => uniqueFrame(A, BROADCAST)
  for (const priority of [0, 1, 7]) {
    const pcp = priority === 0 ? '' : ` pcp ${priority}`
    t.strictSame(
      await exitsOf('p1', tagged(broadcast(), 10, priority)),
      ['10.2.2.2 vni 33', 'p0', `p1 vlan 20${pcp}`],
      'from VLAN to VLAN; without a tag there is none, in a tunnel neither',
    )
    t.strictSame(
      await exitsOf('p0', tagged(broadcast(), 0, priority)),
      ['10.2.2.2 vni 33', `p1 vlan 10${pcp}`, `p1 vlan 20${pcp}`],
      'from a priority tag to VLANs',
    )
  }
  t.strictSame(await exitsOf('p0', broadcast()), ['10.2.2.2 vni 33', 'p1 vlan 10', 'p1 vlan 20'])
  const tunnelled = await exitsOfVxlan('10.2.2.2', 33, uniqueFrame(REMOTE, BROADCAST))
  t.strictSame(tunnelled, ['p0', 'p1 vlan 10', 'p1 vlan 20'])
})

await t.test('a bond is one port', async (t) => {
  t.strictSame((await sandbox.vtepctl('list-ports', 'br0')).split('\n').sort(), [
    'bond0',
    'canary',
    'p0',
    'p1',
  ])
  await controller.write('bind-ls br0 bond0 10 ls0')
  t.teardown(() => controller.write('unbind-ls br0 bond0 10'))
  const stations = Array.from({ length: 16 }, (_, i) => `02:00:00:00:01:0${i.toString(16)}`)
  const leavingBy = async () => {
    const exits = await exitsOfEach(
      stations.map((mac) => ({ port: 'p0', frame: uniqueFrame(mac, BROADCAST) })),
    )
    t.ok(
      exits.every(([tunnel, , ...more]) => tunnel === '10.2.2.2 vni 33' && more.length === 0),
      'one copy each',
    )
    return exits.map(([, member]) => member)
  }
  const spread = await leavingBy()
  t.strictSame(
    [...new Set(spread)].sort(),
    ['m0 vlan 10', 'm1 vlan 10'],
    'stations are spread over its members',
  )
  t.strictSame(await leavingBy(), spread, 'each keeps its own')

  for (const member of ['m0', 'm1']) {
    const exits = await exitsOf(member, tagged(uniqueFrame(B, BROADCAST), 10))
    t.strictSame(exits, ['10.2.2.2 vni 33', 'p0'], 'what comes in by a member does not go back by another')
    t.strictSame(await exitsOf(member, uniqueFrame(B, BROADCAST)), [], 'other VLANs are isolated')
  }
  const [answer, ...more] = await exitsOf('p0', uniqueFrame(A, B))
  t.match(answer, /^m[01] vlan 10$/)
  t.strictSame(more, [], 'learned at the bond')

  for (const [down, up] of [
    ['m0', 'm1'],
    ['m1', 'm0'],
  ] as const) {
    await sandbox.appctl('ovs-vswitchd', 'netdev-dummy/set-admin-state', down, 'down')
    t.strictSame([...new Set(await leavingBy())], [`${up} vlan 10`], 'all leave by a member that is up')
    await sandbox.appctl('ovs-vswitchd', 'netdev-dummy/set-admin-state', down, 'up')
  }

  await sandbox.vsctl(
    '--id=@m0',
    'get',
    'Interface',
    'm0',
    '--',
    'remove',
    'Port',
    'bond0',
    'interfaces',
    '@m0',
  )
  await controller.write('')
  t.strictSame([...new Set(await leavingBy())], ['m1 vlan 10'], 'a member that is taken out is not missed')
})
