import t from 'tap'
import { copyFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readEntries } from '../../journal/reader.js'
import type { Event } from '../../lib/model/event.js'
import { startController } from '../support/controller.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { localMacs } from '../support/local-macs.js'
import { startSandbox } from '../support/sandbox.js'
import { tunnelRow } from '../support/tunnel-rows.js'
import { until } from '../support/until.js'

const A = '02:00:00:00:00:0a'
const C = '02:00:00:00:00:0c'
const REMOTE = '02:00:00:00:0e:01'
const NEWER = '02:00:00:00:0e:02'

const sandbox = await startSandbox(t, {
  ports: ['p0', 'p1'],
  tunnelIp: '10.2.2.1',
  remotes: ['10.2.2.2', '10.2.2.3'],
})
await sandbox.addPhysicalSwitch()
await sandbox.vsctl('set-fail-mode', 'br0', 'standalone')
const daemon = await sandbox.startDaemon()
const controller = await startController(sandbox)
await controller.write(`
  add-ls ls0
  set Logical_Switch ls0 tunnel_key=33
  bind-ls br0 p0 0 ls0
  add-mcast-remote ls0 unknown-dst 10.2.2.2
  add-ucast-remote ls0 ${REMOTE} 10.2.2.3
`)

const status = (): Promise<string> => daemon.control('status')
const inSync = () => until('in sync', async () => /^in sync: yes/m.test(await status()))
const flows = async (): Promise<string> => {
  const dump = await sandbox.ofctl('-O', 'OpenFlow14', '--no-stats', 'dump-flows', 'br0')
  return dump
    .split('\n')
    .filter((line) => line.includes('actions=') && !line.includes('table=21'))
    .sort()
    .join('\n')
}
const eventsNow = (): readonly Event[] => {
  const journal = join(sandbox.directory, 'vtep', 'br0.journal')
  return [...readEntries(journal)].map(({ event }) => event)
}

/** What was recorded, and which flows were changed by commands, while `happens` and until all is well again. */
async function consequences(
  happens: () => Promise<void>,
): Promise<{ readonly events: readonly Event[]; readonly bundles: readonly string[] }> {
  await inSync()
  const [events, commands] = [eventsNow().length, (await sandbox.recorder.changingCommands()).length]
  await happens()
  const isLost = (source: string) =>
    eventsNow()
      .slice(events)
      .some((event) => event.type === 'SourceLost' && event.source === source)
  await until('the loss was noticed', () => isLost('vtep') && isLost('ovs'))
  await inSync()
  const since = (await sandbox.recorder.changingCommands()).slice(commands)
  return { events: eventsNow().slice(events), bundles: since.flatMap(({ stdin }) => stdin ?? []) }
}

await t.test('an ovsdb-server that is away for a while changes no flow', async (t) => {
  await sandbox.exitsOf('p0', uniqueFrame(A, BROADCAST))
  await until('A is reported', async () => (await localMacs(sandbox.vtepctl, 'ls0')).includes(A))
  const tunnel = await tunnelRow(sandbox, '10.2.2.2')
  await tunnel.set('bfd_params', { enable: 'true' })
  const hasState = async () => 'state' in (await tunnel.status())
  await until('the tunnel has a status', hasState)
  await inSync()
  const before = await flows()
  const saidBefore = daemon.output().length
  const { events, bundles } = await consequences(async () => {
    await sandbox.killServer()
    await rm(join(sandbox.directory, 'db.sock'), { force: true })
    await until('it is said', async () => /^connected: .*\bno\b|lost/m.test(await status()))
    await sandbox.startServer()
  })
  t.strictSame(bundles, [])
  t.equal(await flows(), before, 'when it is back')
  const catchUps = events.filter((event) => event.type === 'VtepUpdated' && event.isCatchUp)
  t.ok(catchUps.length <= 1, 'what came meanwhile is one event')
  await until('what a server keeps in memory only is written again', hasState)
  t.ok((await localMacs(sandbox.vtepctl, 'ls0')).includes(A))
  const warnings = daemon
    .output()
    .slice(saidBefore)
    .split('\n')
    .filter((line) => line.includes('|WARN|'))
  for (const source of ['vtep', 'ovs']) {
    const told = warnings.flatMap(
      (line) => new RegExp(`SourceLost +${source}: ([^;]+);`).exec(line)?.[1] ?? [],
    )
    t.equal(told.length, 1)
    const alone = warnings.filter((line) => line.includes('|ovsdb|') && line.endsWith(told[0] ?? ''))
    t.strictSame(alone, [], 'a loss is warned of once, with what it means')
  }
})

await t.test('a file that was put in the place of the database is caught up with in one event', async (t) => {
  const [file, older] = ['vtep.db', 'older.db'].map((name) => join(sandbox.directory, name)) as [
    string,
    string,
  ]
  await copyFile(file, older)
  const before = await flows()
  await controller.write(`add-ucast-remote ls0 ${NEWER} 10.2.2.3`)
  const { events, bundles } = await consequences(async () => {
    await sandbox.killServer()
    await rename(older, file)
    await sandbox.startServer()
  })
  const catchUps = events.filter((event) => event.type === 'VtepUpdated' && event.isCatchUp)
  t.equal(catchUps.length, 1)
  t.equal(bundles.length, 1)
  const lines = (bundles[0] ?? '').split('\n').filter((line) => line.includes('table='))
  t.ok(
    lines.every((line) => line.startsWith('flow delete') && /02:00:00:00:0e:02|02:ca:/.test(line)),
    `only what the older file lacks is deleted: ${lines.join('\n')}`,
  )
  t.equal(await flows(), before)
})

await t.test('a switch that is started anew forwards nothing until it is told what', async (t) => {
  await sandbox.exitsOf('p0', uniqueFrame(A, BROADCAST))
  await until('A is reported', async () => (await localMacs(sandbox.vtepctl, 'ls0')).includes(A))
  const before = await flows()
  process.kill(daemon.pid, 'SIGSTOP')
  try {
    await sandbox.restartSwitch()
    // what A sends here it might learn from afterwards
    t.strictSame(await sandbox.exitsOf('p0', uniqueFrame(C, REMOTE)), [])
    t.strictSame(await sandbox.exitsOf('p0', uniqueFrame(C, BROADCAST)), [])
  } finally {
    process.kill(daemon.pid, 'SIGCONT')
  }
  await until('the flows are back', async () => (await flows()) === before)
  await until('A is forgotten', async () => !(await localMacs(sandbox.vtepctl, 'ls0')).includes(A))
  t.strictSame(await sandbox.exitsOf('p0', uniqueFrame(A, REMOTE)), ['10.2.2.3 vni 33'])
  await until('A is reported again', async () => (await localMacs(sandbox.vtepctl, 'ls0')).includes(A))
})

await t.test('exit --cleanup gives the bridge its way to fail back', async (t) => {
  t.equal(await sandbox.vsctl('get-fail-mode', 'br0'), 'secure')
  await daemon.control('exit', '--cleanup')
  t.equal(await daemon.ended, 0)
  t.equal(await sandbox.vsctl('get-fail-mode', 'br0'), 'standalone')
})
