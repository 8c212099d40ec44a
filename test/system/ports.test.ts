import t from 'tap'
import { startController } from '../support/controller.js'
import { BROADCAST, tagged, uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { addDummyBond } from '../support/underlay.js'
import { until } from '../support/until.js'

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

const member = (name: string) => `${name} vlan 10`
const stations = Array.from({ length: 16 }, (_, i) => `02:00:00:00:01:0${i.toString(16)}`)

/** By which members broadcasts of the stations leave. */
async function leavingBy(): Promise<readonly string[]> {
  const exits = await exitsOfEach(stations.map((mac) => ({ port: 'p0', frame: uniqueFrame(mac, BROADCAST) })))
  const copies = exits.map((all) => all.filter((exit) => exit !== '10.2.2.2 vni 33'))
  if (copies.some(({ length }) => length !== 1)) throw new Error(JSON.stringify(copies))
  return copies.flat()
}

async function setUp(name: string, state: 'up' | 'down'): Promise<void> {
  await sandbox.appctl('ovs-vswitchd', 'netdev-dummy/set-admin-state', name, state)
}

await t.test('a bond without LACP: its active member carries all frames', async (t) => {
  const ports = (await sandbox.vtepctl('list-ports', 'br0')).split('\n')
  t.strictSame(ports.sort(), ['bond0', 'canary', 'p0', 'p1'], 'it is one port')
  await controller.write('bind-ls br0 bond0 10 ls0')
  await exitsOf('m0', tagged(uniqueFrame(B, BROADCAST), 10))
  for (const [active, other] of [
    ['m0', 'm1'],
    ['m1', 'm0'],
  ] as const) {
    await setUp(active, 'up')
    await setUp(other, 'down')
    await until(`all leave by ${active}`, async () =>
      (await leavingBy()).every((exit) => exit === member(active)),
    )
    await setUp(other, 'up')
    const fromOther = await exitsOf(other, tagged(uniqueFrame(A, BROADCAST), 10))
    t.strictSame(fromOther, [], 'what a plain switch sends to the other one too does not come in twice')
    const fromActive = await exitsOf(active, tagged(uniqueFrame(B, BROADCAST), 10))
    t.strictSame(fromActive, ['10.2.2.2 vni 33', 'p0'], 'nor go back')
    t.strictSame(await exitsOf(active, uniqueFrame(B, BROADCAST)), [], 'other VLANs are isolated')
    t.strictSame(await exitsOf('p0', uniqueFrame(A, B)), [member(active)], 'learned at the bond')
  }
})

await t.test('a bond with LACP: all members that are up carry frames', async (t) => {
  await sandbox.vsctl('add-br', 'partner', '--', 'set', 'Bridge', 'partner', 'datapath_type=dummy')
  await addDummyBond(sandbox, 'partner', 'bond1', ['r0', 'r1'])
  for (const i of [0, 1]) {
    const wire = `unix:${sandbox.directory}/wire${i}`
    await sandbox.vsctl('set', 'Interface', `m${i}`, `options:pstream=p${wire}`)
    await sandbox.vsctl('set', 'Interface', `r${i}`, `options:stream=${wire}`)
  }
  for (const bond of ['bond0', 'bond1'])
    await sandbox.vsctl(
      'set',
      'Port',
      bond,
      'lacp=active',
      'bond_mode=balance-tcp',
      'other_config:lacp-time=fast',
    )
  const isSpread = async () => new Set(await leavingBy()).size === 2
  await until('stations are spread over both members', isSpread)
  t.strictSame(await leavingBy(), await leavingBy(), 'each keeps its own')
  for (const name of ['m0', 'm1']) {
    const exits = await exitsOf(name, tagged(uniqueFrame(B, BROADCAST), 10))
    t.strictSame(exits, ['10.2.2.2 vni 33', 'p0'], 'what comes in by one does not go back by the other')
  }
  await setUp('m0', 'down')
  await until('all leave by the one that is up', async () =>
    (await leavingBy()).every((exit) => exit === member('m1')),
  )
  await setUp('m0', 'up')
  await until('and by both again', isSpread)
})
