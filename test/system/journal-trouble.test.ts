import t, { type Test } from 'tap'
import { execa } from 'execa'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startController } from '../support/controller.js'
import { OURS, type Daemon } from '../support/daemon.js'
import { uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const A = '02:00:00:00:00:0a'

const sandbox = await startSandbox(t, { ports: ['p0', 'p1'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.2'] })
await sandbox.addPhysicalSwitch()
const disk = join(sandbox.directory, 'disk')
mkdirSync(disk)
const file = join(disk, 'br0.journal')
const first = await sandbox.startDaemon(['--journal', file, sandbox.bridge])
const controller = await startController(sandbox)
await controller.write(`
  add-ls ls0
  set Logical_Switch ls0 tunnel_key=33
  bind-ls br0 p0 0 ls0
  bind-ls br0 p1 10 ls0
`)
await first.stop()

const disks = { skip: process.getuid?.() === 0 ? false : 'a disk of its own needs root' }

/** A daemon that sees mounts of its own, made by `mount` at $1, the directory of its journal. */
async function startWithMount(mount: string): Promise<Daemon> {
  const script = `${mount} && shift && exec "$@"`
  const command = [
    'unshare',
    '-m',
    '--propagation',
    'private',
    'sh',
    '-c',
    script,
    'sh',
    disk,
    ...OURS.command,
  ]
  return sandbox.startDaemon(['--journal', file, sandbox.bridge], { ...OURS, command })
}

/** Runs a program where the daemon's disk is seen. */
async function beside(daemon: Daemon, ...command: readonly string[]): Promise<string> {
  return (await execa('nsenter', ['-t', String(daemon.pid), '-m', '--', ...command])).stdout
}

async function journalLine(daemon: Daemon): Promise<string> {
  return /^journal: (.*)$/m.exec(await daemon.control('status'))?.[1] ?? ''
}

async function isSoundAgain(daemon: Daemon): Promise<void> {
  await until('the journal is sound', async () => (await journalLine(daemon)) === file)
}

async function replay(daemon: Daemon, ...list: readonly string[]): Promise<string> {
  const program = join(process.cwd(), 'dist', 'bin', 'vtep-replay.js')
  return beside(daemon, process.execPath, program, ...list, file)
}

let macs = 0
/** A new remote MAC is used: everything but the journal goes on. */
async function goesOn(t: Test): Promise<void> {
  const mac = `02:00:00:00:0e:${String(++macs).padStart(2, '0')}`
  await controller.write(`add-ucast-remote ls0 ${mac} 10.2.2.2`)
  t.strictSame(await sandbox.exitsOf('p0', uniqueFrame(A, mac)), ['10.2.2.2 vni 33'])
}

await t.test(
  'a full disk: forwarding goes on, entries are held, and written when there is room',
  async (t) => {
    const daemon = await startWithMount('mount -t tmpfs -o size=512k tmpfs "$1"')
    await goesOn(t)
    await fill(daemon)
    await goesOn(t)
    // what is written fills the last pages of a file that has room in them
    for (let i = 0; i < 30 && !(await journalLine(daemon)).startsWith('degraded'); i++) await goesOn(t)
    t.match(await journalLine(daemon), /^degraded: .*full; [1-9]\d* entries held in memory, 0 lost$/)
    await goesOn(t)
    await beside(daemon, 'rm', join(disk, 'filler'))
    await isSoundAgain(daemon)
    t.match(
      await replay(daemon, 'verify'),
      /: sound: \d+ entries, [1-9]\d* plans recomputed, [1-9]\d* commands compared$/,
    )
    t.match(daemon.output(), /WARN\|degraded: .*full/)
    t.match(daemon.output(), /is written again, up to entry/)
    t.equal(await daemon.stop(), 0)
  },
)

/** Leaves no room on the daemon's disk. */
async function fill(daemon: Daemon): Promise<void> {
  await beside(daemon, 'sh', '-c', `head -c 1M /dev/zero >"${join(disk, 'filler')}" 2>/dev/null || true`)
}

await t.test(
  'a start on a read-only disk: the history is read, and goes on when it can',
  disks,
  async (t) => {
    const daemon = await startWithMount('mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"')
    await goesOn(t)
    t.match(await journalLine(daemon), /^degraded: .*read-only file system.*; [1-9]\d* entries held/)
    await beside(daemon, 'mount', '-o', 'remount,bind,rw', disk)
    await isSoundAgain(daemon)
    await goesOn(t)
    t.match(await replay(daemon, 'verify'), /: sound: /)
    t.equal((await replay(daemon)).match(/ Started /g)?.length, 2)
    t.equal(await daemon.stop(), 0)
  },
)

await t.test('deleted while in use: a new one begins with what led here', async (t) => {
  const daemon = await sandbox.startDaemon(['--journal', file, sandbox.bridge])
  await goesOn(t)
  rmSync(file)
  await until('it is there again', () => Promise.resolve(readdirSync(disk).includes('br0.journal')))
  await isSoundAgain(daemon)
  await goesOn(t)
  t.match(await replay(daemon), /^ +\d+  .*JournalResumed/)
  t.match(await replay(daemon, 'verify'), /: sound: /)
  t.equal(await daemon.stop(), 0)
})

await t.test('a damaged journal: the daemon begins a new one and says so', async (t) => {
  writeFileSync(file, 'x'.repeat(100), { flag: 'r+' })
  const before = (await sandbox.recorder.changingCommands()).length
  const daemon = await sandbox.startDaemon(['--journal', file, sandbox.bridge])
  t.equal((await sandbox.recorder.changingCommands()).length, before, 'nothing is changed for it')
  t.match(await daemon.control('status'), /^journal: .*br0.journal.damaged-\w+\.\w+, a new journal begins$/m)
  t.match(daemon.output(), /WARN\|.*a new journal begins/)
  await goesOn(t)
  t.equal(await daemon.stop(), 0)
})
