import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { execa } from 'execa'
import t, { type Test } from 'tap'
import { isFailure, type ChildExitStatus } from '../../adapters/daemon/exit-status.js'
import { until } from '../support/until.js'
import { RunDirectory, type Outcome } from '../support/run-directory.js'
import { TINY_DAEMON } from '../support/tiny-daemon-process.js'

t.test('ends after which the monitor restarts', async (t) => {
  const failures = 'ABRT ALRM BUS FPE ILL KILL PIPE SEGV XCPU XFSZ'.split(' ')
  const stops = 'TERM INT HUP QUIT USR1'.split(' ')
  const killedBy = (name: string): ChildExitStatus => ({ code: null, signal: `SIG${name}` as NodeJS.Signals })
  for (const name of failures) t.equal(isFailure(killedBy(name)), true, name)
  for (const name of stops) t.equal(isFailure(killedBy(name)), false, name)
  for (const code of [0, 1, 2, 5, 6]) t.equal(isFailure({ code, signal: null }), code === 5, `exit ${code}`)
})

/** A place for one daemon, whose processes are gone when the test is. */
class Place {
  readonly directory = new RunDirectory()
  readonly #pids = new Set<number>()
  readonly #restartMs: number

  constructor(t: Test, restartMs = 300) {
    this.#restartMs = restartMs
    t.teardown(() => {
      for (const pid of this.#pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
      this.directory.remove()
    })
  }

  /** Runs the daemon's command until it returns to the shell. */
  async command(...args: string[]): Promise<Outcome> {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [TINY_DAEMON, ...args], {
      env: { ...this.directory.env, TINY_RESTART_MS: String(this.#restartMs) },
      cwd: this.directory.path,
      reject: false,
    })
    if (exitCode === 0) this.#pids.add(this.pid()).add(parentOf(this.pid()))
    return { status: exitCode, stdout, stderr }
  }

  pid(): number {
    const pid = Number(readFileSync(this.directory.file('ovs-vtep.pid'), 'utf8'))
    this.#pids.add(pid)
    return pid
  }

  /** The pid of the worker that answers, once it is not `before`. */
  async nextWorker(before: number): Promise<number> {
    return await until('another worker', async () => {
      const { status } = await this.directory.appctl('version')
      return status === 0 && this.pid() !== before && this.pid()
    })
  }

  log(): string {
    return readFileSync(this.directory.file('ovs-vtep.log'), 'utf8')
  }
}

/** State and parent of a process, from proc(5); undefined when it is gone. */
function stat(pid: number): readonly string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  const state = stat(pid)?.[0]
  return state !== undefined && state !== 'Z'
}

function parentOf(pid: number): number {
  return Number(stat(pid)?.[1])
}

/** When the kernel started it, in steps of 10 ms: whoever looks late sees the same. */
function startMsOf(pid: number): number {
  return Number(stat(pid)?.[19]) * 10
}

const DETACHED = ['--detach', '--pidfile', '--log-file', '-vconsole:off']

t.test('--detach returns when the daemon is ready', async (t) => {
  const place = new Place(t)
  t.strictSame(await place.command('br0', ...DETACHED), { status: 0, stdout: '', stderr: '' })
  const pid = place.pid()
  t.match(await place.directory.appctl('cwd'), { status: 0, stdout: /^\/$/ })
  t.equal(stat(pid)?.[3], String(pid), 'it leads a session of its own')
  t.match(await place.command('br0', ...DETACHED), {
    status: 1,
    stderr: `ovs-vtep: ${place.directory.file('ovs-vtep.pid')}: already running as pid ${pid}, aborting`,
  })
  t.equal((await place.directory.appctl('exit')).status, 0)
  await until('the end', () => !isAlive(pid))
  t.notOk(existsSync(place.directory.file('ovs-vtep.pid')))
})

t.test('--no-chdir stays where the user was', async (t) => {
  const place = new Place(t)
  await place.command('br0', ...DETACHED, '--no-chdir')
  t.equal((await place.directory.appctl('cwd')).stdout.trim(), realpathSync(place.directory.path))
})

t.test('a start that fails is told to the user and leaves nothing', async (t) => {
  for (const flags of [['--detach'], ['--detach', '--monitor'], ['--monitor'], []]) {
    const place = new Place(t)
    const name = flags.join(' ') || 'in the foreground'
    const failed = await place.command('broken', '--pidfile', '-vconsole:off', ...flags)
    t.strictSame(failed, { status: 1, stdout: '', stderr: "ovs-vtep: couldn't find OVS bridge broken" }, name)
    t.notOk(existsSync(place.directory.file('ovs-vtep.pid')), name)
  }
  const crashed = await new Place(t).command('crashing', '-vconsole:off', '--detach', '--monitor')
  t.match(crashed, { status: 1, stderr: 'child process exited with status 3 before it was ready' })
})

t.test('--monitor restarts a daemon that failed, and the pidfile leads to the new one', async (t) => {
  const place = new Place(t)
  t.equal((await place.command('br0', ...DETACHED, '--monitor')).status, 0)
  const monitor = parentOf(place.pid())
  let worker = place.pid()
  for (const signal of ['SIGSEGV', 'SIGKILL'] as const) {
    process.kill(worker, signal)
    const next = await place.nextWorker(worker)
    t.match(
      place.log(),
      new RegExp(`\\|monitor\\(monitor\\)\\|ERR\\|pid ${worker} was killed by ${signal}, restarting`),
    )
    worker = next
  }
  await place.directory.appctl('die', '5')
  const last = await place.nextWorker(worker)
  t.equal(parentOf(last), monitor)
  t.match(place.log(), `pid ${worker} exited with status 5, restarting`)
  t.equal(place.log().match(/\|tiny\|INFO\|started/g)?.length, 4)

  await place.directory.appctl('exit')
  await until('the end of both', () => !isAlive(last) && !isAlive(monitor))
  t.match(place.log(), `pid ${last} exited with status 0, exiting`)
})

t.test('--monitor keeps restarts apart', async (t) => {
  const place = new Place(t)
  await place.command('br0', ...DETACHED, '--monitor')
  let worker = place.pid()
  const startedMs: number[] = []
  for (let restart = 0; restart < 3; restart++) {
    process.kill(worker, 'SIGKILL')
    worker = await place.nextWorker(worker)
    startedMs.push(startMsOf(worker))
  }
  const [first = 0, , third = 0] = startedMs
  t.ok(third - first >= 2 * 300 - 20, `two pauses in ${third - first} ms`)
})

t.test('--monitor bears it that no daemon can be started', async (t) => {
  const place = new Place(t)
  // arguments and environment may take a quarter of the stack, and 128 KiB
  const much = Array.from({ length: 10 }, (_, i) => `MUCH_${i}`)
  for (const name of much) process.env[name] = 'x'.repeat(50_000)
  const { status } = await place.command('br0', ...DETACHED, '--monitor')
  for (const name of much) Reflect.deleteProperty(process.env, name)
  t.equal(status, 0)
  const [worker, monitor] = [place.pid(), parentOf(place.pid())]
  const limit = (bytes: number) => execa('prlimit', ['--pid', String(monitor), `--stack=${bytes}:`])
  await limit(256 * 1024)
  process.kill(worker, 'SIGKILL')
  await until('it was tried in vain', () =>
    /can't be started: argument list too long, restarting/.test(place.log()),
  )
  await limit(8 * 1024 * 1024)
  t.equal(parentOf(await place.nextWorker(worker)), monitor)
  process.kill(monitor, 'SIGTERM')
  await until('the end', () => !isAlive(monitor))
})

t.test('--monitor ends with a daemon that ended otherwise', async (t) => {
  for (const status of ['0', '1']) {
    const place = new Place(t)
    await place.command('br0', ...DETACHED, '--monitor')
    const [worker, monitor] = [place.pid(), parentOf(place.pid())]
    await place.directory.appctl('die', status)
    await until('the end of both', () => !isAlive(worker) && !isAlive(monitor))
    t.match(place.log(), `pid ${worker} exited with status ${status}, exiting`)
  }
})

t.test('SIGTERM to either process ends both', async (t) => {
  for (const target of ['monitor', 'worker'] as const) {
    const place = new Place(t)
    await place.command('br0', ...DETACHED, '--monitor')
    const pids = { worker: place.pid(), monitor: parentOf(place.pid()) }
    process.kill(pids[target], 'SIGTERM')
    await until('the end of both', () => !isAlive(pids.worker) && !isAlive(pids.monitor))
    t.notOk(existsSync(place.directory.file('ovs-vtep.pid')))
  }
})

t.test('a second restart that is due later does not hold up the end', async (t) => {
  const place = new Place(t, 3_600_000)
  t.equal((await place.command('br0', ...DETACHED, '--monitor')).status, 0)
  const [worker, monitor] = [place.pid(), parentOf(place.pid())]
  process.kill(worker, 'SIGKILL')
  const second = await place.nextWorker(worker)
  process.kill(second, 'SIGKILL')
  await until('the pause', () => place.log().includes(`pid ${second} was killed by SIGKILL, restarting`))
  process.kill(monitor, 'SIGTERM')
  await until('the end', () => !isAlive(monitor))
})
