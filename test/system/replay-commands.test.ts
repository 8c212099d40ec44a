import t from 'tap'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { openRecording } from '../../journal/recording.js'
import type { Entry } from '../../lib/model/event.js'
import { startController } from '../support/controller.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { journalOf, ownDirectory } from '../support/recorded.js'
import { replayProgramFile } from '../support/replays.js'
import { startSandbox, type Sandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'
import { writeUsualNetwork } from '../support/usual-network.js'

const remotes = ['10.2.2.2', '10.2.2.3']
const recorded = await startSandbox(t, { ports: ['p0', 'p1'], tunnelIp: '10.2.2.1', remotes })
await recorded.ofctl('add-flow', 'br0', 'table=100,priority=7,actions=drop')
await recorded.addPhysicalSwitch()
const daemon = await recorded.startDaemon()
const controller = await startController(recorded)
await writeUsualNetwork(controller, '02:00:00:00:0e:01')
const journal = join(recorded.directory, 'vtep', 'br0.journal')
await recorded.inject('p0', uniqueFrame('02:00:00:00:00:01', BROADCAST))
await until('the MAC is learned', () => events().some(({ type }) => type === 'MacsLearned'))
await recorded.ofctl('del-flows', 'br0', 'table=20')
await until('the flows are back', () => events().at(-1)?.type === 'Applied' && events().some(isDrift))
await daemon.stop()

function entries(): readonly Entry[] {
  const recording = openRecording(journal)
  try {
    return [...recording.entries()]
  } finally {
    recording.close()
  }
}

function events(): readonly Entry['event'][] {
  return entries().map(({ event }) => event)
}

function isDrift(event: Entry['event']): boolean {
  return event.type === 'FlowsObserved' && event.isDrift && event.absent.length > 0
}

/** Flows but for those that were learned, and those of others. */
async function flows({ ofctl }: Sandbox): Promise<readonly string[]> {
  const dump = await ofctl('-O', 'OpenFlow14', '--no-stats', '--no-names', 'dump-flows', 'br0')
  return dump
    .split('\n')
    .filter((line) => line.includes('actions=') && line.includes('cookie=0x5654'))
    .sort()
}

/** vtep-replay, whatever its exit status. */
const replay = (list: readonly string[], env: Record<string, string> = {}) =>
  execa(process.execPath, [replayProgramFile, ...list], { reject: false, stdin: 'ignore', env })

t.test('commands: the printed script gives another switch the same ports and flows', async (t) => {
  const { stdout: script } = await replay(['commands', journal])
  const scratch = await startSandbox(t, { ports: [], tunnelIp: '10.2.2.1', remotes })
  await execa('/bin/sh', ['-e'], { env: scratch.env, input: script })
  t.strictSame(await flows(scratch), await flows(recorded))
  const ports = async ({ vsctl }: Sandbox) => (await vsctl('list-ports', 'br0')).split('\n').sort()
  t.strictSame(await ports(scratch), await ports(recorded))
})

t.test('apply: a position on a scratch switch has the flows that the journal says', async (t) => {
  const { stdout, stderr, exitCode } = await replay(['apply', journal, '--sandbox'])
  const count = (await flows(recorded)).length
  t.match({ exitCode, stderr }, { exitCode: 0, stderr: '' })
  t.match(stdout, /^dummies in place of devices: .*p0, p1$/m)
  t.match(stdout, new RegExp(`: as recorded: ${count} flows recorded, ${count} in the scratch switch$`))
})

t.test('apply --history: all that was applied, and what others did, leads to the same flows', async (t) => {
  const drift = entries().find(({ event }) => isDrift(event))?.seq ?? 0
  for (const at of ['HEAD', String(drift)]) {
    const { stdout, exitCode } = await replay(['apply', journal, '--sandbox', '--history', '--at', at])
    t.equal(exitCode, 0, stdout)
    t.match(stdout, /: as recorded: /)
  }
})

t.test('apply: differences are named, and a recorded plan that is none is not run', async (t) => {
  const changed = entries().map((entry): Entry => {
    const { event } = entry
    if (event.type !== 'Planned' || event.batch.kind !== 'flows') return entry
    const add = event.batch.add.filter(({ key }) => !key.includes('02:00:00:00:0e:01'))
    return { ...entry, event: { ...event, batch: { ...event.batch, add } } }
  })
  const file = journalOf(changed, ownDirectory(t), 'changed')
  const { stdout, exitCode } = await replay(['apply', file, '--sandbox', '--history', '--json'])
  const { troubles, differences } = JSON.parse(stdout) as {
    troubles: readonly { reason: string }[]
    differences: readonly { key: string }[]
  }
  t.equal(exitCode, 2)
  t.ok(troubles.length > 0)
  t.ok(troubles.every(({ reason }) => reason.includes('the recorded plan is not what')))
  t.match(differences, [{ key: /dl_dst=02:00:00:00:0e:01/, before: null, after: /^flow add/ }])
})

t.test('bisect: by predicate and by a command of the user, the same entry, with its cause', async (t) => {
  const mac = '02:00:00:00:0e:01'
  const all = entries()
  const isApplied = ({ event }: Entry) => event.type === 'Applied' && event.lane === 'switch'
  const planned = all.find(({ event }) => JSON.stringify(event).includes(`dl_dst=${mac}`))?.seq ?? 0
  const seq = all.find((entry) => entry.seq > planned && isApplied(entry))?.seq ?? 0
  const byPredicate = await replay([
    'bisect',
    journal,
    '--bad',
    `flow:dl_dst=${mac}`,
    '--to',
    String(seq + 1),
  ])
  t.equal(byPredicate.exitCode, 0, byPredicate.stderr)
  t.match(byPredicate.stdout, new RegExp(`^entry ${seq} is the first bad one, ${seq - 1} is good`))
  const words = `test "$VTEP_POSITION" -lt 3 && exit 125; ! ovs-ofctl dump-flows "$VTEP_BRIDGE" | grep -q dl_dst=${mac}`
  const byCommand = await replay([
    'bisect',
    journal,
    '--run',
    words,
    '--to',
    String(seq + 1),
    '--good',
    String(seq - 2),
    '--json',
  ])
  t.match(JSON.parse(byCommand.stdout || '{}'), { good: seq - 1, bad: seq }, byCommand.stderr)
  const row = await replay(['bisect', journal, '--bad', `mac:${mac}@10.2.2.3`])
  t.match(row.stdout, /^entry \d+ is the first bad one[^]*insert Ucast_Macs_Remote[^]*Planned /)
  const none = await replay(['bisect', journal, '--run', 'no-such-command-here'])
  t.match(none, { exitCode: 1, stderr: /vtep-replay: --run "no-such-command-here": can't be run/ })
})

t.test('a scratch switch goes with its tool, also when that is killed', async (t) => {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    const TMPDIR = ownDirectory(t)
    const tool = replay(['apply', journal, '--sandbox', '--history'], { TMPDIR })
    const mine = () =>
      readdirSync(TMPDIR).find((name) => existsSync(join(TMPDIR, name, 'ovs-vswitchd.pid'))) ?? null
    const box = join(TMPDIR, await until('a scratch switch runs', mine))
    const pids = ['ovsdb-server', 'ovs-vswitchd'].map((name) =>
      readFileSync(join(box, `${name}.pid`), 'utf8').trim(),
    )
    tool.kill(signal)
    await tool
    await until(`all is gone after ${signal}`, () => !existsSync(box))
    const isRunning = (pid: string) =>
      existsSync(`/proc/${pid}`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
    t.notOk(pids.some(isRunning))
  }
})

t.test('apply: without the programs of Open vSwitch it says which is missing', async (t) => {
  const { exitCode, stderr } = await replay(['apply', journal, '--sandbox'], { OVS_PKGDATADIR: '/nowhere' })
  t.equal(exitCode, 1)
  t.equal(
    stderr,
    'vtep-replay: a scratch switch needs vswitch.ovsschema of Open vSwitch: not found in /nowhere',
  )
})
