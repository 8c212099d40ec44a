import t from 'tap'
import { startController } from '../support/controller.js'
import { PREDECESSOR } from '../support/daemon.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { localMacs } from '../support/local-macs.js'
import { startSandbox } from '../support/sandbox.js'
import { addDummyPort, framesOut } from '../support/underlay.js'
import { until } from '../support/until.js'

const A = '02:00:00:00:00:0a'
const B = '02:00:00:00:00:0b'
const REMOTE = '10.2.2.2'

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: [REMOTE] })
await sandbox.addPhysicalSwitch()
await sandbox.vsctl('add-br', 'br1', '--', 'set', 'Bridge', 'br1', 'datapath_type=dummy')
await addDummyPort(sandbox, 'br1', 'q0')
await sandbox.vtepctl('add-ps', 'br1', '--', 'set', 'Physical_Switch', 'br1', 'tunnel_ips=10.2.2.7')
const daemon = await sandbox.startDaemon()
const controller = await startController(sandbox)
await controller.write(`
  add-ls ls0
  set Logical_Switch ls0 tunnel_key=33
  bind-ls br0 p0 0 ls0
  add-mcast-remote ls0 unknown-dst ${REMOTE}
`)
const { exitsOf, exitsOfVxlan } = sandbox
const isAnnounced = async (): Promise<boolean> =>
  (await localMacs(sandbox.vtepctl, 'ls0')).includes(A) &&
  (await sandbox.vtepctl('list-local-macs', 'ls0')).includes('unknown-dst -> vxlan_over_ipv4/10.2.2.1')
await exitsOf('p0', uniqueFrame(A, BROADCAST))
await until('the first switch announces itself', isAnnounced)
const predecessor = await sandbox.startDaemon(['br1'], PREDECESSOR)
await until('it reports its port', async () => (await sandbox.vtepctl('list-ports', 'br1')) === 'q0')
await controller.write(`
  add-ls ls1
  set Logical_Switch ls1 tunnel_key=44
  bind-ls br1 q0 0 ls1
  add-mcast-remote ls1 unknown-dst ${REMOTE}
`)

await t.test('both forward both ways, with the same remote', async (t) => {
  await until(
    'the predecessor forwards',
    async () => (await exitsOf('q0', uniqueFrame(B, BROADCAST))).join() === `${REMOTE} vni 44`,
  )
  t.strictSame(await exitsOf('p0', uniqueFrame(A, BROADCAST)), [`${REMOTE} vni 33`])
  t.strictSame(await exitsOfVxlan(REMOTE, 33, uniqueFrame(B, A)), ['p0'])
  const inner = uniqueFrame(A, B)
  t.strictSame(await exitsOfVxlan(REMOTE, 44, inner), [])
  t.ok((await framesOut(sandbox, 'q0')).some(({ payload }) => payload.equals(inner.payload)))
})

await t.test('what it cleared of ours is back', async () => {
  await until('the first switch announces itself again', isAnnounced)
})

await t.test('both have a port for BFD with that remote', async (t) => {
  const ofport = async (name: string) => Number(await sandbox.vsctl('get', 'Interface', name, 'ofport'))
  await until('the predecessor’s is there', async () => (await ofport(`bfd${REMOTE}`)) > 0)
  const tunnels = await sandbox.vtepctl('--bare', '--columns=tunnels', 'list', 'Physical_Switch', 'br0')
  for (const uuid of tunnels.split(' '))
    await sandbox.vtepctl('set', 'Tunnel', uuid, 'bfd_params:enable=true')
  const ours = ['--bare', '--columns=name', 'find', 'Port', `external_ids:vtep_bfd="${REMOTE}"`]
  const name = await until('ours is there', async () => (await sandbox.vsctl(...ours)) || null)
  await until('and has a number', async () => (await ofport(name)) > 0)
  t.ok((await ofport(`bfd${REMOTE}`)) > 0, 'the predecessor’s has kept its own')
  for (const uuid of tunnels.split(' ')) await sandbox.vtepctl('clear', 'Tunnel', uuid, 'bfd_params')
})

await t.test('one VNI with one remote can’t be shared: the predecessor gets all frames', async (t) => {
  const faults = ['--bare', '--columns=switch_fault_status', 'list', 'Physical_Switch', 'br0']
  t.equal(await sandbox.vtepctl(...faults), '')
  await sandbox.vtepctl('bind-ls', 'br1', 'q0', '5', 'ls0')
  const lost = new RegExp(
    `frames from ${REMOTE} with VNI 33 go to port "vx\\d+" of bridge "(br1_vtep_ls\\d)"`,
  )
  await until('we say so', async () => lost.test(await daemon.control('status')))
  await until('as a fault, too', async () => (await sandbox.vtepctl(...faults)) === 'unspecified_fault')
  t.strictSame(await exitsOfVxlan(REMOTE, 33, uniqueFrame(B, A)), [], 'and it is so')

  await predecessor.stop()
  const [, bridge = ''] = lost.exec(await daemon.control('status')) ?? []
  await sandbox.vsctl('del-br', bridge)
  await until('the fault goes with its cause', async () => (await sandbox.vtepctl(...faults)) === '')
  t.strictSame(await exitsOfVxlan(REMOTE, 33, uniqueFrame(B, A)), ['p0'])
  t.strictSame(await exitsOf('p0', uniqueFrame(A, BROADCAST)), [`${REMOTE} vni 33`])
  await until('the first switch announces itself', isAnnounced)
})
