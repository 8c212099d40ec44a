import { amend, type Buckets } from '../model/buckets.js'
import type { Flow } from '../model/flow.js'
import type { Problem } from '../model/problem.js'
import { type Report, reportKey } from '../model/report.js'
import { type Output } from './pieces.js'

/** What the databases ask for. */
export interface Desired {
  readonly flows: Buckets<Flow>
  readonly reports: Buckets<Report>
  /** By piece; pieces without problems are absent. */
  readonly problems: ReadonlyMap<string, readonly Problem[]>
}

/** Holds every piece's output and, out of them, what is desired as a whole. */
export class Board {
  readonly #outputs = new Map<string, Output>()
  #flows: Buckets<Flow> = new Map()
  #reports: Buckets<Report> = new Map()
  #problems: ReadonlyMap<string, readonly Problem[]> = new Map()

  get desired(): Desired {
    return { flows: this.#flows, reports: this.#reports, problems: this.#problems }
  }

  /** New outputs for some pieces. No two pieces may ask for one flow or report, save that one gives it up. */
  replace(outputs: ReadonlyMap<string, Output>): void {
    const flows = new Map<string, Flow | undefined>()
    const reports = new Map<string, Report | undefined>()
    for (const piece of outputs.keys()) {
      const old = this.#outputs.get(piece)
      for (const flow of old?.flows ?? []) flows.set(flow.key, undefined)
      for (const report of old?.reports ?? []) reports.set(reportKey(report), undefined)
    }
    for (const [piece, output] of outputs) {
      for (const flow of output.flows) flows.set(flow.key, flow)
      for (const report of output.reports) reports.set(reportKey(report), report)
      this.#keep(piece, output)
    }
    this.#flows = amend(this.#flows, flows)
    this.#reports = amend(this.#reports, reports)
  }

  #keep(piece: string, output: Output): void {
    const isEmpty = output.flows.length + output.reports.length + output.problems.length === 0
    if (isEmpty) this.#outputs.delete(piece)
    else this.#outputs.set(piece, output)
    if (output.problems.length === 0 && !this.#problems.has(piece)) return
    const problems = new Map(this.#problems)
    if (output.problems.length === 0) problems.delete(piece)
    else problems.set(piece, output.problems)
    this.#problems = problems
  }
}
