import { createHash } from 'node:crypto'
import { existsSync, linkSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { Core } from '../lib/daemon/core.js'
import type { Entry, Event } from '../lib/model/event.js'
import { joined } from '../lib/model/pieces.js'
import { initialState, type State } from '../lib/model/state.js'
import { latestMs } from '../lib/model/state-shape.js'
import { bundleVersion } from './bundle.js'
import { chainOf, chainStart, formatVersion, JournalError } from './format.js'
import { linesIn, type ReadingLimits, usualLimits } from './lines.js'
import { codeOf, fileAt } from './place.js'
import { eventFrom, MalformedEvent } from './upcast.js'
import { beginJournal, openJournal, type JournalOrigin } from './writer.js'

/** How many entries a file that was read has, and whether they were proven to be all that was exported. */
export interface Imported {
  readonly entries: number
  readonly isProven: boolean
}

/** Passes the entries of a file on as they are read; `read`: how many of its `size` letters were. */
export type WatchImport = (entries: Iterable<Entry>, read: () => number, size: number) => Iterable<Entry>

/**
 * Makes a journal of what was exported as a bundle or as NDJSON. `journal` must not be there; it is when all was read and
 * found sound, else nothing is. Throws JournalError, with the line where it is one's fault.
 */
export function importJournal(
  file: string,
  journal: string,
  watched: WatchImport = (entries) => entries,
  limits = usualLimits,
): Imported {
  const directory = dirname(journal)
  if (!existsSync(directory)) throw new JournalError(`${journal}: there is no directory ${directory}`)
  const draft = `${journal}.import-${process.pid}`
  try {
    const imported = read(file, draft, watched, limits)
    try {
      linkSync(draft, journal)
    } catch (error) {
      throw new JournalError(`${journal}: ${codeOf(error) === 'EEXIST' ? 'exists already' : String(error)}`)
    }
    return imported
  } finally {
    for (const end of ['', '-wal', '-shm', '.lock']) rmSync(draft + end, { force: true })
  }
}

/** What the history in an export led to. Throws JournalError, as importJournal. */
export function foldedExport(file: string): State {
  const reader = new Reader(file, usualLimits)
  reader.readAll()
  return reader.state
}

const entriesAnAppend = 1_000

function read(file: string, draft: string, watched: WatchImport, limits: ReadingLimits): Imported {
  const reader = new Reader(file, limits)
  const waiting: Entry[] = []
  let writer: ReturnType<typeof openJournal> | null = null
  const write = () => {
    if (writer === null) {
      beginJournal(draft, reader.origin())
      writer = openJournal(draft)
    }
    writer.append(waiting.splice(0))
  }
  try {
    for (const entry of watched(reader.entries(), () => reader.lettersRead, sizeOf(file))) {
      waiting.push(entry)
      if (waiting.length === entriesAnAppend) write()
    }
    write()
  } finally {
    ;(writer as ReturnType<typeof openJournal> | null)?.close()
  }
  return { entries: reader.count, isProven: reader.isBundle }
}

/** 0: it can't be read, which reading it will say. */
function sizeOf(file: string): number {
  return file.startsWith('/dev/') ? 0 : (fileAt(file)?.size ?? 0)
}

/** Reads one file from its first line on. */
class Reader {
  readonly #file: string
  readonly #limits: ReadingLimits
  readonly #hash = createHash('sha256')
  readonly #texts: string[] = []
  #line = 0
  #core: Core | null = null
  #header: Fields | null = null
  #chain: Buffer = chainStart
  count = 0
  lettersRead = 0

  constructor(file: string, limits: ReadingLimits) {
    this.#file = file
    this.#limits = limits
  }

  /** What was read up to now led to. */
  get state(): State {
    return this.#core?.state ?? initialState
  }

  readAll(): void {
    const entries = this.entries()
    while (entries.next().done !== true);
  }

  get isBundle(): boolean {
    return this.#header !== null
  }

  /** What the entries begin with, once the first was given. */
  origin(): JournalOrigin | null {
    const origin = this.#origin()
    return origin && { ...origin, texts: this.#texts }
  }

  *entries(): Generator<Entry> {
    let isEnded = false
    for (const line of linesIn(this.#file, this.#limits)) {
      this.#line++
      this.lettersRead += line.length + 1
      if (isEnded) throw this.#wrong('something stands behind the end')
      const value = this.#parsed(line)
      if (this.#line === 1 && 'bundle' in value) this.#begin(value)
      else if (this.isBundle && 'piece' in value && this.#core === null)
        this.#texts.push(this.#piece(value['piece']))
      else if (this.isBundle && 'end' in value) {
        this.#end(value['end'])
        isEnded = true
      } else yield this.#entry(value)
      if (!isEnded) this.#hash.update(`${line}\n`)
    }
    this.#line++
    if (this.#line === 1) throw this.#wrong('nothing is in it')
    if (this.isBundle && !isEnded) throw this.#wrong('it is truncated: its end is missing')
  }

  #parsed(line: string): Fields {
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch {
      value = null
    }
    if (isObject(value)) return value
    throw this.#wrong(
      this.#line === 1 ? 'neither a bundle nor an entry of a journal' : 'not JSON of an export',
    )
  }

  #begin(header: Fields): void {
    const { bundle, format } = header
    const tooNew = (what: string, found: unknown, known: number) =>
      this.#wrong(
        isCount(found) ? `${what} ${found}, this program reads up to ${known}` : `its ${what} is no number`,
      )
    if (!isUpTo(bundle, bundleVersion)) throw tooNew('version of a bundle', bundle, bundleVersion)
    if (!isUpTo(format, formatVersion)) throw tooNew('format', format, formatVersion)
    this.#header = header
    this.#chain = this.#origin()?.chain ?? chainStart
  }

  #origin(): Omit<JournalOrigin, 'texts'> | null {
    const origin = this.#header?.['origin'] ?? null
    if (origin === null) return null
    const { seq, atMs, chain } = isObject(origin) ? origin : {}
    if (!isCount(seq) || !isCount(atMs) || typeof chain !== 'string' || !/^[0-9a-f]{64}$/.test(chain))
      throw this.#wrong('what is said of the snapshot is not one')
    return { seq, atMs, chain: Buffer.from(chain, 'hex') }
  }

  #piece(value: unknown): string {
    if (typeof value === 'string') return value
    throw this.#wrong('not a piece of a snapshot')
  }

  #entry(value: Fields): Entry {
    const { seq, atMs, event: written, chain } = value
    if (!isCount(seq) || !isCount(atMs) || atMs > latestMs || !isObject(written))
      throw this.#wrong(this.#line === 1 ? 'neither a bundle nor an entry of a journal' : 'not an entry')
    const event = this.#known(seq, written)
    this.#core ??= this.#started()
    if (this.count === 0 && this.#core.state.seq === 0 && seq !== 1 && event.type !== 'JournalResumed')
      throw this.#wrong(`entry ${seq} without what led to it; a bundle would have that`)
    const lost = event.type === 'JournalResumed' ? event.lost : 0
    const expected = this.#core.state.seq + 1 + lost
    if (seq !== expected) throw this.#wrong(`entry ${seq} where entry ${expected} must follow`)
    try {
      this.#core.fold({ seq, atMs, event })
      this.#chain = chainOf(this.#chain, seq, atMs, JSON.stringify(written))
    } catch {
      throw this.#wrong(`entry ${seq} is not one that this program understands`)
    }
    if (this.isBundle && this.#chain.toString('hex') !== chain)
      throw this.#wrong(`entry ${seq} was damaged or changed`)
    this.count++
    if (this.count > this.#limits.entries) throw this.#wrong(`more than ${this.#limits.entries} entries`)
    // as it is written, for the chain is of that; whoever reads the journal makes it today's
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
    return { seq, atMs, event: written as unknown as Event }
  }

  #known(seq: number, written: Fields): Event {
    try {
      return eventFrom(written)
    } catch (error) {
      if (error instanceof MalformedEvent) throw this.#wrong(`entry ${seq}: ${error.message}`)
      throw error
    }
  }

  #started(): Core {
    const origin = this.#origin()
    if (origin === null) return new Core()
    try {
      const state = joined(this.#texts)
      if (state.seq === origin.seq) return new Core(state)
    } catch {
      // said below
    }
    throw this.#wrong('the snapshot before it is damaged')
  }

  #end(value: unknown): void {
    this.#core ??= this.#started()
    const { entries, sha256 } = isObject(value) ? value : {}
    if (entries !== this.count || sha256 !== this.#hash.digest('hex'))
      throw this.#wrong('the end is not that of what stands before it: something was damaged or changed')
  }

  #wrong(what: string): JournalError {
    return new JournalError(`${this.#file}: line ${this.#line}: ${what}`, 'damaged')
  }
}

/** A JSON object whose contents nobody has looked at. */
type Fields = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isUpTo(value: unknown, known: number): boolean {
  return isCount(value) && value >= 1 && value <= known
}
