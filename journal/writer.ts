import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import type { Entry } from '../lib/model/event.js'
import { applicationId, chainOf, chainStart, formatVersion, JournalError, schema } from './format.js'
import { checkFormat, explaining, openForReading } from './open.js'
import { entriesIn } from './reader.js'

/** A journal open for appending; the only writer of its file. */
export interface JournalWriter {
  readonly file: string
  /** What is in it, in order. Call before the first append. */
  entries(): Iterable<Entry>
  /** All or none, on the disk when it returns. Throws JournalError. */
  append(entries: readonly Entry[]): void
  close(): void
}

/**
 * Opens or makes a journal: the file is readable by its owner alone, and so is a directory made for it.
 * Throws JournalError where it is none, is damaged, or another process writes it.
 */
export function openJournal(file: string): JournalWriter {
  if (statSync(file, { throwIfNoEntry: false })?.size) openForReading(file).close()
  makePrivate(file)
  const lock = lockWriting(file)
  try {
    return explaining(file, () => writerOf(file, openForWriting(file), lock))
  } catch (error) {
    lock.close()
    throw error
  }
}

function makePrivate(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    closeSync(openSync(file, 'a', 0o600))
    chmodSync(file, 0o600)
  } catch (error) {
    throw new JournalError(error instanceof Error ? error.message : String(error))
  }
}

/**
 * A lock that lasts as long as the process, on a file beside the journal: SQLite's own locks on the
 * journal are for single transactions, and its exclusive mode would keep readers out.
 */
function lockWriting(file: string): Database.Database {
  const lock = new Database(`${file}.lock`, { timeout: 0 })
  try {
    chmodSync(`${file}.lock`, 0o600)
    lock.exec('begin exclusive')
    return lock
  } catch (error) {
    lock.close()
    const isHeld = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
    throw new JournalError(`${file}: ${isHeld ? 'another process writes this journal' : String(error)}`)
  }
}

function openForWriting(file: string): Database.Database {
  const database = new Database(file)
  const isNew = database.prepare("select 1 from sqlite_schema where type = 'table'").get() === undefined
  if (isNew) {
    database.pragma(`application_id = ${applicationId}`)
    database.pragma(`user_version = ${formatVersion}`)
    database.exec(schema)
  }
  checkFormat(file, database)
  database.pragma('journal_mode = WAL')
  // a reopened WAL file would otherwise be at NORMAL and could lose its last entries with the power
  database.pragma('synchronous = FULL')
  return database
}

function writerOf(file: string, database: Database.Database, lock: Database.Database): JournalWriter {
  const insert = database.prepare('insert into entry (seq, at_ms, type, body, chain) values (?, ?, ?, ?, ?)')
  const last = database
    .prepare<[], { chain: Buffer }>('select chain from entry order by seq desc limit 1')
    .get()
  let chain: Buffer = last?.chain ?? chainStart
  const insertAll = database.transaction((entries: readonly Entry[]) => {
    let next = chain
    for (const { seq, atMs, event } of entries) {
      const body = JSON.stringify(event)
      next = chainOf(next, seq, atMs, body)
      insert.run(seq, atMs, event.type, body, next)
    }
    return next
  })
  return {
    file,
    entries: () => entriesIn(file, database),
    append: (entries) => {
      chain = explaining(file, () => insertAll.immediate(entries))
    },
    close: () => {
      database.close()
      lock.close()
    },
  }
}
