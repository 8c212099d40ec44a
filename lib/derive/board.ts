import { amend, type Buckets } from '../model/buckets.js'
import type { Flow } from '../model/flow.js'
import type { Problem } from '../model/problem.js'
import { type Report, reportKey } from '../model/report.js'
import type { Uuid } from '../model/uuid.js'
import { Faults } from './faults.js'
import type { Output } from './pieces/sight.js'

/** What the databases ask for. */
export interface Desired {
  readonly flows: Buckets<Flow>
  readonly reports: Buckets<Report>
  /** By piece; pieces without problems are absent. */
  readonly problems: Buckets<readonly Problem[]>
}

/** Holds every piece's output and, out of them, what is desired as a whole. */
export class Board {
  readonly #outputs = new Map<string, Output>()
  readonly #faults = new Faults()
  #faultReports: readonly Report[] = []
  #desired: Desired = { flows: new Map(), reports: new Map(), problems: new Map() }

  get desired(): Desired {
    return this.#desired
  }

  /**
   * New outputs for some pieces. No two pieces may ask for one flow or report, save that one gives it up.
   * `physicalSwitch`: where faults are raised; null: nowhere.
   */
  replace(outputs: ReadonlyMap<string, Output>, physicalSwitch: Uuid | null): void {
    const changes = {
      flows: new Changes<Flow>(),
      reports: new Changes<Report>(),
      problems: new Changes<readonly Problem[]>(),
    }
    for (const piece of outputs.keys()) {
      const old = this.#outputs.get(piece)
      for (const flow of old?.flows ?? []) changes.flows.set(flow.key, undefined)
      for (const report of old?.reports ?? []) changes.reports.set(reportKey(report), undefined)
      for (const problem of old?.problems ?? []) this.#faults.delete(problem)
      if (old !== undefined && old.problems.length > 0) changes.problems.set(piece, undefined)
    }
    for (const [piece, output] of outputs) {
      for (const flow of output.flows) changes.flows.set(flow.key, flow)
      for (const report of output.reports) changes.reports.set(reportKey(report), report)
      for (const problem of output.problems) this.#faults.add(problem)
      if (output.problems.length > 0) changes.problems.set(piece, output.problems)
      this.#keep(piece, output)
    }
    this.#replaceFaults(physicalSwitch, changes.reports)
    const { flows, reports, problems } = this.#desired
    this.#desired = {
      flows: amend(flows, changes.flows),
      reports: amend(reports, changes.reports),
      problems: amend(problems, changes.problems),
    }
  }

  #replaceFaults(physicalSwitch: Uuid | null, reports: Changes<Report>): void {
    for (const report of this.#faultReports) reports.set(reportKey(report), undefined)
    this.#faultReports = physicalSwitch === null ? [] : this.#faults.reports(physicalSwitch)
    for (const report of this.#faultReports) reports.set(reportKey(report), report)
  }

  #keep(piece: string, { flows, reports, problems }: Output): void {
    if (flows.length + reports.length + problems.length === 0) this.#outputs.delete(piece)
    else this.#outputs.set(piece, { flows, reports, problems })
  }
}

/** Keys to values; undefined: the key goes. */
class Changes<T> extends Map<string, T | undefined> {}
