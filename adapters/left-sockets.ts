import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { hasCode } from './error-code.js'
import { PROGRAM } from './paths.js'

/** Control sockets of daemons, and of the flow monitors that they start. */
const ours = new RegExp(`^${PROGRAM}\\.(\\d+)\\.(?:ctl|monitor)$`)

/**
 * Removes the sockets in `directory` that processes of ours left which were killed: theirs is a pid that is gone, and
 * nobody listens. Never rejects: what can't be looked at stays.
 */
export async function removeLeftSockets(directory: string): Promise<void> {
  for (const name of namesIn(directory)) {
    const [, pid] = ours.exec(name) ?? []
    const file = join(directory, name)
    if (pid !== undefined && !isAlive(Number(pid)) && isSocket(file) && (await isDeserted(file)))
      tryTo(() => rmSync(file, { force: true }))
  }
}

function namesIn(directory: string): readonly string[] {
  return tryTo(() => readdirSync(directory)) ?? []
}

function isSocket(file: string): boolean {
  return tryTo(() => lstatSync(file).isSocket()) === true
}

/** Also where it is another user's. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return !hasCode(error, 'ESRCH')
  }
}

/** A process in another container may have the same directory and pids of its own. */
function isDeserted(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(file)
    socket.once('connect', () => {
      socket.destroy()
      resolve(false)
    })
    socket.once('error', (error) => resolve(hasCode(error, 'ECONNREFUSED')))
  })
}

function tryTo<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
