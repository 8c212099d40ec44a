import type { View } from '../derive/view/view.js'
import { countingFlows } from '../pipeline/counting.js'
import type { Binding } from '../model/binding.js'
import { lookup } from '../model/collection.js'
import type { FlowKey } from '../model/flow.js'
import type { Uuid } from '../model/uuid.js'
import type { VtepTables } from '../model/state.js'
import type { RowOf } from '../schema/column.js'
import { Logical_Binding_Stats } from '../schema/vtep/logical-binding-stats.js'

/** What a flow has counted; bytes as the frames came in, tags included. */
export interface FlowCount {
  readonly packets: number
  readonly bytes: number
}

const statisticsColumns = Object.keys(Logical_Binding_Stats.columns) as readonly (keyof Totals)[]

export type Totals = RowOf<typeof Logical_Binding_Stats.columns>

const zero: Totals = { packets_from_local: 0, bytes_from_local: 0, packets_to_local: 0, bytes_to_local: 0 }

/** What is counted: a VLAN of a port in a logical switch. */
interface Counted {
  /** The same while it is bound to the same logical switch. */
  readonly of: string
  /** The row that shows it; null while there is none. */
  readonly row: Uuid | null
  /** Null while it has no flows. */
  readonly binding: Binding | null
}

/** Everything that is bound at our ports. */
export function countedIn({ physicalSwitch, bindings }: View, tables: VtepTables): readonly Counted[] {
  const bound = new Map<string, Binding>()
  for (const group of bindings.values())
    for (const binding of group) bound.set(`${binding.port} ${binding.vlan}`, binding)
  return (physicalSwitch?.row.ports ?? []).flatMap((port) => {
    const { vlan_bindings = [], vlan_stats = [] } = lookup(tables.Physical_Port, port) ?? {}
    const rows = new Map(vlan_stats)
    return vlan_bindings.map(([vlan, logicalSwitch]) => ({
      of: `${port} ${vlan} ${logicalSwitch}`,
      row: rows.get(vlan) ?? null,
      binding: bound.get(`${port} ${vlan}`) ?? null,
    }))
  })
}

/**
 * Adds up what the flows of each binding count. A flow that counts less than before was made anew, and
 * counts from zero. Telemetry: it is not in the journal, and what flows counted that went unread is lost.
 */
export class Statistics {
  #counts: ReadonlyMap<FlowKey, FlowCount> = new Map()
  #counted: readonly Counted[] = []
  #totals: ReadonlyMap<string, Totals> = new Map()
  #written = new Map<Uuid, Totals>()

  /** The rows as the database has them, after every connection: a server that was restarted has lost them. */
  written(rows: Iterable<readonly [Uuid, Totals]>): void {
    this.#written = new Map(rows)
  }

  wrote(rows: Iterable<readonly [Uuid, Totals]>): void {
    for (const [row, totals] of rows) this.#written.set(row, totals)
  }

  /** Takes in what all flows of the counting tables count now. `counted`: as before unless given. */
  read(counts: ReadonlyMap<FlowKey, FlowCount>, counted: readonly Counted[] = this.#counted): void {
    const totals = new Map<string, Totals>()
    for (const one of counted) {
      const known = this.#totals.get(one.of)
      const total = one.binding === null ? known : this.#total(known, one.binding, one.row, counts)
      if (total !== undefined) totals.set(one.of, total)
    }
    this.#totals = totals
    this.#counted = counted
    this.#counts = counts
  }

  /** The rows that the database has otherwise. */
  *outdated(): Generator<readonly [Uuid, Totals]> {
    for (const { row, of } of this.#counted) {
      const totals = this.#totals.get(of)
      if (row !== null && totals !== undefined && !isSame(totals, this.#written.get(row) ?? zero))
        yield [row, totals]
    }
  }

  #total(
    known: Totals | undefined,
    binding: Binding,
    row: Uuid | null,
    counts: ReadonlyMap<FlowKey, FlowCount>,
  ): Totals {
    // a flow that counted for another binding until now
    const isPassedOn = countingFlows(binding).into.some((key) => this.#counts.has(key))
    if (known === undefined && !isPassedOn)
      return greatest(
        this.#written.get(row ?? '') ?? zero,
        totalsOf(binding, (key) => counts.get(key)),
      )
    return sum(
      known ?? zero,
      totalsOf(binding, (key) => this.#since(key, counts)),
    )
  }

  #since(key: FlowKey, counts: ReadonlyMap<FlowKey, FlowCount>): FlowCount | undefined {
    const [before, now] = [this.#counts.get(key), counts.get(key)]
    if (before === undefined || now === undefined || now.packets < before.packets) return now
    return { packets: now.packets - before.packets, bytes: now.bytes - before.bytes }
  }
}

function totalsOf(binding: Binding, count: (key: FlowKey) => FlowCount | undefined): Totals {
  const { into, outOf } = countingFlows(binding)
  const add = (key: FlowKey, of: keyof FlowCount): number => count(key)?.[of] ?? 0
  return {
    packets_from_local: into.reduce((all, key) => all + add(key, 'packets'), 0),
    bytes_from_local: into.reduce((all, key) => all + add(key, 'bytes'), 0),
    packets_to_local: add(outOf, 'packets'),
    bytes_to_local: add(outOf, 'bytes'),
  }
}

function sum(a: Totals, b: Totals): Totals {
  return combined((column) => a[column] + b[column])
}

/**
 * After a start: flows that were never made anew have counted everything, also while nobody read them;
 * others at least what was written before.
 */
function greatest(a: Totals, b: Totals): Totals {
  return combined((column) => Math.max(a[column], b[column]))
}

function combined(value: (column: keyof Totals) => number): Totals {
  return Object.fromEntries(statisticsColumns.map((column) => [column, value(column)])) as Record<
    keyof Totals,
    number
  >
}

function isSame(a: Totals, b: Totals): boolean {
  return statisticsColumns.every((column) => a[column] === b[column])
}
