import type { Entry } from '../model/event.js'
import { cookieOf, metadataOf } from '../model/identity.js'
import type { Uuid } from '../model/uuid.js'
import type { Mention } from './mentions.js'
import type { Names } from '../words/names.js'
import { rowChange, type RecordedRowChange } from './row-change.js'

/** A change of a row, and the entry that said so. */
export interface PastChange {
  readonly seq: number
  readonly atMs: number
  readonly change: RecordedRowChange
}

/** What became of a row so far; it never changes, so whoever holds it sees the row as it stood then. */
export interface PastRow {
  readonly table: string
  /** Null: it is gone. */
  readonly row: object | null
  /** The latest last, `mostChanges` of them. */
  readonly changes: readonly PastChange[]
  /** The changes before those. */
  readonly earlier: { readonly count: number; readonly seq: number } | null
}

const mostChanges = 4
/** So many rows that are gone are remembered, those that went last. */
const mostGone = 20_000

/**
 * The rows of a history that it is told the mentions of, in their order: each as it stands, with its last changes. What it
 * takes of memory follows the number of rows, not the length of the history.
 */
export class Past {
  readonly #rows = new Map<Uuid, PastRow>()
  readonly #tables = new Map<string, Set<Uuid>>()
  readonly #byCookie = new Map<string, Uuid>()
  readonly #byMetadata = new Map<string, Uuid>()
  /** Rows of Mcast_Macs_Remote by the logical switches that they were ever for. */
  readonly #groups = new Map<Uuid, Set<Uuid>>()
  /** In the order in which they went. */
  readonly #gone = new Set<Uuid>()

  /** Of a mention that `names` has not heard yet; entry null: it stood so before anything was recorded. */
  hear(mention: Mention & { what: 'row' }, entry: Entry | null, names: Names): void {
    const { table, key, value } = mention
    const was = this.#rows.get(key) ?? { table, row: null, changes: [], earlier: null }
    const more =
      entry === null ? [] : [{ seq: entry.seq, atMs: entry.atMs, change: rowChange(mention, names) }]
    const all = [...was.changes, ...more]
    const [dropped] = all.length > mostChanges ? all : []
    const earlier =
      dropped === undefined
        ? was.earlier
        : { count: (was.earlier?.count ?? 0) + 1, seq: was.earlier?.seq ?? dropped.seq }
    this.#rows.set(key, { table, row: value, changes: all.slice(-mostChanges), earlier })
    setIn(this.#tables, table).add(key)
    this.#byCookie.set(cookieOf(key), key)
    if (table === 'Logical_Switch') this.#byMetadata.set(metadataOf(key), key)
    if (table === 'Mcast_Macs_Remote' && value !== null)
      setIn(this.#groups, (value as { logical_switch: Uuid }).logical_switch).add(key)
    this.#gone.delete(key)
    if (value === null) this.#lose(key)
  }

  of(uuid: Uuid): PastRow | undefined {
    return this.#rows.get(uuid)
  }

  ofTable(table: string): Iterable<Uuid> {
    return this.#tables.get(table) ?? []
  }

  ofCookie(cookie: string): Uuid | undefined {
    return this.#byCookie.get(cookie)
  }

  logicalSwitch(metadata: string): Uuid | undefined {
    return this.#byMetadata.get(metadata)
  }

  groups(logicalSwitch: Uuid): Iterable<Uuid> {
    return this.#groups.get(logicalSwitch) ?? []
  }

  /** The row as it stands; null: it is not there. */
  row(uuid: Uuid): object | null {
    return this.#rows.get(uuid)?.row ?? null
  }

  #lose(key: Uuid): void {
    this.#gone.add(key)
    if (this.#gone.size <= mostGone) return
    const [oldest = ''] = this.#gone
    this.#gone.delete(oldest)
    const table = this.#rows.get(oldest)?.table ?? ''
    this.#tables.get(table)?.delete(oldest)
    this.#rows.delete(oldest)
    this.#byCookie.delete(cookieOf(oldest))
    if (table === 'Mcast_Macs_Remote') for (const group of this.#groups.values()) group.delete(oldest)
  }
}

function setIn<K>(sets: Map<K, Set<Uuid>>, key: K): Set<Uuid> {
  const set = sets.get(key) ?? new Set()
  sets.set(key, set)
  return set
}
