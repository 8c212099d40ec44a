import { linkSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { hasCode } from './error-code.js'
import { createLocked, isLocked } from './file-lock.js'

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
    else while (!linked(temporary, path)) removeStale(path)
  } finally {
    rmSync(temporary, { force: true })
  }
  const remove = (): void => {
    if (statSync(path, { throwIfNoEntry: false })?.ino === ino) rmSync(path, { force: true })
  }
  process.once('exit', remove)
  return { path, remove }
}

/** Gives `existing` the name `path` too; false if that is taken. */
function linked(existing: string, path: string): boolean {
  try {
    linkSync(existing, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/**
 * Removes `path` unless a living process holds it: then throws. The file is moved aside and looked at
 * again before it is gone for good, as another starter may have replaced it in between.
 */
function removeStale(path: string): void {
  refuseHeld(path, path)
  const aside = `${path}.old${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  try {
    refuseHeld(aside, path)
  } catch (error) {
    linked(aside, path)
    throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function refuseHeld(file: string, path: string): void {
  if (!isLocked(file)) return
  const pid = readFileSync(file, 'utf8').trim()
  throw new AlreadyRunningError(`${path}: already running as pid ${pid}, aborting`)
}
