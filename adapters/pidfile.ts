import { readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { createLocked, exclusively, isLocked } from './file-lock.js'

/** Another living process holds the pidfile. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError'
}

/** The pidfile of this process, held until it ends. */
export interface Pidfile {
  readonly path: string
  /** Removes the file, unless another process has taken its place. Done at exit as well. */
  remove(): void
}

/**
 * Claims `path` for this process: a file with our pid, locked as OVS wants it, since a pidfile that its
 * process doesn't hold locked counts as stale. Throws AlreadyRunningError if another process holds
 * `path`, unless `overwrite`; a stale one is replaced. Of several at once exactly one gets it.
 *
 * This process must not read its own pidfile; see createLocked.
 */
export function claimPidfile(path: string, overwrite = false): Pidfile {
  const temporary = `${path}.tmp${process.pid}`
  createLocked(temporary, `${process.pid}\n`)
  const { ino } = statSync(temporary)
  try {
    if (overwrite) renameSync(temporary, path)
    else
      exclusively(`${path}.claim`, () => {
        refuseHeld(path)
        renameSync(temporary, path)
      })
  } finally {
    rmSync(temporary, { force: true })
  }
  const remove = (): void => {
    if (statSync(path, { throwIfNoEntry: false })?.ino === ino) rmSync(path, { force: true })
  }
  process.once('exit', remove)
  return { path, remove }
}

function refuseHeld(path: string): void {
  if (!isLocked(path)) return
  const pid = readFileSync(path, 'utf8').trim()
  throw new AlreadyRunningError(`${path}: already running as pid ${pid}, aborting`)
}
