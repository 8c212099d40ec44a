import { execa } from 'execa'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atProcessEnd } from './process-end.js'
import { until } from './until.js'

/** Whoever started a rig and ends it: tap's test, the demo, the benchmark. */
export interface Owner {
  teardown(stop: () => Promise<void>): void
}

export type Environment = Readonly<Record<string, string>>

/** Gives the program's standard output without its last newline; rejects when it exits with another status than 0. */
export type Run = (...args: readonly string[]) => Promise<string>

/** Open vSwitch in a directory of its own: one ovsdb-server with both databases on `db.sock`, one ovs-vswitchd. */
export interface Ovs {
  readonly directory: string
  /** What makes Open vSwitch's programs talk to this instance. */
  readonly env: Environment
  readonly vsctl: Run
  readonly vtepctl: Run
  readonly ofctl: Run
  /** The first argument is the target, as in `ovs-appctl -t`. */
  readonly appctl: Run
  /** Kills ovsdb-server and starts it again on the same files. */
  restartServer(): Promise<void>
  /** The same in two steps. */
  killServer(): Promise<void>
  startServer(): Promise<void>
  /** Kills ovs-vswitchd and starts it again. */
  restartSwitch(): Promise<void>
  /** Lets it outlive this process, unless `stop` is called. */
  readonly keep: () => void
  /** Stops all daemons and removes the directory. Stopping twice is not an error. */
  stop(): Promise<void>
}

const SCHEMAS = '/usr/share/openvswitch'
/** Where Debian has daemons; not on the PATH of ordinary users. */
export const DAEMONS = '/usr/sbin'
const VSCTL_TIMEOUT_S = 20

/**
 * Starts the two daemons; `vswitchdArgs` choose the datapaths, `enter` is a command prefix that runs ovs-vswitchd
 * elsewhere, in a network namespace say, and `serverArgs` are for ovsdb-server. When the start fails nothing is left behind.
 */
export async function startOvs(
  owner: Owner,
  vswitchdArgs: readonly string[],
  enter: readonly string[] = [],
  serverArgs: readonly string[] = [],
): Promise<Ovs> {
  const directory = await mkdtemp(join(tmpdir(), 'vtep-box-'))
  const env = {
    OVS_RUNDIR: directory,
    OVS_LOGDIR: directory,
    OVS_DBDIR: directory,
    OVS_SYSLOG_METHOD: 'null',
  }
  const run = async (program: string, ...args: readonly string[]): Promise<string> =>
    (await execa(program, args, { env, cwd: directory, stdin: 'ignore' })).stdout

  const keep = atProcessEnd(() => {
    killAll(directory)
    rmSync(directory, { recursive: true, force: true })
  })
  const stop = async (): Promise<void> => {
    keep()
    killAll(directory)
    await until('Open vSwitch has ended', () => pidsIn(directory).every((pid) => !isAlive(pid)))
    await rm(directory, { recursive: true, force: true })
  }
  owner.teardown(stop)

  await run('ovsdb-tool', 'create', 'conf.db', join(SCHEMAS, 'vswitch.ovsschema'))
  await run('ovsdb-tool', 'create', 'vtep.db', join(SCHEMAS, 'vtep.ovsschema'))
  const daemonized = ['--detach', '--no-chdir', '--pidfile', '--log-file', '-vconsole:off']
  const remote = `--remote=punix:${join(directory, 'db.sock')}`
  const startServer = () =>
    run(join(DAEMONS, 'ovsdb-server'), ...daemonized, remote, ...serverArgs, 'conf.db', 'vtep.db')
  await startServer()
  const vsctl: Run = (...args) => run('ovs-vsctl', `--timeout=${VSCTL_TIMEOUT_S}`, ...args)
  await vsctl('--no-wait', 'init')
  const [program = '', ...args] = [...enter, join(DAEMONS, 'ovs-vswitchd'), ...daemonized, ...vswitchdArgs]
  const startSwitch = () => run(program, ...args)
  await startSwitch()

  const restart = async (name: 'ovs-vswitchd' | 'ovsdb-server', start: () => Promise<unknown>) => {
    await killed(directory, name)
    await start()
  }

  return {
    directory,
    env,
    vsctl,
    vtepctl: (...args) => run('vtep-ctl', ...args),
    ofctl: (...args) => run('ovs-ofctl', ...args),
    appctl: (...args) => run('ovs-appctl', '-t', ...args),
    killServer: () => killed(directory, 'ovsdb-server'),
    startServer: async () => {
      await startServer()
    },
    restartServer: () => restart('ovsdb-server', startServer),
    restartSwitch: () => restart('ovs-vswitchd', startSwitch),
    keep,
    stop,
  }
}

async function killed(directory: string, name: string): Promise<void> {
  const pids = pidsIn(directory, [name])
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await until(`${name} has ended`, () => !pids.some(isAlive))
}

function killAll(directory: string): void {
  for (const pid of pidsIn(directory)) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
}

/** Of Open vSwitch's daemons, and of an emulator that detached. */
function pidsIn(
  directory: string,
  names: readonly string[] = ['ovs-vtep', 'ovs-vswitchd', 'ovsdb-server'],
): readonly number[] {
  return names.flatMap((name) => {
    try {
      return [Number(readFileSync(join(directory, `${name}.pid`), 'utf8'))]
    } catch {
      return [] // not started, or stopped before
    }
  })
}

/** One that has ended counts no more, though in some containers it is long until anybody takes note of it. */
function isAlive(pid: number): boolean {
  try {
    const isEnding = /\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
    // its other threads may still hold its files, locks among them
    return !isEnding || readdirSync(`/proc/${pid}/task`).length > 1
  } catch {
    return false
  }
}
