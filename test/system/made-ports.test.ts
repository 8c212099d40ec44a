import t from 'tap'
import { becomes } from '../support/becomes.js'
import { startController } from '../support/controller.js'
import { ask } from '../support/doctor.js'
import { startSandbox } from '../support/sandbox.js'

const sandbox = await startSandbox(t, {
  ports: ['p0', 'p1'],
  bonds: { bond0: ['m0', 'm1'] },
  tunnelIp: '10.2.2.1',
  remotes: ['10.2.2.2'],
})
await sandbox.addPhysicalSwitch()
const daemon = await sandbox.startDaemon()
const controller = await startController(sandbox)

const problems = async () =>
  (await daemon.control('status')).split('\n').filter((line) => line.startsWith('problem:'))
const faultsOf = async (table: string, name: string, column: string) =>
  (await sandbox.vtepctl('--bare', 'get', table, name, column)).trim()
const ofportOf = async (name: string) => (await sandbox.vsctl('get', 'Interface', name, 'ofport')).trim()

await t.test('a bound port that the switch has no device for', async (t) => {
  // a patch port without a peer can not be made, as a device that is not there can not in a kernel’s datapath
  await sandbox.vsctl('add-port', 'br0', 'nodev', '--', 'set', 'Interface', 'nodev', 'type=patch')
  t.equal(await ofportOf('nodev'), '-1')
  await controller.write('add-ls s\nset Logical_Switch s tunnel_key=5\nbind-ls br0 p0 0 s')
  await becomes(t, 'an unbound one is nobody’s business', problems, [])
  await controller.write('bind-ls br0 nodev 0 s')
  const fault = () => faultsOf('Physical_Port', 'nodev', 'port_fault_status')
  await becomes(t, 'the fault of the port', fault, '[unspecified_fault]')
  const [line, ...more] = await problems()
  t.match(line, /Physical_Port .*the switch has no interface "nodev": /)
  t.strictSame(more, [])
  await sandbox.vsctl('set', 'Interface', 'nodev', 'type=dummy')
  await becomes(t, 'the fault is over', fault, '[]')
  await becomes(t, 'nor a problem', problems, [])
})

/** What the doctor finds wrong with rows. */
const found = async () => {
  const { findings } = await ask(sandbox.daemonEnv)
  return findings.flatMap(({ check, isWrong, text }) => (check === 'rows' && isWrong ? [text] : []))
}

await t.test('a member of a bond', async (t) => {
  await controller.write('bind-ls br0 bond0 0 s')
  t.teardown(() => controller.write('unbind-ls br0 bond0 0'))
  const fault = () => faultsOf('Physical_Port', 'bond0', 'port_fault_status')
  await becomes(t, 'all are there', fault, '[]')
  await sandbox.vsctl('set', 'Interface', 'm1', 'type=patch')
  await becomes(t, 'one can not be made', fault, '[unspecified_fault]')
  t.match(await problems(), [/Physical_Port .*bond0.*: the switch has no interface "m1": /])
  t.match(await found(), [/the switch has no interface "m1": /])
  await sandbox.vsctl('set', 'Interface', 'm1', 'type=dummy')
  await becomes(t, 'the fault ends', fault, '[]')
})

await t.test('a flow-based port of others that came after ours', async (t) => {
  const options = ['type=vxlan', 'options:remote_ip=flow', 'options:key=flow']
  await sandbox.vsctl('add-br', 'br-sdn', '--', 'set', 'Bridge', 'br-sdn', 'datapath_type=dummy')
  await sandbox
    .vsctl('add-port', 'br-sdn', 'vxlan0', '--', 'set', 'Interface', 'vxlan0', ...options)
    .catch(() => '')
  await becomes(t, 'the switch tries it again', async () => Number(await ofportOf('vxlan0')) > 0, true)
  await becomes(t, 'no problem is left', problems, [])
  await becomes(
    t,
    'and nothing to do',
    async () => (await daemon.control('status')).includes('in sync: yes'),
    true,
  )
})
