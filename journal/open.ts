import { readFileSync, statSync, type Stats } from 'node:fs'
import { Database, SqliteError } from '../adapters/sqlite.js'
import { readableFile, placeReasonOf } from './place.js'
import { applicationId, formatVersion, JournalError, type Trouble } from './format.js'

/**
 * Opens an existing journal for reading, as it is now: whoever writes it may append, drop and compact meanwhile, this
 * connection sees none of that. Until it is closed SQLite keeps in the -wal file what was written since. Throws JournalError.
 */
export function openForReading(file: string): Database {
  if (readableFile(file).size === 0)
    throw new JournalError(`${file}: empty, not a journal of ovs-vtep`, 'foreign')
  return explaining(file, () => {
    const database = new Database(file, { readonly: true, fileMustExist: true })
    try {
      return closingOnError(database, () => {
        // with what is read first, the format, it is settled what all that is read later belongs to
        database.exec('begin')
        checkFormat(file, database)
        return database
      })
    } catch (error) {
      if (error instanceof SqliteError && isForWantOfWriting(error)) return openCopy(file)
      throw error
    }
  })
}

/** What is at a path; undefined: nothing. Throws JournalError where that can't be told. */
export function lookAt(file: string): Stats | undefined {
  return explaining(file, () => statSync(file, { throwIfNoEntry: false }))
}

/** A connection that nobody closes keeps its locks, and its view of the -wal file for all others of the process. */
export function closingOnError<T>(database: Database, use: () => T): T {
  try {
    return use()
  } catch (error) {
    database.close()
    throw error
  }
}

/** A WAL file needs companions, even to be read; where none can be made, nobody writes it either. */
function openCopy(file: string): Database {
  const wal = statSync(`${file}-wal`, { throwIfNoEntry: false })
  if (wal !== undefined && wal.size > 0)
    throw new JournalError(`${file}: cannot be read where it cannot be written`)
  const contents = readFileSync(file)
  contents.set(rollbackMode, modeAt)
  const database = new Database(contents, { readonly: true })
  return closingOnError(database, () => {
    checkFormat(file, database)
    return database
  })
}

/** SQLite's header: file format write and read version, 2 for WAL and 1 for what a copy in memory can be. */
const modeAt = 18
const rollbackMode = [1, 1]

function isForWantOfWriting({ code }: { code: string }): boolean {
  return code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY')
}

/** Throws JournalError where the file is no journal, or one of a format we do not know. */
export function checkFormat(file: string, database: Database): void {
  if (database.pragma('application_id', { simple: true }) !== applicationId)
    throw new JournalError(`${file}: not a journal of ovs-vtep`, 'foreign')
  const version = database.pragma('user_version', { simple: true })
  if (typeof version !== 'number' || version < 1 || version > formatVersion)
    throw new JournalError(
      `${file}: format ${String(version)}, this program reads formats up to ${formatVersion}`,
      'newer',
    )
  checkPlace(file, database)
}

/** Where the table of entries begins in every journal, for it is the first that is made. */
const firstPage = 2

/** A table that is looked for at another's place would be read as a shorter history. */
function checkPlace(file: string, database: Database): void {
  const place = database
    .prepare<[], { rootpage: unknown }>("select rootpage from sqlite_schema where name = 'entry'")
    .get()
  if (place !== undefined && place.rootpage !== firstPage)
    throw new JournalError(`${file}: damaged (its entries are said to begin elsewhere)`, 'damaged')
}

/** Runs `use` and turns SQLite's and the system's errors into JournalErrors that name the file. */
export function explaining<T>(file: string, use: () => T): T {
  try {
    return use()
  } catch (error) {
    if (error instanceof SqliteError) throw new JournalError(`${file}: ${reason(error)}`, troubleOf(error))
    if (isOfSystem(error)) throw new JournalError(`${file}: ${placeReasonOf(error)}`)
    // thrown before SQLite is asked, also for a directory that may not be looked into
    if (error instanceof TypeError && error.message.startsWith('Cannot open database'))
      throw new JournalError(`${file}: its directory can't be used`)
    throw error
  }
}

function troubleOf({ code }: { code: string }): Trouble {
  if (code === 'SQLITE_NOTADB') return 'foreign'
  return code.startsWith('SQLITE_CORRUPT') ? 'damaged' : 'unusable'
}

function reason({ code, message }: { code: string; message: string }): string {
  if (code === 'SQLITE_NOTADB') return 'not a journal of ovs-vtep'
  if (code.startsWith('SQLITE_CORRUPT')) return `damaged (${message})`
  return message
}

function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}
