import t from 'tap'
import { startController } from '../support/controller.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const STATION = '02:00:00:00:0e:01'
const [A, B, STRANGER] = ['10.2.2.2', '10.2.2.3', '10.2.2.4'] as const

const sandbox = await startSandbox(t, { ports: ['p0', 'p1'], tunnelIp: '10.2.2.1', remotes: [A, B] })
await sandbox.addPhysicalSwitch()
const daemon = await sandbox.startDaemon()
const controller = await startController(sandbox)

/** Where a frame comes out that a VTEP sends with a VNI. */
const from = (address: string, vni: number) =>
  sandbox.exitsOfVxlan(address, vni, uniqueFrame(STATION, BROADCAST))

/** The same over IPv6, by the switch's own trace: which table the frame came to last. */
async function isLetIn(address: string, vni: number): Promise<boolean> {
  const port = (await sandbox.vsctl('--bare', '--columns=ofport', 'find', 'Interface', 'type=vxlan')).trim()
  const flow = `in_port=${port},tun_id=${vni},tun_ipv6_src=${address},tun_ipv6_dst=fd00::1,dl_src=${STATION}`
  const trace = await sandbox.appctl('ovs-vswitchd', 'ofproto/trace', 'br0', flow)
  return /set_field:0x[0-9a-f]+->metadata/.test(trace)
}

await controller.write(`
  add-ls a
  set Logical_Switch a tunnel_key=100
  add-ls b
  set Logical_Switch b tunnel_key=200
  bind-ls br0 p0 0 a
  bind-ls br0 p1 0 b
  add-ucast-remote a 02:00:00:00:00:01 ${A}
  add-ucast-remote a 02:00:00:00:00:03 fd00::a
  add-mcast-remote b unknown-dst ${B}
  add-mcast-remote b 01:00:5e:00:00:05 fd00::b
`)

await t.test('a tenant does not get into the other, and a stranger into none', async (t) => {
  t.strictSame(await from(A, 100), ['p0'])
  t.strictSame(await from(B, 200), ['p1'])
  t.strictSame(await from(A, 200), [], 'with the VNI of the other')
  t.strictSame(await from(B, 100), [])
  t.strictSame(await from(STRANGER, 100), [])
  t.strictSame(await from(STRANGER, 200), [])
  t.strictSame(
    await Promise.all([isLetIn('fd00::a', 100), isLetIn('fd00::b', 200)]),
    [true, true],
    'the same over IPv6',
  )
  t.strictSame(
    await Promise.all([isLetIn('fd00::a', 200), isLetIn('fd00::b', 100), isLetIn('fd00::c', 100)]),
    [false, false, false],
  )
})

await t.test('with its last MAC a VTEP may send no more, with the first again', async (t) => {
  await controller.write('add-ucast-remote a 02:00:00:00:00:02 ' + A)
  await controller.write('del-ucast-remote a 02:00:00:00:00:01')
  t.strictSame(await from(A, 100), ['p0'], 'one is left')
  await controller.write(`del-ucast-remote a 02:00:00:00:00:02\nadd-ucast-remote a 02:00:00:00:00:02 ${B}`)
  t.strictSame(await from(A, 100), [])
  t.strictSame(await from(B, 100), ['p0'], 'where it moved to')
  t.strictSame(await from(B, 200), ['p1'])
})

await t.test('--accept-any-peer lets every VTEP in with a known VNI', async (t) => {
  await daemon.control('exit')
  const open = await sandbox.startDaemon(['--accept-any-peer', 'br0'])
  await until('it is in sync', async () => (await open.control('status')).includes('in sync: yes'))
  t.strictSame(await from(STRANGER, 100), ['p0'])
  t.strictSame(await from(A, 200), ['p1'])
  t.strictSame(await from(STRANGER, 300), [], 'an unknown VNI')
})
