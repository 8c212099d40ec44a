import { isDeepStrictEqual } from 'node:util'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { JournalError } from '../../journal/format.js'
import { openJournal } from '../../journal/writer.js'
import type { Entry } from '../../lib/model/event.js'
import type { Owner } from './ovs.js'

/** What a journal consists of on the disk, by the end of the file's name: '' and perhaps '-wal'. */
export type Remains = Readonly<Record<string, Buffer>>

/** What became of a reader: all entries, only the first of them, or a JournalError. */
export type Reading = 'whole' | 'shorter' | 'refused'

/** Small entries, and one that takes pages of its own. */
export const truth: readonly Entry[] = Array.from({ length: 12 }, (_, i) => ({
  seq: i + 1,
  atMs: 1_700_000_000_000 + i,
  event: { type: 'Stopped', reason: `reason ${i + 1} `.repeat(i === 5 ? 500 : 20) },
}))

/** A place for damaged copies of a journal that holds `truth`; in memory where the machine has room for that. */
export class Wreckage {
  readonly file: string
  /** After an orderly close: everything in the one file. */
  readonly closed: Remains
  /** After a kill: the file has the empty table, the entries are in three transactions of the -wal file. */
  readonly killed: Remains
  #placed: Remains = {}

  constructor(owner: Owner) {
    const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'journal-damage-'))
    owner.teardown(async () => rmSync(directory, { recursive: true, force: true }))
    this.file = join(directory, 'damaged')
    const original = join(directory, 'original')
    const writer = openJournal(original)
    for (const first of [0, 4, 8]) writer.append(truth.slice(first, first + 4))
    this.killed = { '': readFileSync(original), '-wal': readFileSync(`${original}-wal`) }
    writer.close()
    this.closed = { '': readFileSync(original) }
  }

  /** Puts `remains` there, and nothing else. */
  place(remains: Remains): void {
    for (const end of ['-shm', '-wal', '-journal', '.lock']) rmSync(this.file + end, { force: true })
    for (const [end, bytes] of Object.entries(remains)) writeFileSync(this.file + end, bytes)
    this.#placed = remains
  }

  /** Whether the files that were placed are still as they were. */
  isUntouched(): boolean {
    return Object.entries(this.#placed).every(([end, bytes]) => readFileSync(this.file + end).equals(bytes))
  }

  /** How a reading of the placed files ends. Throws where it misreads, or fails in a way of its own. */
  reading(entries: () => Iterable<Entry>): Reading {
    const read: Entry[] = []
    let refusal: string | null = null
    try {
      for (const entry of entries()) read.push(entry)
    } catch (error) {
      if (!(error instanceof JournalError)) throw error
      refusal = error.message
    }
    if (refusal?.startsWith(`${this.file}: `) === false) throw new Error(`names no file: ${refusal}`)
    if (!isDeepStrictEqual(read, truth.slice(0, read.length)))
      throw new Error(`misread: ${JSON.stringify(read)}`)
    if (refusal !== null) return 'refused'
    return read.length === truth.length ? 'whole' : 'shorter'
  }
}
