import type { Entry } from '../model/event.js'
import { cookieOf, metadataOf } from '../model/identity.js'
import type { Uuid } from '../model/uuid.js'
import type { Mention } from './mentions.js'
import type { Names } from './names.js'
import { rowChange, type RowChange } from './row-change.js'

/** A value that a row had; entry null: before anything was recorded. */
export interface PastValue {
  readonly entry: Entry | null
  readonly row: object | null
  readonly change: RowChange
}

interface PastRow {
  readonly table: string
  readonly values: PastValue[]
}

/** Every value of every row of a history that it was told the mentions of, in their order. */
export class Past {
  readonly #rows = new Map<Uuid, PastRow>()
  readonly #tables = new Map<string, Set<Uuid>>()
  readonly #byCookie = new Map<string, Uuid>()
  readonly #byMetadata = new Map<string, Uuid>()
  /** Rows of Mcast_Macs_Remote by the logical switches that they were ever for. */
  readonly #groups = new Map<Uuid, Set<Uuid>>()

  /** Of a mention that `names` has not heard yet. */
  hear(mention: Mention & { what: 'row' }, entry: Entry | null, names: Names): void {
    const { table, key, value } = mention
    const past = this.#rows.get(key) ?? { table, values: [] }
    past.values.push({ entry, row: value, change: rowChange(mention, names) })
    this.#rows.set(key, past)
    setIn(this.#tables, table).add(key)
    this.#byCookie.set(cookieOf(key), key)
    if (table === 'Logical_Switch') this.#byMetadata.set(metadataOf(key), key)
    if (table === 'Mcast_Macs_Remote' && value !== null)
      setIn(this.#groups, (value as { logical_switch: Uuid }).logical_switch).add(key)
  }

  table(uuid: Uuid): string {
    return this.#rows.get(uuid)?.table ?? ''
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

  /** The row after entry `seq`; null: it was not there. */
  at(uuid: Uuid, seq: number): object | null {
    const values = this.#rows.get(uuid)?.values ?? []
    return values.findLast(({ entry }) => (entry?.seq ?? 0) <= seq)?.row ?? null
  }

  /** Its values until entry `seq`, those from before the recording left out. */
  changes(uuid: Uuid, seq: number): readonly (PastValue & { readonly entry: Entry })[] {
    return (this.#rows.get(uuid)?.values ?? []).flatMap(({ entry, ...rest }) =>
      entry === null || entry.seq > seq ? [] : [{ ...rest, entry }],
    )
  }
}

function setIn<K>(sets: Map<K, Set<Uuid>>, key: K): Set<Uuid> {
  const set = sets.get(key) ?? new Set()
  sets.set(key, set)
  return set
}
