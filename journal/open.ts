import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { applicationId, formatVersion, JournalError } from './format.js'

/** Opens an existing journal for reading, also while it is written. Throws JournalError. */
export function openForReading(file: string): Database.Database {
  if (!existsSync(file)) throw new JournalError(`${file}: no such file`)
  return explaining(file, () => {
    const database = new Database(file, { readonly: true, fileMustExist: true })
    checkFormat(file, database)
    return database
  })
}

/** Throws JournalError where the file is no journal, or one of a format we do not know. */
export function checkFormat(file: string, database: Database.Database): void {
  if (database.pragma('application_id', { simple: true }) !== applicationId)
    throw new JournalError(`${file}: not a journal of ovs-vtep`)
  const version = database.pragma('user_version', { simple: true })
  if (typeof version !== 'number' || version < 1 || version > formatVersion)
    throw new JournalError(
      `${file}: format ${String(version)}, this program reads formats up to ${formatVersion}`,
    )
}

/** Runs `use` and turns SQLite's errors into JournalErrors that name the file. */
export function explaining<T>(file: string, use: () => T): T {
  try {
    return use()
  } catch (error) {
    if (error instanceof Database.SqliteError) throw new JournalError(`${file}: ${reason(error)}`)
    throw error
  }
}

function reason({ code, message }: { code: string; message: string }): string {
  if (code === 'SQLITE_NOTADB') return 'not a journal of ovs-vtep'
  if (code.startsWith('SQLITE_CORRUPT')) return `damaged (${message})`
  return message
}
