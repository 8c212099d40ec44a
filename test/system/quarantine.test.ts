import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import type { Status } from '../../lib/words/status.js'
import { words } from '../support/controller.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const A = '02:00:00:00:00:0a'
const macs = [1, 2, 3, 4].map((n) => `02:00:00:00:0e:0${n}`)

const sandbox = await startSandbox(t, {
  ports: ['p0', 'p1'],
  tunnelIp: '10.2.2.1',
  remotes: ['10.2.2.2', '10.2.2.3'],
})
await sandbox.addPhysicalSwitch()
let daemon = await sandbox.startDaemon()
// not a Controller: the canary's MACs would take the room
const write = (commands: string): Promise<string> => sandbox.vtepctl(...words(commands))
await until('the port is reported', async () => (await sandbox.vtepctl('list-ports', 'br0')).includes('p1'))
await write(`
  add-ls ls0
  set Logical_Switch ls0 tunnel_key=33
  bind-ls br0 p0 0 ls0
`)

const status = async (): Promise<Status> => JSON.parse(await daemon.control('status', '--json')) as Status
const isSettled = async (): Promise<boolean> => (await status()).pending.length === 0
const faults = (): Promise<string> =>
  sandbox.vtepctl('get', 'Physical_Switch', 'br0', 'switch_fault_status').then((text) => text.trim())
const rowOf = async (mac: string): Promise<string> =>
  (await sandbox.vtepctl('--bare', '--columns=_uuid', 'find', 'Ucast_Macs_Remote', `MAC="${mac}"`)).trim()
const remoteFlows = async (): Promise<number> =>
  (await sandbox.ofctl('-O', 'OpenFlow14', 'dump-flows', 'br0', 'table=20')).split('actions=').length - 1
/** Room for `count` flows in the table of the controller's MACs; what does not fit is refused. */
const limit = (count: number): Promise<string> =>
  sandbox.vsctl(
    '--id=@t',
    'create',
    'Flow_Table',
    `flow_limit=${count}`,
    'overflow_policy=refuse',
    '--',
    'set',
    'Bridge',
    'br0',
    'flow_tables:20=@t',
  )
await until(
  'the first port is bound',
  async () => (await status()).isInSync && (await status()).flows.installed > 10,
)
const before = await remoteFlows()

await t.test('what the switch refuses is left out alone, named, and raises a fault', async (t) => {
  await limit(before + 2)
  await write(
    ['bind-ls br0 p1 10 ls0', ...macs.map((mac) => `add-ucast-remote ls0 ${mac} 10.2.2.3`)].join('\n'),
  )
  await until('all is tried', async () => (await status()).quarantined.length === 2 && (await isSettled()))
  t.equal(await remoteFlows(), before + 2, 'two fit')
  t.notOk((await status()).isInSync)
  const { quarantined, problems } = await status()
  for (const mac of macs) {
    const isRefused = quarantined.some(({ key }) => key.includes(mac))
    const row = await rowOf(mac)
    t.equal(
      problems.some(({ uuid }) => uuid === row),
      isRefused,
      `${mac}: a problem of its row when refused`,
    )
    const exits = await sandbox.exitsOf('p0', uniqueFrame(A, mac))
    t.strictSame(exits, [isRefused ? 'p1 vlan 10' : '10.2.2.3 vni 33'], 'what is refused is flooded')
  }
  t.match(quarantined[0]?.reason, /OFPFMFC_TABLE_FULL/)
  t.match(
    await daemon.control('status'),
    /^in sync: no \(2 quarantined\).*\n[^]*^quarantined: switch: table=20,/m,
  )
  t.strictSame(
    await sandbox.exitsOf('p0', uniqueFrame(A, BROADCAST)),
    ['p1 vlan 10'],
    'what came with them is there',
  )
  await until('the fault is raised', async () => (await faults()) === '[unspecified_fault]')
})

await t.test('when it is asked for differently it is tried at once', async (t) => {
  const { quarantined } = await status()
  const [mac = ''] = macs.filter((one) => quarantined.some(({ key }) => key.includes(one)))
  await limit(before + 3)
  await write(`
    del-ucast-remote ls0 ${mac}
    add-ucast-remote ls0 ${mac} 10.2.2.2
  `)
  await until('it is taken', async () => {
    const { quarantined: refused, pending } = await status()
    return refused.length === 1 && pending.length === 0
  })
  t.strictSame(await sandbox.exitsOf('p0', uniqueFrame(A, mac)), ['10.2.2.2 vni 33'])
  t.equal(await faults(), '[unspecified_fault]', 'the other one is still refused')
})

await t.test('a restart tries it again, and keeps the rest where it is', async (t) => {
  const { entry } = await status()
  await daemon.control('exit')
  daemon = await sandbox.startDaemon()
  await until('it is refused again', async () => {
    const { lastPlan, pending, knowledge } = await status()
    return pending.length === 0 && knowledge.flows === 'current' && (lastPlan?.seq ?? 0) > entry
  })
  t.equal((await status()).quarantined.length, 1)
  t.equal(await remoteFlows(), before + 3)
})

await t.test('with room made for it, it is taken', async (t) => {
  await limit(before + 4)
  await daemon.control('retry')
  await until('in sync', async () => (await status()).isInSync)
  t.equal(await remoteFlows(), before + 4)
  await until('the fault is gone', async () => (await faults()) === '[]')
  t.strictSame((await status()).problems, [])
})

await t.test('all of it is a fold of entries', async (t) => {
  await daemon.control('exit')
  const journal = join(sandbox.directory, 'vtep', 'br0.journal')
  const { stdout } = await promisify(execFile)('dist/bin/vtep-replay.js', ['verify', journal])
  t.match(stdout, /: sound: /)
})
