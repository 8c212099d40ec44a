import { closeSync, copyFileSync, existsSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { applicationId, JournalError } from './format.js'
import { lookAt } from './open.js'

/** Why a file is kept: part of its new name. `swapped`: put there while another was in use. */
export type KeptFile = 'torn' | 'damaged' | 'other' | 'swapped'

/** What SQLite may keep beside its file; of a file that is gone it must not stay for the next one. */
const companions = ['-wal', '-shm']

/** Renames a journal to a name that says why and when, which it gives; null: there was none. Throws JournalError. */
export function setAside(file: string, why: KeptFile, nowMs: number): string | null {
  const aside = nameAside(file, why, nowMs)
  return explainingFiles(() => {
    const isThere = existsSync(file)
    if (isThere) renameSync(file, aside)
    for (const end of companions)
      // what lies beside a file that was swapped belongs to the one before, and SQLite would mix them
      if (isThere && why !== 'swapped' && existsSync(file + end)) renameSync(file + end, aside + end)
      else rmSync(file + end, { force: true })
    return isThere ? aside : null
  })
}

/** As setAside, but a copy, of a journal that nobody has open. */
export function copyAside(file: string, why: KeptFile, nowMs: number): string {
  const aside = nameAside(file, why, nowMs)
  return explainingFiles(() => {
    for (const end of ['', ...companions]) if (existsSync(file + end)) copyFileSync(file + end, aside + end)
    return aside
  })
}

/** Whether a file that SQLite does not read any more was a journal once, by its first page. */
export function wasJournal(file: string): boolean {
  if (lookAt(file)?.isFile() !== true) return false
  const page = Buffer.alloc(4096)
  return explainingFiles(() => {
    const descriptor = openSync(file, 'r')
    try {
      readSync(descriptor, page, 0, page.length, 0)
    } finally {
      closeSync(descriptor)
    }
    return page.readUInt32BE(applicationIdAt) === applicationId || page.includes('CREATE TABLE entry (')
  })
}

/** Where SQLite's header has the application_id. */
const applicationIdAt = 68

/** In UTC, and without the colons that some file systems do not allow. */
function nameAside(file: string, why: KeptFile, nowMs: number): string {
  return `${file}.${why}-${new Date(nowMs).toISOString().replace(/[-:]/g, '')}`
}

function explainingFiles<T>(use: () => T): T {
  try {
    return use()
  } catch (error) {
    throw new JournalError(error instanceof Error ? error.message : String(error))
  }
}
