import t from 'tap'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { readEntries } from '../../journal/reader.js'
import { verify } from '../../lib/history/verify.js'
import type { Event } from '../../lib/model/event.js'
import type { Status } from '../../lib/words/status.js'
import type { RecordedCommand } from '../support/command-recorder.js'
import { startController } from '../support/controller.js'
import { type Daemon, OURS, runToEnd } from '../support/daemon.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { localMacs } from '../support/local-macs.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'
import { usualUnderlay, writeUsualNetwork } from '../support/usual-network.js'

const A = '02:00:00:00:00:0a'
const REMOTE = '02:00:00:00:0e:01'
const PAIR = ['--standby', '--audit-interval=0', 'br0']

const sandbox = await startSandbox(t, usualUnderlay)
await sandbox.addPhysicalSwitch()
const journal = join(sandbox.directory, 'vtep', 'br0.journal')
const refusal = (args: readonly string[]) => runToEnd(OURS, args, sandbox.daemonEnv)

let active = await sandbox.startDaemon(PAIR)
let standby = await sandbox.startDaemon(PAIR)
const controller = await startController(sandbox)
await writeUsualNetwork(controller, REMOTE)

const statusOf = async (daemon: Daemon): Promise<Status> =>
  JSON.parse(await daemon.control('status', '--json')) as Status
const isActive = async (daemon: Daemon): Promise<boolean> => {
  const { role, isInSync } = await statusOf(daemon)
  return role === 'active' && isInSync
}
const events = (): Event[] => [...readEntries(journal)].map(({ event }) => event)
const plans = (): number => events().filter(({ type }) => type === 'Planned').length
/** Those of the daemons; ovs-appctl is ours. */
const changes = async (): Promise<readonly RecordedCommand[]> =>
  (await sandbox.recorder.changingCommands()).filter(({ program }) => program !== 'ovs-appctl')
const commands = async (): Promise<number> => (await changes()).length
const flowTo = async (mac: string): Promise<boolean> =>
  (await sandbox.ofctl('-O', 'OpenFlow14', 'dump-flows', 'br0', 'table=20')).includes(`dl_dst=${mac}`)

const knowsFlows = async (daemon: Daemon): Promise<boolean> =>
  (await statusOf(daemon)).knowledge.flows === 'current'
const dumps = async (): Promise<number> =>
  (await sandbox.recorder.commands()).filter(({ args }) => args.includes('dump-flows')).length

/** The one of the two that works, all done; the other stands by. */
async function settled(one: Daemon, other: Daemon): Promise<{ active: Daemon; standby: Daemon }> {
  return until('one is active and the other stands by', async () => {
    if ((await isActive(one)) && (await statusOf(other)).role === 'standby')
      return { active: one, standby: other }
    return (
      (await isActive(other)) && (await statusOf(one)).role === 'standby' && { active: other, standby: one }
    )
  })
}

/** How long something took: said, never asserted. */
async function measured(
  t: { comment(text: string): void },
  what: string,
  work: () => Promise<unknown>,
): Promise<void> {
  const startMs = performance.now()
  await work()
  t.comment(`${what}: ${Math.round(performance.now() - startMs)} ms`)
}

await t.test('one works, the other stands by and follows', async (t) => {
  await sandbox.exitsOf('p0', uniqueFrame(A, BROADCAST))
  await until('A is reported', async () => (await localMacs(sandbox.vtepctl, 'ls0')).includes(A))
  await until('the active one rests', () => isActive(active))
  const { flows, entry } = await statusOf(active)
  await until('the other knows as much', async () => (await statusOf(standby)).entry === entry)
  t.match(await statusOf(standby), {
    role: 'standby',
    switch: 'br0',
    flows: { installed: flows.installed, desired: flows.desired },
    knowledge: { vtep: 'current', ovs: 'current' },
    journal: { file: journal, trouble: null },
  })
  t.match(await active.control('status'), /^switch: br0 \(running, active\)$/m)
  t.match(await standby.control('status'), /^switch: br0 \(standby, /m)
  for (const command of [['retry'], ['exit', '--cleanup']])
    await t.rejects(standby.control(...command), /this one stands by, ask the active one/, command.join(' '))
  t.equal((await refusal(['br0'])).status, 1, 'without the option another is refused as ever')
  t.match(standby.output(), /standing by for switch "br0"/)
})

await t.test('a killed one is followed by the other, which sends nothing when nothing changed', async (t) => {
  await until('the other knows the flow tables, too', () => knowsFlows(standby))
  const [before, planned, dumped] = [await commands(), plans(), await dumps()]
  await measured(t, 'killed → active and in sync', async () => {
    await active.kill()
    await until('the other is active', () => isActive(standby))
  })
  t.equal(await dumps(), dumped, 'nor has it to look at the flows again')
  t.equal(await commands(), before)
  t.equal(plans(), planned, 'to neither of the databases')
  t.match(standby.output(), /active for switch "br0"/)
  t.strictSame([...verify(readEntries(journal))], [], 'one history')
  t.ok((await localMacs(sandbox.vtepctl, 'ls0')).includes(A))
  active = standby
  standby = await sandbox.startDaemon(PAIR)
})

await t.test('what was changed while nobody worked is made, and nothing else', async (t) => {
  const mac = '02:99:00:00:00:01'
  process.kill(standby.pid, 'SIGSTOP')
  const before = await commands()
  await active.kill()
  await sandbox.vtepctl('add-ucast-remote', 'ls0', mac, '10.2.2.3')
  t.notOk(await flowTo(mac))
  await measured(t, 'woken → the flow is there', async () => {
    process.kill(standby.pid, 'SIGCONT')
    await until('the flow is there', () => flowTo(mac))
  })
  const sent = (await changes()).slice(before)
  t.equal(sent.length, 1)
  const lines = (sent[0]?.stdin ?? '').split('\n').filter((line) => line !== '')
  t.ok(lines.length === 1 && lines[0]?.includes(mac), lines.join('\n'))
  active = standby
  standby = await sandbox.startDaemon(PAIR)
})

await t.test('a flow that somebody removed while nobody worked comes back', async () => {
  await settled(active, standby)
  await until('the other knows the flow tables', () => knowsFlows(standby))
  process.kill(standby.pid, 'SIGSTOP')
  await active.kill()
  await sandbox.ofctl('-O', 'OpenFlow14', 'del-flows', 'br0', `table=20,dl_dst=${REMOTE}`)
  process.kill(standby.pid, 'SIGCONT')
  await until('it is there again', () => flowTo(REMOTE))
  active = standby
  standby = await sandbox.startDaemon(PAIR)
})

await t.test('a change at the moment of death is made by the other', async (t) => {
  const mac = '02:99:00:00:00:02'
  await measured(t, 'killed → the change is in the switch', async () => {
    await active.kill()
    await sandbox.vtepctl('add-ucast-remote', 'ls0', mac, '10.2.2.3')
    await until('the flow is there', () => flowTo(mac))
  })
  active = standby
  standby = await sandbox.startDaemon(PAIR)
})

await t.test('one whose lock is stolen stops, until it has it again', async (t) => {
  const mac = '02:99:00:00:00:03'
  await settled(active, standby)
  const before = await commands()
  const server = `unix:${join(sandbox.directory, 'db.sock')}`
  const thief = spawn('ovsdb-client', ['steal', server, 'ovs_vtep_br0'], { stdio: 'ignore' })
  t.teardown(() => thief.kill())
  await until('nobody is active', async () => {
    const roles = await Promise.all([active, standby].map(async (one) => (await statusOf(one)).role))
    return roles.every((role) => role === 'standby')
  })
  t.match(events().at(-1), { type: 'Stopped', reason: 'the lock is lost' })
  await sandbox.vtepctl('add-ucast-remote', 'ls0', mac, '10.2.2.3')
  // both have heard of it when their sessions have
  await until('both still stand by', async () => {
    const all = await Promise.all([active, standby].map(statusOf))
    return all.every(({ role, knowledge }) => role === 'standby' && knowledge.vtep === 'current')
  })
  t.notOk(await flowTo(mac))
  t.equal(await commands(), before)
  t.match(active.output(), /the lock is lost, no longer active/)
  thief.kill()
  await once(thief, 'exit')
  await until('the flow is there', () => flowTo(mac))
  ;({ active, standby } = await settled(active, standby))
  t.equal(await commands(), before + 1)
})

await t.test('after a restart of the server one of them is active', async (t) => {
  await settled(active, standby)
  const before = await commands()
  await sandbox.restartServer()
  ;({ active, standby } = await settled(active, standby))
  const sent = (await changes()).slice(before)
  t.strictSame(
    sent.filter(({ program }) => program === 'ovs-ofctl'),
    [],
  )
  await controller.write(`add-ucast-remote ls0 02:99:00:00:00:04 10.2.2.3`)
  ;({ active, standby } = await settled(active, standby))
})

await t.test('one that hangs is replaced, and gives way when it wakes', async (t) => {
  const mac = '02:99:00:00:00:05'
  process.kill(active.pid, 'SIGSTOP')
  // what the server does with a connection that does not answer its probes
  await sandbox.appctl('ovsdb-server', 'ovsdb-server/reconnect')
  await sandbox.vtepctl('add-ucast-remote', 'ls0', mac, '10.2.2.3')
  await measured(t, 'frozen → the change is in the switch', () =>
    until('the flow is there', () => flowTo(mac)),
  )
  t.match(await statusOf(standby), { role: 'active', journal: { trouble: /another process writes/ } })
  process.kill(active.pid, 'SIGCONT')
  ;({ active, standby } = await settled(active, standby))
  await until('all is in a journal again', async () => (await statusOf(active)).journal.trouble === null)
  t.strictSame([...verify(readEntries(journal))].slice(0, 3), [])
})

await t.test('one that is told to exit hands over, the last one leaves nobody', async (t) => {
  const before = await commands()
  await active.control('exit')
  t.equal(await active.ended, 0)
  await until('the other is active', () => isActive(standby))
  t.strictSame((await changes()).slice(before), [], 'nothing had to be done')
  await standby.control('exit', '--cleanup')
  t.equal(await standby.ended, 0)
  t.notMatch(await sandbox.ofctl('dump-flows', 'br0'), /cookie=0x56/)
  t.match(
    execFileSync(process.execPath, ['dist/bin/vtep-replay.js', 'verify', journal], { encoding: 'utf8' }),
    /./,
  )
})

await t.test('beside one that knows nothing of it there is no standing by', async (t) => {
  const alone = await sandbox.startDaemon()
  const { status, stderr } = await refusal(PAIR)
  t.equal(status, 1)
  const [reason] = /^ovs-vtep: .*/m.exec(stderr) ?? []
  t.equal(
    reason,
    `ovs-vtep: ${journal}: another process writes this journal, and does not take part in --standby`,
  )
  t.match(await statusOf(alone), { role: 'alone' })
  t.match(await alone.control('status'), /^switch: br0 \(running\)$/m)
})
