import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { hasCode } from '../error-code.js'

/** Who may run in a scratch directory: Open vSwitch's daemons, and an emulator that detached. */
const names = ['ovs-vtep', 'ovs-vswitchd', 'ovsdb-server']
const pollMs = 20
const deadlineMs = 10_000

/** Kills the daemons of this name, or all of them, whose pidfiles lie in `directory`; resolves when they have ended. */
export async function endDaemons(directory: string, name?: string): Promise<void> {
  const pids = pidsIn(directory, name === undefined ? names : [name])
  for (const pid of pids) kill(pid)
  const endMs = performance.now() + deadlineMs
  while (pids.some(isAlive)) {
    if (performance.now() > endMs) throw new Error(`${pids.join(', ')} do not end, though killed`)
    await pause(pollMs)
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // it has just ended by itself
    if (!hasCode(error, 'ESRCH')) throw error
  }
}

function pidsIn(directory: string, of: readonly string[]): readonly number[] {
  const pids = of.flatMap((name) => {
    try {
      return [Number(readFileSync(join(directory, `${name}.pid`), 'utf8'))]
    } catch {
      return [] // not started, or stopped before
    }
  })
  return pids.filter(isAlive)
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
