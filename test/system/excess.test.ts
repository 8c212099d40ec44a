import t, { type Test } from 'tap'
import type { Status } from '../../lib/words/status.js'
import { words } from '../support/controller.js'
import { dialServer } from '../support/controller-session.js'
import { uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

/** Bytes of a name; three of them are more than a message of OVSDB may be long. */
const nameBytes = Number(process.env['NAME_MB'] ?? 95) * 1e6
const elements = Number(process.env['ELEMENTS'] ?? 100_000)

const sandbox = await startSandbox(t, {
  ports: ['p0'],
  tunnelIp: '10.2.2.1',
  remotes: ['10.2.2.3', '10.2.2.4'],
})
await sandbox.addPhysicalSwitch()
let daemon = await sandbox.startDaemon(['br0'])
const controller = await dialServer(t, sandbox, 'excess', { Tunnel: [{ columns: ['bfd_params'] }] })

const write = (commands: string): Promise<string> => sandbox.vtepctl(...words(commands))
const statusOf = async (): Promise<Status> => JSON.parse(await daemon.control('status', '--json')) as Status
const problems = async () => (await statusOf()).problems.map(({ reason }) => reason)
const inSync = () => until('in sync', async () => (await statusOf()).isInSync)
const tooMany = 'bfd_params has more than 16384 elements: the others are passed over'
const pairs = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => [`key ${from + i}`, 'x'] as const)
const modifyTunnel = (column: string, mutator: string, value: unknown) =>
  controller.transact([{ op: 'mutate', table: 'Tunnel', where: [], mutations: [[column, mutator, value]] }])

/** Frames pass to a remote MAC that the controller places now. */
async function passes(t: Test, mac: string): Promise<void> {
  await write(`add-ucast-remote ls0 ${mac} 10.2.2.3`)
  await until('the MAC has its flow', async () =>
    (await sandbox.ofctl('-O', 'OpenFlow14', 'dump-flows', 'br0', 'table=20')).includes(mac),
  )
  await inSync()
  t.strictSame(await sandbox.exitsOf('p0', uniqueFrame('02:00:00:00:00:0a', mac)), ['10.2.2.3 vni 33'])
}

await until('the port is reported', async () => (await sandbox.vtepctl('list-ports', 'br0')).includes('p0'))
await write(`
  add-ls ls0
  set Logical_Switch ls0 tunnel_key=33
  bind-ls br0 p0 0 ls0
`)
await t.test('frames pass', (t) => passes(t, '02:00:00:00:0e:00'))
await until('there is a tunnel row', () => Promise.resolve(controller.rows('Tunnel').length === 1))

await t.test('a map that is too large is a problem of its row, as long as it is', async (t) => {
  await modifyTunnel('bfd_params', 'insert', ['map', pairs(0, elements)])
  await until('it is a problem', async () => (await problems()).includes(tooMany))
  t.match(await daemon.control('status'), /Tunnel .*bfd_params has more than 16384 elements/)
  await passes(t, '02:00:00:00:0e:01')
  // one of those that we have, and most of those that we have not
  await modifyTunnel('bfd_params', 'delete', [
    'set',
    ['key 0', ...pairs(20_000, elements).map(([key]) => key)],
  ])
  await passes(t, '02:00:00:00:0e:02')
  t.ok((await problems()).includes(tooMany), 'nearly 20,000 are left')
  await modifyTunnel('bfd_params', 'delete', ['set', pairs(10, 20_000).map(([key]) => key)])
  await until('it is none', async () => !(await problems()).includes(tooMany))
  await modifyTunnel('bfd_params', 'insert', ['map', pairs(0, elements)])
  await until('it is one again', async () => (await problems()).includes(tooMany))
})

await t.test('a set of what is ours to write is written over', async (t) => {
  const faults = ['set', pairs(0, elements).map(([key]) => key)]
  const row = { port_fault_status: faults }
  await controller.transact([{ op: 'update', table: 'Physical_Port', where: [], row }])
  await until(
    'it is',
    async () => (await sandbox.vtepctl('get', 'Physical_Port', 'p0', 'port_fault_status')) === '[]',
  )
  t.ok((await problems()).every((reason) => !reason.includes('port_fault_status')))
})

await t.test('names that no message has room for are cut, and all goes on', async (t) => {
  for (const name of ['a', 'b', 'c'])
    await controller.transact([
      { op: 'insert', table: 'Logical_Switch', row: { name: name.repeat(nameBytes) } },
    ])
  await passes(t, '02:00:00:00:0e:03')
})

await t.test('after a reconnection and at a start, too', async (t) => {
  await sandbox.appctl('ovsdb-server', 'ovsdb-server/reconnect')
  await passes(t, '02:00:00:00:0e:04')
  t.strictSame(await daemon.stop(), 0)
  daemon = await sandbox.startDaemon(['br0'])
  await passes(t, '02:00:00:00:0e:05')
  t.ok((await problems()).includes(tooMany))
  t.strictSame(await daemon.stop(), 0)
})
