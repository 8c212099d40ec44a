import type { Problem } from '../model/problem.js'
import type { FaultyRow, Report } from '../model/report.js'
import type { Uuid } from '../model/uuid.js'
import { Tally } from './groups.js'

/** Which faults stand at the switch and its ports, counted as problems come and go. */
export class Faults {
  readonly #faults = new Tally()
  readonly #rows = new Set<string>()

  add(problem: Problem): void {
    if (problem.fault === null) return
    this.#rows.add(rowOf(problem))
    this.#faults.add(rowOf(problem), problem.fault)
  }

  delete(problem: Problem): void {
    if (problem.fault === null) return
    this.#faults.delete(rowOf(problem), problem.fault)
    if (!this.#faults.has(rowOf(problem))) this.#rows.delete(rowOf(problem))
  }

  reports(physicalSwitch: Uuid): Report[] {
    return [...this.#rows].map((port) => {
      const row: FaultyRow = port === '' ? 'Physical_Switch' : 'Physical_Port'
      const value = [...this.#faults.of(port)].sort().join(' ')
      return { table: 'faults', row, uuid: port === '' ? physicalSwitch : port, value }
    })
  }
}

/** The port at fault; empty: the switch. */
function rowOf({ table, uuid }: Problem): string {
  return table === 'Physical_Port' ? uuid : ''
}
