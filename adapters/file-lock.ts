import { closeSync, existsSync, fstatSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { Database } from './sqlite.js'
import { hasCode } from './error-code.js'

/** Takes SQLite's write lock without a journal file beside the locked one. */
const LOCK = 'pragma journal_mode = memory; begin exclusive'

/** Locks last as long as the process: a collected Database would close its file. */
const held: Database[] = []

/**
 * Creates `path` with `text` in it, locked by fcntl(2) until the process ends; SQLite is Node's way to
 * such a lock. A file of that name is removed first.
 *
 * POSIX drops a process's locks on a file when it closes any descriptor of it. So the one opened here
 * stays open, and this process must never read the file again.
 */
export function createLocked(path: string, text: string): void {
  rmSync(path, { force: true })
  const fd = openSync(path, 'wx', 0o644)
  const database = new Database(path, { timeout: 0 })
  held.push(database)
  database.exec(LOCK)
  writeSync(fd, text)
}

/** Whether another process holds a lock on `path`. A missing file is not locked; one we can't look at is an error. */
export function isLocked(path: string): boolean {
  let database: Database | undefined
  try {
    database = new Database(path, { timeout: 0, fileMustExist: true })
    database.exec(LOCK)
    return false
  } catch (error) {
    if (hasCode(error, 'SQLITE_BUSY')) return true
    if (hasCode(error, 'SQLITE_NOTADB') || !existsSync(path)) return false
    throw error
  } finally {
    database?.close()
  }
}

/** A guarded piece of work is done in moments. */
const longestWaitMs = 10_000

/**
 * Does `work` while no other process that names the same `guard` does its own. The guard is a file that is there meanwhile; one
 * that was left behind guards nothing. Throws SQLite's busy error when others take very long.
 */
export function exclusively<T>(guard: string, work: () => T): T {
  for (;;) {
    const fd = openSync(guard, 'a', 0o644)
    const database = new Database(guard, { timeout: longestWaitMs })
    try {
      database.exec(LOCK)
      // else it is one that the process before us has just removed
      if (statSync(guard, { throwIfNoEntry: false })?.ino !== fstatSync(fd).ino) continue
      try {
        return work()
      } finally {
        rmSync(guard, { force: true })
      }
    } finally {
      database.close()
      closeSync(fd)
    }
  }
}
