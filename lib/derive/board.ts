import { amend, type Collection, entriesOf, none } from '../model/collection.js'
import type { BfdSession } from '../model/bfd.js'
import type { Flow } from '../model/flow.js'
import type { Problem } from '../model/problem.js'
import { type Report, reportKey } from '../model/report.js'
import type { Uuid } from '../model/uuid.js'
import { Faults } from './faults.js'
import type { Output } from './pieces/sight.js'

/** What the databases ask for. */
export interface Desired {
  readonly flows: Collection<Flow>
  readonly reports: Collection<Report>
  /** By piece; pieces without problems are absent. */
  readonly problems: Collection<readonly Problem[]>
  /** By remote end point. */
  readonly sessions: Collection<BfdSession>
}

/** Problems of all pieces. */
export function problemsIn({ problems }: Pick<Desired, 'problems'>): readonly Problem[] {
  return [...entriesOf(problems)].flatMap(([, ofPiece]) => ofPiece)
}

/** Keys and values, one after another; undefined: the key goes. */
type Changes<T> = (readonly [string, T | undefined])[]

/** Where a piece stands that asks for something. To find it among 100,000 costs as much as much of the rest. */
interface Place {
  output: Output
}

/** What a piece asks for from now on, and where it stood; undefined: it asked for nothing. */
export interface PieceChange {
  readonly piece: string
  readonly place: Place | undefined
  readonly is: Output
}

/** Holds every piece's output and, out of them, what is desired as a whole. */
export class Board {
  readonly #places = new Map<string, Place>()
  readonly #faults = new Faults()
  #faultReports: readonly Report[] = []
  #desired: Desired = { flows: none, reports: none, problems: none, sessions: none }

  get desired(): Desired {
    return this.#desired
  }

  place(piece: string): Place | undefined {
    return this.#places.get(piece)
  }

  /**
   * New outputs for some pieces, each named once. No two pieces may ask for one flow or report, save that one gives it up.
   * `physicalSwitch`: where faults are raised; null: nowhere.
   */
  replace(changes: readonly PieceChange[], physicalSwitch: Uuid | null): void {
    const flowChanges: Changes<Flow> = []
    const reportChanges: Changes<Report> = []
    const problemChanges: Changes<readonly Problem[]> = []
    const sessionChanges: Changes<BfdSession> = []
    for (const { piece, place, is } of changes) {
      if (place === undefined) continue
      const was = place.output
      if (isFlow(was)) {
        if (!isFlow(is) || is.key !== was.key) flowChanges.push([was.key, undefined])
        continue
      }
      for (const { key } of was.flows) flowChanges.push([key, undefined])
      for (const report of was.reports) reportChanges.push([reportKey(report), undefined])
      for (const session of was.sessions) sessionChanges.push([session.remote, undefined])
      for (const problem of was.problems) this.#faults.delete(problem)
      if (was.problems.length > 0) problemChanges.push([piece, undefined])
    }
    for (const change of changes) {
      const { piece, place, is } = change
      if (isFlow(is)) {
        if (is === place?.output) continue
        flowChanges.push([is.key, is])
        this.#keep(change)
        continue
      }
      for (const flow of is.flows) flowChanges.push([flow.key, flow])
      for (const report of is.reports) reportChanges.push([reportKey(report), report])
      for (const session of is.sessions) sessionChanges.push([session.remote, session])
      for (const problem of is.problems) this.#faults.add(problem)
      if (is.problems.length > 0) problemChanges.push([piece, is.problems])
      this.#keep(change)
    }
    this.#replaceFaults(physicalSwitch, reportChanges)
    const { flows, reports, problems, sessions } = this.#desired
    this.#desired = {
      flows: amend(flows, flowChanges),
      reports: amend(reports, reportChanges),
      problems: amend(problems, problemChanges),
      sessions: amend(sessions, sessionChanges),
    }
  }

  #replaceFaults(physicalSwitch: Uuid | null, reports: Changes<Report>): void {
    for (const report of this.#faultReports) reports.push([reportKey(report), undefined])
    this.#faultReports = physicalSwitch === null ? [] : this.#faults.reports(physicalSwitch)
    for (const report of this.#faultReports) reports.push([reportKey(report), report])
  }

  #keep({ piece, place, is }: PieceChange): void {
    if (isNothing(is)) this.#places.delete(piece)
    else if (place === undefined) this.#places.set(piece, { output: is })
    else place.output = is
  }
}

/** A session never stands alone: its Tunnel row is a report. */
function isNothing(output: Output): boolean {
  return !isFlow(output) && output.flows.length + output.reports.length + output.problems.length === 0
}

export function isFlow(output: Output): output is Flow {
  return 'key' in output
}
