import { startScratch } from '../../adapters/scratch/scratch.js'
import './installation.js'
import { patienceSeconds } from './patience.js'

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

/** A scratch switch as our own tools start it, which ends with `owner`; arguments as startScratch's. */
export async function startOvs(
  owner: Owner,
  switchArguments?: readonly string[],
  enter: readonly string[] = [],
  serverArguments: readonly string[] = [],
): Promise<Ovs> {
  const scratch = await startScratch(switchArguments, enter, serverArguments)
  const { directory, env, run, killServer, startServer, killSwitch, startSwitch, keep, stop } = scratch
  owner.teardown(stop)
  return {
    directory,
    env,
    vsctl: (...args) => run('ovs-vsctl', `--timeout=${patienceSeconds}`, ...args),
    vtepctl: (...args) => run('vtep-ctl', ...args),
    ofctl: (...args) => run('ovs-ofctl', ...args),
    appctl: (...args) => run('ovs-appctl', '-t', ...args),
    killServer,
    startServer,
    restartServer: async () => {
      await killServer()
      await startServer()
    },
    restartSwitch: async () => {
      await killSwitch()
      await startSwitch()
    },
    keep,
    stop,
  }
}
