import type { VtepTables } from '../../model/state.js'
import type { VtepTable } from '../../schema/hardware-vtep.js'
import type { Board, PieceChange } from '../board.js'
import type { Indexes, RowChange } from '../indexes.js'
import type { MacEntry } from '../macs.js'
import { nothing, type Output, type PiecePlace } from '../output.js'
import type { SightTurn } from '../turn.js'
import type { Sight } from './sight.js'

/** The tables as they were before a change or are after it, and the indexes that go with them. */
export interface Rows {
  readonly tables: VtepTables
  readonly indexes: Indexes
}

/** What a turn has found of one kind so far. More than needed costs time, fewer than needed is a bug. */
export interface Marked<K> {
  /** To be derived again. */
  readonly stale: Set<K>
  /** Locators that `turn` looks at once all rows are known. */
  readonly locators: Set<string>
}

/** What a changed row makes stale. Asked with the rows before, and again with those after. */
export type RowHooks<K> = {
  readonly [T in VtepTable]?: (
    change: Extract<RowChange, { readonly table: T }>,
    rows: Rows,
    marked: Marked<K>,
  ) => void
}

/** Something that hangs on rows and on what a turn has found. */
export interface RowFollower<K> {
  /** All there are. Called when everything is derived from nothing. */
  all(sight: Sight): Iterable<K>
  readonly rows?: RowHooks<K>
  /** What else is stale: for a view or VNIs that changed, or for what kinds before it in the list have found. */
  turn?(turn: SightTurn, marked: Marked<K>): void
}

/** A kind of piece. It is named here and in the list of kinds, nowhere else. */
export interface PieceKind<K extends string | MacEntry> extends RowFollower<K> {
  readonly name: string
  /** What the piece asks for; `was`: until now. One that is no more asks for `nothing`. */
  derive(key: K, sight: Sight, was: Output): Output
  /** After the keys were derived. */
  settled?(keys: Iterable<K>, sight: Sight): void
}

/** A kind at work for one derivation; between two turns nothing is marked. */
export interface KindAtWork {
  /** Marks everything. */
  all(sight: Sight): void
  row(change: RowChange, rows: Rows): void
  turn(turn: SightTurn): void
  /** Derives what is marked, and adds what differs. */
  derive(sight: Sight, board: Board, changes: PieceChange[]): void
  /** When all kinds have derived, and the board has their changes. */
  settle(sight: Sight): void
}

/** Makes a kind ready to work for a derivation. */
export function pieceKind<K extends string | MacEntry>(kind: PieceKind<K>): () => KindAtWork {
  return () => new Work(kind, kind)
}

/** One that only tells others. */
export function follower<K extends string>(kind: RowFollower<K>): () => KindAtWork {
  return () => new Work(kind, null)
}

class Work<K extends string | MacEntry> implements KindAtWork {
  readonly #follower: RowFollower<K>
  readonly #kind: PieceKind<K> | null
  /** Where all is derived; null: what is marked. */
  #everything: readonly K[] | null = null
  readonly #marked: Marked<K> = { stale: new Set(), locators: new Set() }

  constructor(follower: RowFollower<K>, kind: PieceKind<K> | null) {
    this.#follower = follower
    this.#kind = kind
  }

  all(sight: Sight): void {
    this.#everything = [...this.#follower.all(sight)]
  }

  row(change: RowChange, rows: Rows): void {
    // the hook of a table takes the changes of that table
    const hook = this.#follower.rows?.[change.table] as
      ((change: RowChange, rows: Rows, marked: Marked<K>) => void) | undefined
    hook?.(change, rows, this.#marked)
  }

  turn(turn: SightTurn): void {
    this.#follower.turn?.(turn, this.#marked)
  }

  derive(sight: Sight, board: Board, changes: PieceChange[]): void {
    const kind = this.#kind
    if (kind === null) return
    for (const key of this.#everything ?? this.#marked.stale) {
      const place: PiecePlace =
        typeof key === 'string' ? board.place(key === '' ? kind.name : `${kind.name} ${key}`) : key
      const is = kind.derive(key, sight, place.output)
      // a place where nothing was or is asked for is not kept
      if (is !== place.output || is === nothing) changes.push({ place, is })
    }
  }

  settle(sight: Sight): void {
    const { stale, locators } = this.#marked
    const keys = this.#everything ?? stale
    this.#everything = null
    // to clear what is empty costs more than to ask
    if (locators.size > 0) locators.clear()
    if (keys === stale && stale.size === 0) return
    this.#kind?.settled?.(keys, sight)
    stale.clear()
  }
}
