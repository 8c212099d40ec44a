import type { Problem } from '../model/problem.js'
import { faultColumn, type FaultyRow, type Report } from '../model/report.js'
import type { Uuid } from '../model/uuid.js'
import { Tally } from './groups.js'

/** Which faults stand at which rows, counted as problems come and go. */
export class Faults {
  readonly #faults = new Tally()
  readonly #rows = new Map<string, FaultyPlace>()

  add(problem: Problem): void {
    if (problem.fault === null) return
    const place = placeOf(problem)
    this.#rows.set(keyOf(place), place)
    this.#faults.add(keyOf(place), problem.fault)
  }

  delete(problem: Problem): void {
    if (problem.fault === null) return
    const key = keyOf(placeOf(problem))
    this.#faults.delete(key, problem.fault)
    if (!this.#faults.has(key)) this.#rows.delete(key)
  }

  reports(physicalSwitch: Uuid): Report[] {
    return [...this.#rows].map(([key, { row, uuid }]) => {
      const faults = [...this.#faults.of(key)].sort()
      return { table: 'faults', row, uuid: uuid ?? physicalSwitch, faults, value: faults.join(' ') }
    })
  }
}

/** `uuid` null: the switch's own row. */
interface FaultyPlace {
  readonly row: FaultyRow
  readonly uuid: Uuid | null
}

function keyOf({ row, uuid }: FaultyPlace): string {
  return `${row} ${uuid ?? ''}`
}

function placeOf({ table, uuid, fault }: Problem): FaultyPlace {
  // vtep(5) has those of routers at the switch
  return table !== 'Physical_Switch' && isFaulty(table) && fault?.startsWith('lr_') !== true
    ? { row: table, uuid }
    : { row: 'Physical_Switch', uuid: null }
}

function isFaulty(table: string): table is FaultyRow {
  return Object.hasOwn(faultColumn, table)
}
