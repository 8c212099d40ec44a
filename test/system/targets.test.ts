import t from 'tap'
import { startDirectController } from '../support/direct-controller.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { remove } from '../support/operations.js'
import { startSandbox } from '../support/sandbox.js'

const A = '02:00:00:00:00:0a'
const UNKNOWN = '02:00:00:00:00:ee'
const REMOTE = '02:00:00:00:0e:01'
const GROUP = '01:00:5e:00:00:05'

const sandbox = await startSandbox(t, {
  ports: ['p0', 'p1'],
  tunnelIp: '10.2.2.1',
  remotes: ['10.2.2.2', '10.2.2.3', '10.2.2.4'],
})
await sandbox.addPhysicalSwitch()
await sandbox.startDaemon()
const controller = await startDirectController(t, sandbox)
const { addRow } = controller
const { exitsOf, exitsOfVxlan } = sandbox
const broadcast = () => exitsOf('p0', uniqueFrame(A, BROADCAST))
const fromP0To = (mac: string) => exitsOf('p0', uniqueFrame(A, mac))

await t.test('rows are merged, our own end point is none, the mode changes at run time', async (t) => {
  await controller.write(`
    add-ls modes
    set Logical_Switch modes tunnel_key=33
    bind-ls br0 p0 0 modes
    bind-ls br0 p1 0 modes
  `)
  t.teardown(controller.unbindAll)
  await addRow('unknown-dst', 'modes', ['10.2.2.1'])
  t.strictSame(await broadcast(), ['p1'], 'we send nothing to ourselves')
  await addRow('unknown-dst', 'modes', ['10.2.2.1', '10.2.2.2'])
  await addRow('unknown-dst', 'modes', ['10.2.2.3', '10.2.2.2'])
  const [one, all] = [
    ['10.2.2.2 vni 33', 'p1'],
    ['10.2.2.2 vni 33', '10.2.2.3 vni 33', 'p1'],
  ]
  t.strictSame(await broadcast(), one, 'service_node is the default')
  for (const [mode, exits] of [
    ['source_node', all],
    ['service_node', one],
    ['source_node', all],
    ['[]', one],
  ] as const) {
    await controller.write(`set Logical_Switch modes replication_mode=${mode}`)
    t.strictSame(await broadcast(), exits, mode)
    t.strictSame(await fromP0To(UNKNOWN), exits, mode)
  }
  await addRow(REMOTE, 'modes', ['10.2.2.1'])
  t.strictSame(await fromP0To(REMOTE), one, 'a MAC at our own end point is not known by that')
  await exitsOf('p1', uniqueFrame(REMOTE, BROADCAST))
  t.strictSame(await fromP0To(REMOTE), ['p1'], 'but where it is heard')
})

await t.test('group MACs', async (t) => {
  await controller.write(`
    add-ls groups
    set Logical_Switch groups tunnel_key=34
    bind-ls br0 p0 0 groups
    bind-ls br0 p1 0 groups
    add-mcast-remote groups unknown-dst 10.2.2.2
  `)
  t.teardown(controller.unbindAll)
  await addRow(GROUP, 'groups', ['10.2.2.4', '10.2.2.3'])
  t.strictSame(await fromP0To(GROUP), ['10.2.2.3 vni 34', 'p1'], 'service_node: one of its own')
  await controller.write('set Logical_Switch groups replication_mode=source_node')
  t.strictSame(
    await fromP0To(GROUP),
    ['10.2.2.3 vni 34', '10.2.2.4 vni 34', 'p1'],
    'source_node: all of its own',
  )
  t.strictSame(await fromP0To('01:00:5e:00:00:06'), ['10.2.2.2 vni 34', 'p1'], 'another group floods')
  t.strictSame(await exitsOfVxlan('10.2.2.3', 34, uniqueFrame(REMOTE, GROUP)), ['p0', 'p1'], 'not to tunnels')
  await addRow(BROADCAST, 'groups', ['10.2.2.4'])
  t.strictSame(await broadcast(), ['10.2.2.4 vni 34', 'p1'], 'broadcast is a group')
  t.strictSame(await fromP0To(UNKNOWN), ['10.2.2.2 vni 34', 'p1'])
  await controller.transact([remove('Mcast_Macs_Remote', [['MAC', '!=', 'unknown-dst']])])
  for (const mac of [GROUP, BROADCAST])
    t.strictSame(await fromP0To(mac), ['10.2.2.2 vni 34', 'p1'], 'removed')
})
