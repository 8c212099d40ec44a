import { execa } from 'execa'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { OURS } from '../support/daemon.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const sandbox = await startSandbox(t, { ports: [], tunnelIp: '10.2.2.1', remotes: [] })
await sandbox.addPhysicalSwitch()

/** Inodes of the TCP sockets that a process listens at. */
function listening(pid: number): readonly string[] {
  const open = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
      } catch {
        return []
      }
    }),
  )
  return ['tcp', 'tcp6']
    .flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .filter(({ 3: state, 9: inode = '' }) => state === '0A' && open.has(inode))
    .map(({ 1: local = '' }) => local)
}

/** Whether a process has taken a signal that was sent to it, by its pending ones (proc(5)). */
function hasTaken(pid: number): boolean {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return [...status.matchAll(/^(?:Sig|Shd)Pnd:\s*(\w+)$/gm)].every(
    ([, mask = '']) => BigInt(`0x${mask}`) === 0n,
  )
}

t.test('SIGUSR1 opens no port of the daemon, nor of the process that keeps it', async (t) => {
  const socket = join(sandbox.directory, 'control')
  const daemon = await sandbox.startDaemon(['--monitor', `--unixctl=${socket}`, 'br0'], { ...OURS, socket })
  const [worker] = readFileSync(`/proc/${daemon.pid}/task/${daemon.pid}/children`, 'utf8').trim().split(' ')
  for (const pid of [daemon.pid, Number(worker)]) {
    for (let i = 0; i < 3; i++) process.kill(pid, 'SIGUSR1')
    await until('the signal is taken', () => Promise.resolve(hasTaken(pid)))
    await daemon.control('status')
    t.strictSame(listening(pid), [], String(pid))
  }
  t.notMatch(daemon.output(), /[Dd]ebugger/)
})

t.test('nor of a time machine', async (t) => {
  const program = join('dist', 'bin', 'vtep-replay.js')
  const served = execa(process.execPath, [program, 'serve', 'test/sample/incident.journal'], {
    reject: false,
    all: true,
  })
  t.teardown(() => served.kill())
  let said = ''
  served.all.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await until('it is served', () => Promise.resolve(/http:/.test(said)))
  const pid = served.pid ?? 0
  const before = listening(pid)
  process.kill(pid, 'SIGUSR1')
  await until('the signal is taken', () => Promise.resolve(hasTaken(pid)))
  t.strictSame(listening(pid), before)
  t.notMatch(said, /[Dd]ebugger/)
})
