import { exitOf } from './exit-status.js'
import { announce, readinessOf } from './readiness.js'
import { respawn } from './respawn.js'

/**
 * Leaves the program running in a session of its own, without terminal, and ends this process: with 0
 * when the other is ready, with 1 and its error line when it will not be. Ctrl-C before that ends both.
 *
 * The standard streams are not passed on: who reads them, as a shell script does, would wait for the daemon's end.
 */
export async function launch(): Promise<never> {
  const child = respawn('background', { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => typeof child !== 'string' && child.kill(signal))
  const readiness = await readinessOf(child)
  await announce(readiness)
  if (!('error' in readiness)) process.exit(0)
  // who hears that the start failed finds nothing left of it
  await exitOf(child)
  process.exit(1)
}
