import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Database, SqliteError } from '../adapters/sqlite.js'
import type { Entry } from '../lib/model/event.js'
import type { State } from '../lib/model/state.js'
import {
  applicationId,
  chainOf,
  formatVersion,
  lockFileOf,
  JournalError,
  schema,
  snapshotSchema,
  type Tip,
} from './format.js'
import { checkFormat, closingOnError, explaining, lookAt, openForReading } from './open.js'
import { entriesIn, type Reached, startIn, tipIn } from './reader.js'
import { fileAt } from './place.js'
import { drop, type Dropping, droppingsOf, type Retention } from './retention.js'
import { SnapshotWriter, writeSnapshot } from './snapshot-writer.js'

/** A journal open for appending; the only writer of its file. */
export interface JournalWriter {
  readonly file: string
  /** What is in it, in order, from an entry on. Call before the first append. */
  entries(from?: number): Iterable<Entry>
  /** What a fold of its entries begins with, see `startIn`. Throws JournalError. */
  start(reached: Reached | null): State | null
  tip: (to?: number) => Tip
  /** All or none, on the disk when it returns. Throws JournalError. */
  append(entries: readonly Entry[]): void
  /** Writes a bit of a snapshot where one is due; `state` is what all entries led to. Throws JournalError. */
  tend(state: State): void
  /** Drops the oldest entries up to the next snapshot, if they are to go, and says which. Throws JournalError. */
  drop(retention: Retention, nowMs: number): Dropping | null
  /** Takes the last entry out again. Throws JournalError. */
  cutLast(): void
  /** What an append may not notice: the file was taken away or replaced, or is shorter than it was. Throws JournalError. */
  misplaced(): 'moved' | 'shortened' | null
  close(): void
}

/**
 * Opens or makes a journal: the file is readable by its owner alone, and so is a directory made for it.
 * Throws JournalError where it is none, is damaged, or another process writes it.
 */
export function openJournal(file: string): JournalWriter {
  if (fileAt(file)?.size) openForReading(file).close()
  makePrivate(file)
  const lock = lockWriting(file)
  try {
    return explaining(file, () => {
      const database = new Database(file, { timeout: longestWaitMs })
      return closingOnError(database, () => {
        prepareForWriting(file, database)
        return writerOf(file, database, lock)
      })
    })
  } catch (error) {
    lock.close()
    throw error
  }
}

/** What a journal begins with that has no beginning: the state after `seq`, as `piecesOf` gives it. */
export interface JournalOrigin extends Tip {
  readonly atMs: number
  readonly texts: readonly string[]
}

/** Makes a journal without entries, whose first will follow `origin`; null: it is the first of all. Throws JournalError. */
export function beginJournal(file: string, origin: JournalOrigin | null): void {
  openJournal(file).close()
  if (origin === null) return
  explaining(file, () => {
    const database = new Database(file)
    try {
      database.transaction(() => {
        writeSnapshot(database, origin, origin.texts)
      })()
    } finally {
      database.close()
    }
  })
}

function makePrivate(file: string): void {
  explaining(file, () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    closeSync(openSync(file, 'a', 0o600))
    chmodSync(file, 0o600)
  })
}

/**
 * A lock that lasts as long as the process, on a file beside the journal: SQLite's own locks on the
 * journal are for single transactions, and its exclusive mode would keep readers out.
 */
function lockWriting(file: string): Database {
  const lock = explaining(file, () => new Database(lockFileOf(file), { timeout: 0 }))
  try {
    chmodSync(lockFileOf(file), 0o600)
    const { ino } = statSync(lockFileOf(file))
    lock.exec('begin exclusive')
    // who held it may have taken it away since; another would lock a new one
    if (statSync(lockFileOf(file)).ino !== ino) throw new Error('its lock was taken away')
    return lock
  } catch (error) {
    lock.close()
    const isHeld = error instanceof SqliteError && error.code.startsWith('SQLITE_BUSY')
    if (isHeld) throw new JournalError(`${file}: another process writes this journal`, 'locked')
    throw new JournalError(`${file}: ${String(error)}`)
  }
}

const walBytes = 16 << 20

/** Whoever holds the file must not hold us. */
const longestWaitMs = 20

function prepareForWriting(file: string, database: Database): void {
  const isEmpty = database.prepare("select 1 from sqlite_schema where type = 'table'").get() === undefined
  // what has our mark but no table is a damaged journal: to begin anew would overwrite what is left of it
  if (isEmpty && database.pragma('application_id', { simple: true }) === 0) makeNew(database)
  checkFormat(file, database)
  if (database.pragma('user_version', { simple: true }) === 1) makeCurrent(database)
  database.pragma('journal_mode = WAL')
  // a reopened WAL file would otherwise be at NORMAL and could lose its last entries with the power
  database.pragma('synchronous = FULL')
  // what a long reading let it grow to is given back afterwards
  database.pragma(`journal_size_limit = ${walBytes}`)
}

/** All or none: what is half made would be refused as a file that is not ours. */
function makeNew(database: Database): void {
  database.transaction(() => {
    database.pragma(`application_id = ${applicationId}`)
    database.pragma(`user_version = ${formatVersion}`)
    database.exec(schema)
    database.exec(snapshotSchema)
  })()
}

/** Format 2 is format 1 and snapshots. */
function makeCurrent(database: Database): void {
  database.transaction(() => {
    database.exec(snapshotSchema)
    database.pragma(`user_version = ${formatVersion}`)
  })()
}

function writerOf(file: string, database: Database, lock: Database): JournalWriter {
  const insert = database.prepare('insert into entry (seq, at_ms, type, body, chain) values (?, ?, ?, ?, ?)')
  let tip = tipIn(file, database)
  const snapshots = new SnapshotWriter(database)
  const { ino, dev, size: firstSize } = statSync(file)
  let size = firstSize
  const insertAll = database.transaction((entries: readonly Entry[]) => {
    let next = tip
    for (const { seq, atMs, event } of entries) {
      const body = JSON.stringify(event)
      next = { seq, chain: chainOf(next.chain, seq, atMs, body) }
      insert.run(seq, atMs, event.type, body, next.chain)
      snapshots.appended(body)
    }
    return next
  })
  return {
    file,
    entries: (from) => entriesIn(file, database, from),
    start: (reached) => startIn(file, database, reached),
    tip: (to) => (to === undefined || to >= tip.seq ? tip : tipIn(file, database, to)),
    append: (entries) => {
      tip = explaining(file, () => insertAll.immediate(entries))
    },
    tend: (state) => {
      explaining(file, () => snapshots.advance(state, tip))
    },
    drop: (retention, nowMs) =>
      explaining(file, () => {
        const [dropping = null] = droppingsOf(database, retention, nowMs)
        if (dropping !== null) drop(database, dropping)
        return dropping
      }),
    cutLast: () =>
      explaining(file, () => {
        database.prepare('delete from snapshot where seq >= ?').run(tip.seq)
        database.prepare('delete from entry where seq = ?').run(tip.seq)
        tip = tipIn(file, database)
      }),
    misplaced: () => {
      const now = lookAt(file)
      if (now?.ino !== ino || now.dev !== dev) return 'moved'
      if (now.size < size) return 'shortened'
      size = now.size
      return null
    },
    close: () => {
      database.close()
      lock.close()
    },
  }
}
