import type { Database } from '../adapters/sqlite.js'
import { piecesOf } from '../lib/model/pieces.js'
import type { State } from '../lib/model/state.js'
import type { Tip } from './format.js'
import { snapshotDigestOf, entryWeight, snapshotWeight } from './snapshots.js'

/** A snapshot that is being written, from a state that nothing changes any more. */
interface Unfinished {
  readonly tip: Tip
  readonly texts: Iterator<string, void>
  readonly hash: ReturnType<typeof snapshotDigestOf>
  readonly weight: number
  pieces: number
  characters: number
}

/** Below this it is quicker to fold the entries than to read a state. */
const leastWeight = 1 << 20
const piecesATurn = 8

const insertPiece = 'insert into piece (seq, number, body) values (?, ?, ?)'

/** Writes a whole snapshot at once. Call in a transaction. */
export function writeSnapshot(
  database: Database,
  { seq, chain, atMs }: Tip & { readonly atMs: number },
  texts: Iterable<string>,
): void {
  const insert = database.prepare(insertPiece)
  const hash = snapshotDigestOf({ seq, chain })
  let pieces = 0
  for (const text of texts) {
    insert.run(seq, ++pieces, text)
    hash.update(text)
  }
  database
    .prepare('insert into snapshot (seq, at_ms, chain, pieces, digest) values (?, ?, ?, ?, ?)')
    .run(seq, atMs, chain, pieces, hash.digest())
}

/**
 * Writes snapshots a few pieces at a time. One begins when what was appended since the last weighs more than that
 * one did, so snapshots at most double the file, and any position is as far from one as the state is large. It counts
 * from its last piece on, when its row is there; what a crash leaves of an unfinished one is removed.
 */
export class SnapshotWriter {
  readonly #database: Database
  readonly #turn: () => void
  #weight: number
  #lastWeight: number
  #unfinished: Unfinished | null = null

  constructor(database: Database) {
    this.#database = database
    const insert = database.prepare(insertPiece)
    const seal = database.prepare(
      `insert into snapshot (seq, at_ms, chain, pieces, digest)
       values (@seq, (select at_ms from entry where seq = @seq), @chain, @pieces, @digest)`,
    )
    this.#turn = database.transaction(() => {
      const unfinished = this.#unfinished
      if (unfinished === null) return
      const { tip, texts, hash } = unfinished
      for (let i = 0; i < piecesATurn; i++) {
        const next = texts.next()
        if (next.done === true) {
          seal.run({ ...tip, pieces: unfinished.pieces, digest: hash.digest() })
          this.#unfinished = null
          this.#lastWeight = unfinished.characters
          return
        }
        insert.run(tip.seq, ++unfinished.pieces, next.value)
        hash.update(next.value)
        unfinished.characters += next.value.length
      }
    })
    this.#removeUnfinished()
    const last = database
      .prepare<[], { seq: number; weight: number }>(
        `select seq, ${snapshotWeight} as weight
         from snapshot order by seq desc limit 1`,
      )
      .get() ?? { seq: 0, weight: 0 }
    this.#lastWeight = last.weight
    this.#weight =
      database
        .prepare<[number], { weight: number }>(
          `select total(octet_length(body) + ${entryWeight}) as weight from entry where seq > ?`,
        )
        .get(last.seq)?.weight ?? 0
  }

  appended(body: string): void {
    this.#weight += body.length + entryWeight
  }

  /** Writes on, or begins with `state`, which `tip` led to, when it is time. Throws SQLite's errors, and will begin anew. */
  advance(state: State, tip: Tip): void {
    const isDue = this.#weight >= Math.max(leastWeight, this.#lastWeight) && state.seq === tip.seq
    if (this.#unfinished === null) {
      if (!isDue) return
      this.#removeUnfinished()
      const texts = piecesOf(state)
      this.#unfinished = {
        tip,
        texts,
        hash: snapshotDigestOf(tip),
        weight: this.#weight,
        pieces: 0,
        characters: 0,
      }
      this.#weight = 0
    }
    const { weight } = this.#unfinished
    try {
      this.#turn()
    } catch (error) {
      this.#unfinished = null
      this.#weight += weight
      throw error
    }
  }

  #removeUnfinished(): void {
    this.#database.exec('delete from piece where seq not in (select seq from snapshot)')
  }
}
