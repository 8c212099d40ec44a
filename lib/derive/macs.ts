import { type Collection, lookup } from '../model/collection.js'
import { parseMac } from '../model/mac.js'
import type { Uuid } from '../model/uuid.js'
import type { UcastMacRow } from '../schema/hardware-vtep.js'
import { nothing, type Output, type PiecePlace } from './output.js'

/** A Ucast_Macs_Remote row. */
export interface Unicast {
  readonly uuid: Uuid
  readonly row: UcastMacRow
}

type Named = Pick<UcastMacRow, 'logical_switch' | 'MAC'>

/** Rows for the same address of the same logical switch have one key, however they spell the address. */
export function macKey({ logical_switch, MAC }: Named): string {
  return `${logical_switch}/${parseMac(MAC) ?? MAC}`
}

/** Whether two rows have one `macKey`; false also where they only spell it differently. */
export function isSameMac(before: Named, after: Named): boolean {
  return before.MAC === after.MAC && before.logical_switch === after.logical_switch
}

/** Of a `macKey`. */
export function macKeyParts(key: string): { readonly logicalSwitch: string; readonly mac: string } {
  const at = key.indexOf('/')
  return { logicalSwitch: key.slice(0, at), mac: key.slice(at + 1) }
}

/**
 * An address of a logical switch: the Ucast_Macs_Remote rows that name it, and what is asked for because of it. They are held
 * together, for to find one thing among 100,000 costs as much as much of the rest.
 */
export class MacEntry implements PiecePlace {
  /** Its `macKey`. */
  readonly piece: string
  output: Output = nothing
  /** Nearly every MAC has one row, which stands here; null: none. */
  #uuid: Uuid | null = null
  #row: UcastMacRow | null = null
  /** Where there are several, the others. */
  #others: Map<Uuid, UcastMacRow> | null = null

  constructor(key: string) {
    this.piece = key
  }

  get hasRows(): boolean {
    return this.#uuid !== null
  }

  /** In no order. */
  get rows(): readonly Unicast[] {
    if (this.#uuid === null || this.#row === null) return noRows
    const one = { uuid: this.#uuid, row: this.#row }
    return this.#others === null ? [one] : [one, ...[...this.#others].map(([uuid, row]) => ({ uuid, row }))]
  }

  /** A row that comes, or is another from now on. */
  set(uuid: Uuid, row: UcastMacRow): void {
    if (this.#uuid !== null && this.#uuid !== uuid) (this.#others ??= new Map()).set(uuid, row)
    else [this.#uuid, this.#row] = [uuid, row]
  }

  delete(uuid: Uuid): void {
    if (this.#uuid !== uuid) this.#others?.delete(uuid)
    else {
      const [next] = this.#others ?? []
      this.#others?.delete(next?.[0] ?? '')
      ;[this.#uuid, this.#row] = next ?? [null, null]
    }
    if (this.#others?.size === 0) this.#others = null
  }
}

const noRows: readonly Unicast[] = []

/** The remote MACs, by their `macKey`. */
export class Macs {
  readonly #entries = new Map<string, MacEntry>()

  entries(): Iterable<MacEntry> {
    return this.#entries.values()
  }

  /** Is there from when it is first asked for until it is dropped. */
  at(key: string): MacEntry {
    let entry = this.#entries.get(key)
    if (entry === undefined) this.#entries.set(key, (entry = new MacEntry(key)))
    return entry
  }

  hasRows(key: string): boolean {
    return this.#entries.get(key)?.hasRows === true
  }

  /** A row before and after a change, undefined where it was or is not there. Whose row it was or is goes to `touched`. */
  note(
    uuid: Uuid,
    before: UcastMacRow | undefined,
    after: UcastMacRow | undefined,
    touched: Set<MacEntry>,
  ): void {
    if (before !== undefined && (after === undefined || !isSameMac(before, after))) {
      const entry = this.at(macKey(before))
      entry.delete(uuid)
      touched.add(entry)
    }
    if (after === undefined) return
    const entry = this.at(macKey(after))
    entry.set(uuid, after)
    touched.add(entry)
  }

  /** To be called for those that were touched, when it is known what they ask for. */
  drop(entries: Iterable<MacEntry>): void {
    for (const entry of entries)
      if (!entry.hasRows && entry.output === nothing) this.#entries.delete(entry.piece)
  }
}

/**
 * Rows that say something of one thing. Where there are several, as while a controller moves it, the row that was seen last decides,
 * among rows seen together the one with the lowest UUID.
 */
export function newestFirst(rows: readonly Unicast[], seen: Collection<number>): readonly Unicast[] {
  if (rows.length < 2) return rows
  const seenAt = ({ uuid }: Unicast) => lookup(seen, uuid) ?? 0
  return rows.toSorted((a, b) => seenAt(b) - seenAt(a) || (a.uuid < b.uuid ? -1 : 1))
}
