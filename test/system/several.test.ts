import t from 'tap'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Status } from '../../lib/words/status.js'
import { type Daemon, OURS, runToEnd } from '../support/daemon.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'
import { usualUnderlay } from '../support/usual-network.js'

const sandbox = await startSandbox(t, usualUnderlay)
const { vsctl, vtepctl, daemonEnv } = sandbox
const journalOf = (name: string) => join(sandbox.directory, 'vtep', `${name}.journal`)

/** A switch with a port, bound to a logical switch of its own, and a remote MAC there. */
async function addSwitch(n: number): Promise<void> {
  const [name, ls] = [`gw${n}`, `net${n}`]
  await vsctl(
    '--no-wait',
    'add-br',
    name,
    '--',
    'set',
    'bridge',
    name,
    'datapath_type=dummy',
    'fail_mode=secure',
  )
  await vsctl('add-port', name, `q${n}`, '--', 'set', 'interface', `q${n}`, 'type=dummy')
  // at once: a daemon that works already would add the port, too
  await vtepctl(
    ...`add-ps ${name} -- set Physical_Switch ${name} tunnel_ips=10.9.0.${n} -- add-port ${name} q${n}`.split(
      ' ',
    ),
    ...`-- add-ls ${ls} -- set Logical_Switch ${ls} tunnel_key=${100 + n}`.split(' '),
    ...`-- bind-ls ${name} q${n} 0 ${ls} -- add-ucast-remote ${ls} ${macOf(n)} 10.9.1.${n}`.split(' '),
  )
}

function macOf(n: number): string {
  return `02:00:00:00:01:0${n}`
}

const statuses = async (daemon: Daemon): Promise<readonly Status[]> =>
  JSON.parse(await daemon.control('status', '--json')) as readonly Status[]
const inSync = async (daemon: Daemon, ...names: readonly string[]): Promise<boolean> => {
  const found = await statuses(daemon)
  return (
    found.map((one) => one.switch).join() === names.join() &&
    found.every((one) => one.isInSync && one.missing.length === 0)
  )
}
const flowsOf = (bridge: string): Promise<string> => sandbox.ofctl('-O', 'OpenFlow14', 'dump-flows', bridge)
const forwards = async (n: number, ...others: readonly number[]): Promise<boolean> => {
  const flows = await flowsOf(`gw${n}`)
  return flows.includes(`dl_dst=${macOf(n)}`) && !others.some((other) => flows.includes(macOf(other)))
}

for (const n of [1, 2, 3]) await addSwitch(n)

await t.test('several switches in one process, each with what concerns it', async (t) => {
  const daemon = await sandbox.startDaemon(['gw1', 'gw2'])
  await until('both are in sync', () => inSync(daemon, 'gw1', 'gw2'))
  await until('the first forwards', () => forwards(1, 2, 3))
  await until('the second forwards', () => forwards(2, 1, 3))
  t.notMatch(await flowsOf('gw3'), macOf(3), 'nobody asked for the third')

  await t.test('a command is for one, or for all', async (t) => {
    const one = JSON.parse(await daemon.control('status', 'gw2', '--json')) as Status
    t.equal(one.switch, 'gw2')
    t.match(await daemon.control('status'), /switch: gw1[^]*switch: gw2/)
    await t.rejects(daemon.control('status', 'gw3'), /no switch "gw3" here/)
    const asked = await runToEnd(OURS, ['status', 'gw2'], daemonEnv)
    t.match(asked, { status: 0, stdout: /^switch: gw2/ })
    t.notMatch(asked.stdout, /gw1/)
    await daemon.control('retry', 'gw1')
  })

  await t.test('a change goes to the one that it concerns', async (t) => {
    const before = await statuses(daemon)
    await vtepctl('add-ucast-remote', 'net1', '02:00:00:00:01:77', '10.9.1.1')
    await until('it is made', async () => (await flowsOf('gw1')).includes('02:00:00:00:01:77'))
    await until('both are in sync', () => inSync(daemon, 'gw1', 'gw2'))
    const after = await statuses(daemon)
    t.not(after[0]?.entry, before[0]?.entry)
    t.equal(after[1]?.entry, before[1]?.entry, 'the other has nothing to record')
    t.notMatch(await flowsOf('gw2'), '02:00:00:00:01:77')
    await vtepctl('del-ucast-remote', 'net1', '02:00:00:00:01:77')
  })

  await t.test("one's bridge goes and comes back", async () => {
    await vsctl('del-br', 'gw1')
    await until('it is said', async () => (await statuses(daemon)).some((one) => one.missing.length > 0))
    await vtepctl('add-ucast-remote', 'net2', '02:00:00:00:01:78', '10.9.1.2')
    await until('the other goes on', async () => (await flowsOf('gw2')).includes('02:00:00:00:01:78'))
    await vsctl('add-br', 'gw1', '--', 'set', 'bridge', 'gw1', 'datapath_type=dummy', 'fail_mode=secure')
    await vsctl('add-port', 'gw1', 'q1', '--', 'set', 'interface', 'q1', 'type=dummy')
    // its port went with the bridge, and what was bound there
    await until('its port is there', async () => (await vtepctl('list-ports', 'gw1')).includes('q1'))
    await vtepctl('bind-ls', 'gw1', 'q1', '0', 'net1')
    await until('it works again', async () => (await inSync(daemon, 'gw1', 'gw2')) && forwards(1))
  })

  await t.test('one is ended, the other goes on', async (t) => {
    await daemon.control('exit', 'gw1')
    t.ok(await inSync(daemon, 'gw2'))
    t.ok(await forwards(1), 'forwarding stays')
  })
  t.equal(await daemon.stop(), 0)
})

await t.test('a damaged journal, and one that is in use, are nobody else’s trouble', async (t) => {
  const bytes = readFileSync(journalOf('gw1'))
  writeFileSync(journalOf('gw1'), bytes.fill(0x58, 4096))
  const alone = await sandbox.startDaemon(['gw3'])
  const daemon = await sandbox.startDaemon(['gw1', 'gw2', 'gw3'])
  await until('two of them work', () => inSync(daemon, 'gw1', 'gw2'))
  t.match(await daemon.control('status'), /switch: gw3 \(does not work: .*gw3\.journal.*\)/)
  t.match(daemon.output(), /gw1: .*gw1\.journal: damaged/)
  t.equal(await alone.stop(), 0)
  await until('the third works when its journal is free', () => inSync(daemon, 'gw1', 'gw2', 'gw3'))
  t.equal(await daemon.stop(), 0)
})

await t.test('--all follows the switches as they come and go', async (t) => {
  const daemon = await sandbox.startDaemon(['--all'])
  await until('all are in sync', () => inSync(daemon, 'gw1', 'gw2', 'gw3'))
  await addSwitch(4)
  await until('the new one forwards', () => forwards(4, 1, 2, 3))
  await until('all are in sync', () => inSync(daemon, 'gw1', 'gw2', 'gw3', 'gw4'))
  await vtepctl('del-ps', 'gw2')
  await until('it is gone', () => inSync(daemon, 'gw1', 'gw3', 'gw4'))
  t.notMatch(await flowsOf('gw2'), /cookie=0x5654/, 'and nothing of ours is left')
  t.ok(await forwards(1))
  t.equal(await daemon.stop(), 0)
})

await t.test('options that are for one switch are refused', async (t) => {
  for (const args of [
    ['--journal=x', 'gw1', 'gw2'],
    ['--standby', '--all'],
    ['--all', 'gw1'],
  ])
    t.match(await runToEnd(OURS, args, daemonEnv), { status: 64 })
})
