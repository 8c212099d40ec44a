import t from 'tap'
import { BFD_PARAMETERS, runBfd, startPeer } from '../support/bfd-peer.js'
import { startController } from '../support/controller.js'
import { BROADCAST, uniqueFrame, type Frame } from '../support/frame.js'
import type { Ovs } from '../support/ovs.js'
import { startSandbox } from '../support/sandbox.js'
import { tunnelRow } from '../support/tunnel-rows.js'
import { framesOut } from '../support/underlay.js'
import { until } from '../support/until.js'

const OUR_IP = '10.2.2.1'
const FIRST = '10.2.2.2'
const SECOND = '10.2.2.3'
const A = '02:00:00:00:00:0a'
const B = '02:00:00:00:00:0b'
const UP = {
  diagnostic: 'No Diagnostic',
  enabled: 'true',
  forwarding: 'true',
  remote_diagnostic: 'No Diagnostic',
  remote_state: 'up',
  state: 'up',
}
const BFD_MAC = '00:23:20:00:00:01'

const sandbox = await startSandbox(t, { ports: ['p0', 'p1'], tunnelIp: OUR_IP, remotes: [FIRST, SECOND] })
await sandbox.addPhysicalSwitch()
await sandbox.startDaemon()
const controller = await startController(sandbox)
await controller.write(`
  add-ls ls0
  set Logical_Switch ls0 tunnel_key=33
  bind-ls br0 p0 0 ls0
  bind-ls br0 p1 0 ls0
  add-mcast-remote ls0 unknown-dst ${FIRST}
  add-mcast-remote ls0 unknown-dst ${SECOND}
`)

// one service node is an emulator like ours, the other a plain switch
const first = await startPeer(t, sandbox, OUR_IP, { tunnelIp: FIRST, ports: ['q0'] })
await first.addPhysicalSwitch()
const itsEmulator = await first.startDaemon()
await until(
  'the port is in the database of the peer',
  async () => (await first.vtepctl('list-ports', 'br0')) === 'q0',
)
const bound = 'add-ls ls0 -- set Logical_Switch ls0 tunnel_key=33 -- bind-ls br0 q0 0 ls0'
await first.vtepctl(...`${bound} -- add-mcast-remote ls0 unknown-dst ${OUR_IP}`.split(' '))
const second = await startPeer(t, sandbox, OUR_IP, { tunnelIp: SECOND, ports: ['q0'] })
await runBfd(second, OUR_IP)
await second.vsctl(
  ...['add-port', 'br0', 'vx', '--', 'set', 'Interface', 'vx', 'type=vxlan'],
  ...[`options:remote_ip=${OUR_IP}`, 'options:key=33'],
)
await second.ofctl('del-flows', 'br0')
await second.ofctl('add-flow', 'br0', 'in_port=vx,actions=output:q0')

const toFirst = await tunnelRow(sandbox, FIRST)
const toSecond = await tunnelRow(sandbox, SECOND)
const fromFirst = await until('the peer has a Tunnel row', () => tunnelRow(first, OUR_IP))

async function bfdPorts({ vsctl }: Ovs): Promise<readonly string[]> {
  const printed = await vsctl(
    '--bare',
    '--columns=options',
    'find',
    'Interface',
    'type=vxlan',
    'bfd:enable=true',
  )
  return printed
    .split('\n')
    .filter((line) => line !== '')
    .sort()
}

/** How often the flood of ls0 was rewritten, and how often BFD changed its mind. */
async function moves(): Promise<{ readonly moves: number; readonly flaps: number }> {
  const rewrites = (await sandbox.recorder.changingCommands()).filter(({ stdin }) =>
    /^flow add \S*,table=30,\S*set_field:0x21->tun_id/m.test(stdin ?? ''),
  )
  const counts = await sandbox.vsctl('--bare', '--columns=bfd_status', 'find', 'Interface', 'bfd:enable=true')
  const flaps = [...counts.matchAll(/flap_count=(\d+)/g)].map(([, count]) => Number(count))
  return { moves: rewrites.length, flaps: flaps.reduce((sum, count) => sum + count, 0) }
}

async function hasGot(peer: Ovs, frame: Frame): Promise<boolean> {
  return (await framesOut(peer, 'q0')).some(({ payload }) => payload.equals(frame.payload))
}

/** Where frames to everybody are sent, other than to p1. */
async function serviceNode(): Promise<string> {
  const exits = await sandbox.exitsOf('p0', uniqueFrame(A, BROADCAST))
  return exits.filter((exit) => exit !== 'p1').join()
}

t.test('until the controller enables BFD there are no ports for it, and the status is empty', async (t) => {
  t.strictSame(await bfdPorts(sandbox), [])
  t.strictSame([await toFirst.status(), await toSecond.status()], [{}, {}])
  t.equal(await serviceNode(), `${FIRST} vni 33`)
})

t.test('sessions come up, and both sides say so', async (t) => {
  // between two VTEPs the defaults do not meet: bfd_config_local of one is bfd_config_remote of the other
  for (const row of [toFirst, fromFirst]) await row.set('bfd_config_remote', { bfd_dst_ip: '169.254.1.0' })
  for (const row of [toFirst, fromFirst, toSecond]) await row.set('bfd_params', BFD_PARAMETERS)
  for (const row of [toFirst, fromFirst, toSecond])
    await until('the session is up at both ends', async () => (await row.status()).remote_state === 'up')
  t.strictSame([await toFirst.status(), await fromFirst.status(), await toSecond.status()], [UP, UP, UP])
  t.match(await second.vsctl('get', 'Interface', 'bfd', 'bfd_status'), /forwarding="?true.* state=up/)
  t.strictSame(await bfdPorts(sandbox), [`remote_ip=${FIRST}`, `remote_ip=${SECOND}`])
})

t.test('but for BFD nothing goes out of its ports, and nothing comes in', async (t) => {
  await until('the first node serves', async () => (await serviceNode()) === `${FIRST} vni 33`)
  const frame = uniqueFrame(A, BROADCAST)
  await sandbox.exitsOf('p0', frame)
  await until('the frame has arrived', () => hasGot(first, frame))
  t.notOk(await hasGot(second, frame))
  const untagged = (await sandbox.tunnelFramesOut()).filter(({ vni }) => vni === 0)
  t.not(untagged.length, 0)
  t.strictSame([...new Set(untagged.map(({ inner }) => inner.dst))], [BFD_MAC])
  for (const dst of [BROADCAST, A, BFD_MAC])
    t.strictSame(await sandbox.exitsOfVxlan(SECOND, 0, uniqueFrame(B, dst)), [], `VNI 0 to ${dst}`)

  await controller.write(`
    add-ls zero
    set Logical_Switch zero tunnel_key=0
    bind-ls br0 p1 7 zero
    add-mcast-remote zero unknown-dst ${SECOND}
  `)
  t.strictSame(
    await sandbox.exitsOfVxlan(SECOND, 0, uniqueFrame(B, BROADCAST)),
    ['p1 vlan 7'],
    'VNI 0 in use',
  )
  await controller.write('unbind-ls br0 p1 7')
})

t.test('a service node whose network is cut is left, and used again when it is back', async (t) => {
  const before = await moves()
  await first.ofctl('add-flow', 'underlay', 'priority=1,actions=drop')
  await until('the other node serves', async () => (await serviceNode()) === `${SECOND} vni 33`)
  const frame = uniqueFrame(A, BROADCAST)
  await sandbox.exitsOf('p0', frame)
  await until('the frame has arrived', () => hasGot(second, frame))
  t.match(await toFirst.status(), { enabled: 'true', forwarding: 'false', state: 'down' })
  await until('both ends see it', async () => (await fromFirst.status()).state === 'down')

  await first.ofctl('--strict', 'del-flows', 'underlay', 'priority=1')
  await until('the first node serves', async () => (await serviceNode()) === `${FIRST} vni 33`)
  await until('the session is up at both ends', async () => (await toFirst.status()).remote_state === 'up')
  const after = await moves()
  t.ok(after.moves - before.moves >= 2)
  t.ok(after.moves - before.moves <= after.flaps - before.flaps, 'no move without a word of BFD')
})

t.test('a service node that ends is left', async () => {
  await itsEmulator.stop()
  await first.appctl('ovs-vswitchd', 'exit')
  await until('the other node serves', async () => (await serviceNode()) === `${SECOND} vni 33`)
})

t.test('disabled, the ports are gone and the status is empty', async (t) => {
  await toSecond.set('bfd_params', { enable: 'false' })
  await until('one port is left', async () => (await bfdPorts(sandbox)).join() === `remote_ip=${FIRST}`)
  await toFirst.set('bfd_params', {})
  await until('no port is left', async () => (await bfdPorts(sandbox)).length === 0)
  for (const row of [toFirst, toSecond])
    await until('the status is empty', async () => Object.keys(await row.status()).length === 0)
  await until('the lowest node serves', async () => (await serviceNode()) === `${FIRST} vni 33`)
  t.strictSame(
    (await sandbox.vsctl('list-ports', 'br0')).split('\n').filter((port) => port.startsWith('bfd')),
    [],
  )
})
