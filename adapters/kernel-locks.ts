import { readFileSync, statSync } from 'node:fs'
import { hasCode } from './error-code.js'

/**
 * Whether some process holds a lock for writing on a file, as proc_locks(5) says, so that nobody who wants the lock is disturbed by the
 * question. False: there is no such file, too. Null: it can't be told.
 */
export function isWriteLocked(file: string): boolean | null {
  try {
    const { ino } = statSync(file)
    const lock = new RegExp(`^\\d+: (?:POSIX|OFDLCK) +\\S+ +WRITE .*:${ino} `, 'm')
    return lock.test(readFileSync('/proc/locks', 'latin1'))
  } catch (error) {
    return hasCode(error, 'ENOENT') && hasLocks() ? false : null
  }
}

function hasLocks(): boolean {
  return statSync('/proc/locks', { throwIfNoEntry: false }) !== undefined
}
