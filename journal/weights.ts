import type { Database } from '../adapters/sqlite.js'
import { hasSnapshots } from './snapshots.js'

/** Of the file, without the pages that are free to be written again. */
export function usedBytes(database: Database): number {
  const [pages, free] = ['page_count', 'freelist_count'].map((name) => pragma(database, name))
  return ((pages ?? 0) - (free ?? 0)) * pragma(database, 'page_size')
}

/** About so many bytes of the file a snapshot of these texts takes. */
export function snapshotBytes(database: Database, texts: Iterable<string>): number {
  const pages = new Pages(pragma(database, 'page_size'))
  for (const text of texts) pages.add(Buffer.byteLength(text) + besidePiece)
  return pages.bytes
}

/** What a row takes beside its texts. */
const besideEntry = 46
const besidePiece = 12
/** What a row in a page takes beside its contents: their length, its number, where it is. */
const besideRow = 8

/**
 * The pages of a table whose rows come one after another, as SQLite fills them: a page ends where the next row has no place, and
 * of a large row the rest has pages of its own (`Cell Payload Overflow Pages` of its file format).
 */
class Pages {
  readonly #size: number
  #count = 0
  #room = 0

  constructor(size: number) {
    this.#size = size
  }

  add(payload: number): void {
    const [most, least] = [this.#size - 35, Math.floor(((this.#size - 12) * 32) / 255) - 23]
    const left = least + ((payload - least) % (this.#size - 4))
    const local = payload <= most ? payload : left <= most ? left : least
    this.#count += Math.ceil((payload - local) / (this.#size - 4))
    if (this.#room < local + besideRow) {
      this.#count++
      this.#room = this.#size - 8
    }
    this.#room -= local + besideRow
  }

  get bytes(): number {
    // pages that only say where others are: each of some hundreds
    return Math.ceil(this.#count * 1.004) * this.#size
  }
}

interface Row {
  readonly seq: number
  readonly payload: number
}

/** How many bytes of the file its rows take, or will. Each question reads the lengths of all rows that it is about. */
export class Weights {
  readonly #database: Database
  /** Of the file, what is neither entries nor snapshots: the same however many there are. */
  readonly #others: number

  constructor(database: Database) {
    this.#database = database
    const trees = database
      .prepare<[], number>('select count(*) from sqlite_schema where rootpage > 0')
      .pluck()
    this.#others = (trees.get() ?? 0) * pragma(database, 'page_size')
  }

  /** Of the entries from `first` to `last`, and the snapshots that go with them. */
  of(first: number, last: number): number {
    const [entries, pieces] = [this.#pages(), this.#pages()]
    for (const { payload } of this.#entries(`seq between ${first} and ${last}`)) entries.add(payload)
    for (const { payload } of this.#pieces(`seq >= ${first} - 1 and seq < ${last}`)) pieces.add(payload)
    return entries.bytes + pieces.bytes
  }

  /** The last entry that must go so that the file without a new snapshot has at most `bytes`. 0: none. */
  lastBeyond(bytes: number): number {
    const [entries, snapshots] = [this.#pages(), this.#pages()]
    const pieces = [...this.#pieces('true')]
    for (const { seq, payload } of this.#entries('true', 'desc')) {
      entries.add(payload)
      // a snapshot goes with the entry behind it
      while ((pieces.at(-1)?.seq ?? -1) >= seq - 1) snapshots.add(pieces.pop()?.payload ?? 0)
      if (entries.bytes + snapshots.bytes + this.#others > bytes) return seq
    }
    return 0
  }

  #pages(): Pages {
    return new Pages(pragma(this.#database, 'page_size'))
  }

  #entries(which: string, order = 'asc'): IterableIterator<Row> {
    const payload = `octet_length(body) + octet_length(type) + ${besideEntry}`
    return this.#rows(`${payload} as payload from entry where ${which} order by seq ${order}`)
  }

  #pieces(which: string): IterableIterator<Row> {
    if (!hasSnapshots(this.#database)) return [].values()
    return this.#rows(
      `octet_length(body) + ${besidePiece} as payload from piece where ${which} order by seq, number`,
    )
  }

  #rows(what: string): IterableIterator<Row> {
    return this.#database.prepare<[], Row>(`select seq, ${what}`).iterate()
  }
}

function pragma(database: Database, name: string): number {
  return Number(database.pragma(name, { simple: true }))
}
