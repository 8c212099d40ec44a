import type { Daemon } from './switch-daemon.js'

/** How long a start is waited for: the switch may be gone again, and a script or the service manager must go on. */
const longestMs = 60_000

/**
 * Resolves when the daemon is ready, which has one meaning for `--detach` and for the service manager: it is settled. Gives
 * whether it is; false: that takes longer than anybody should wait for. Resolves also when it ends, and rejects with `ended`.
 */
export async function up(
  { settled, ended }: Pick<Daemon, 'settled' | 'ended'>,
  mostMs = longestMs,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), mostMs)
  })
  try {
    return await Promise.race([settled.then(() => true), ended.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
