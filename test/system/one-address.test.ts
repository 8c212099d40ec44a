import t, { type Test } from 'tap'
import { PrivateServer } from '../adapters/ovsdb/support/private-server.js'
import { belongingsOf } from '../support/belongings.js'
import { startController } from '../support/controller.js'
import type { Daemon } from '../support/daemon.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import type { Run } from '../support/ovs.js'
import { startSandbox } from '../support/sandbox.js'
import { addDummyPort } from '../support/underlay.js'
import { until } from '../support/until.js'

const A = '02:00:00:00:00:0a'
const FAULTY = '10.2.2.1 is that of bridge "br0" of this machine'

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.2'] })
await sandbox.addPhysicalSwitch()
const first = await sandbox.startDaemon()
const controller = await startController(sandbox)
await controller.write(`
  add-ls ls0
  set Logical_Switch ls0 tunnel_key=33
  bind-ls br0 p0 0 ls0
  add-mcast-remote ls0 unknown-dst 10.2.2.2
`)
const forwards = async (): Promise<boolean> =>
  (await sandbox.exitsOf('p0', uniqueFrame(A, BROADCAST))).join() === '10.2.2.2 vni 33'
await until('the first switch forwards', forwards)
const status = (daemon: Daemon): Promise<string> => daemon.control('status')
await until(
  'A is reported, and nothing is left to do',
  async () =>
    (await sandbox.vtepctl('list-local-macs', 'ls0')).includes(A) &&
    (await status(first)).includes('in sync: yes'),
)
const belongings = (): Promise<string> => belongingsOf(sandbox, 'br0', 'ls0', '10.2.2.1')
const [before, plans] = [await belongings(), first.output().split(' Planned ').length]

/** A second switch with the first one's address, by itself or in the same database. */
async function isRefused(
  t: Test,
  bridge: string,
  port: string,
  vtepctl: Run,
  args: readonly string[],
): Promise<Daemon> {
  await sandbox.vsctl('add-br', bridge, '--', 'set', 'Bridge', bridge, 'datapath_type=dummy')
  await addDummyPort(sandbox, bridge, port)
  await vtepctl('add-ps', bridge, '--', 'set', 'Physical_Switch', bridge, 'tunnel_ips=10.2.2.1')
  const daemon = await sandbox.startDaemon([bridge, ...args])
  await until('its port is there', async () => (await vtepctl('list-ports', bridge)) === port)
  await vtepctl('bind-ls', bridge, port, '0', 'ls0')
  const faults = (): Promise<string> =>
    vtepctl('--bare', '--columns=switch_fault_status', 'list', 'Physical_Switch', bridge)
  await until('it has a fault', async () => (await faults()) === 'unspecified_fault')
  await until('it has nothing to do', async () => (await status(daemon)).includes('in sync: yes'))
  t.ok((await status(daemon)).includes(FAULTY), 'and says why')
  t.equal(daemon.output().split(FAULTY).length, 2, 'once')
  const its = (await sandbox.vsctl('list-ports', bridge)).split('\n')
  t.strictSame(its, [port], 'it has no tunnel port')
  return daemon
}

/** It takes the first switch's place in nothing. */
async function isUntouched(t: Test): Promise<void> {
  t.equal(await belongings(), before)
  t.ok(await forwards())
  t.equal(first.output().split(' Planned ').length, plans, 'nothing was planned for the first')
}

await t.test('in one database with the first', async (t) => {
  const second = await isRefused(t, 'br1', 'q0', sandbox.vtepctl, [])
  await isUntouched(t)
  const announced = await sandbox.vtepctl('--bare', '--columns=_uuid', 'list', 'Mcast_Macs_Local')
  t.equal(announced.split(/\s+/).length, 2, 'the first’s rows, for ls0 and the canary')
  t.ok((await status(second)).includes('in sync: yes'))
})

await t.test('in a database of its own', async (t) => {
  const server = await PrivateServer.standalone(t)
  const remote = `unix:${server.directory}/s`
  const vtepctl: Run = (...args) => sandbox.vtepctl(`--db=${remote}`, ...args)
  await vtepctl('add-ls', 'ls0', '--', 'set', 'Logical_Switch', 'ls0', 'tunnel_key=33')
  await isRefused(t, 'br2', 'r0', vtepctl, ['--vtep-db', remote])
  await isUntouched(t)
})

await t.test('with an address of its own it works', async (t) => {
  await sandbox.vtepctl('set', 'Physical_Switch', 'br1', 'tunnel_ips=10.2.2.9')
  const faults = ['--bare', '--columns=switch_fault_status', 'list', 'Physical_Switch', 'br1']
  await until('the fault is gone', async () => (await sandbox.vtepctl(...faults)) === '')
  await until('it announces itself', async () =>
    (await sandbox.vtepctl('list-local-macs', 'ls0')).includes('unknown-dst -> vxlan_over_ipv4/10.2.2.9'),
  )
  const options = ['--bare', '--columns=options', 'find', 'Interface', 'type=vxlan']
  const ports = (await sandbox.vsctl(...options)).split(/\n+/).sort()
  t.ok(ports.includes('key=flow local_ip=10.2.2.9 remote_ip=flow'), ports.join('; '))
})
