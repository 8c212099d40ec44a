import { vlog } from '../vlog/vlog.js'
import { announce } from './readiness.js'
import { launch } from './launch.js'
import { DaemonMonitor } from './monitor.js'
import { ownRole } from './respawn.js'

/** No more than one restart in this time, as in other OVS daemons. */
const RESTART_INTERVAL_MS = 10_000

export interface DaemonOptions {
  /** Go to the background once ready. */
  readonly detach: boolean
  /** Have a second process restart the working one when it fails. */
  readonly monitor: boolean
  /** Leave the current directory, once ready, if in the background. */
  readonly chdir: boolean
  /** Opens the log file; called once in each process that stays. */
  readonly openLog: () => void
  readonly restartIntervalMs?: number
}

/** How the working process tells the user's shell, perhaps long gone, how its start went. */
export interface Startup {
  /** Everything is set up: the user's command returns with 0. */
  ready(): Promise<void>
  /** The start failed for the reason `message`, which the user sees; the caller then exits with 1. */
  failed(message: string): Promise<void>
}

/**
 * Becomes the process that `options` ask for. Returns only in the one that is to do the work, where the
 * pidfile, sockets and databases belong after this call; other processes live and end inside it. Node
 * can't fork, so this program is started again with its arguments: do nothing lasting before.
 */
export async function daemonize(options: DaemonOptions): Promise<Startup> {
  const leave = (): void => {
    if (options.detach && options.chdir) process.chdir('/')
  }
  if (options.detach && ownRole() === 'launcher') return await launch()
  if (options.monitor && ownRole() !== 'worker') return await supervise(options, leave)
  options.openLog()
  return {
    ready: async () => {
      leave()
      await announce({ isReady: true })
    },
    failed: (message) => announce({ error: message }),
  }
}

async function supervise(options: DaemonOptions, leave: () => void): Promise<never> {
  vlog.setSubprogram('monitor')
  options.openLog()
  const monitor = new DaemonMonitor(options.restartIntervalMs ?? RESTART_INTERVAL_MS)
  if (!(await monitor.isUp())) process.exit(1)
  leave()
  await monitor.watch()
  process.exit(0)
}
