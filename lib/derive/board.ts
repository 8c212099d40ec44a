import { amend, type Collection, entriesOf, none } from '../model/collection.js'
import type { BfdSession } from '../model/bfd.js'
import type { Flow } from '../model/flow.js'
import type { Problem } from '../model/problem.js'
import { type Report, reportKey } from '../model/report.js'
import type { Uuid } from '../model/uuid.js'
import { Faults } from './faults.js'
import { type Demands, isFlow, nothing, type Output, type PiecePlace } from './output.js'

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

/** What a piece asks for from now on. */
export interface PieceChange {
  readonly place: PiecePlace
  readonly is: Output
}

/** Holds, out of every piece's output, what is desired as a whole. */
export class Board {
  readonly #places = new Map<string, PiecePlace>()
  readonly #faults = new Faults()
  #faultReports: readonly Report[] = []
  #desired: Desired = { flows: none, reports: none, problems: none, sessions: none }

  get desired(): Desired {
    return this.#desired
  }

  /** What a piece asks for. */
  outputOf(piece: string): Output {
    return this.#places.get(piece)?.output ?? nothing
  }

  /** Of a piece whose place nobody else keeps. */
  place(piece: string): PiecePlace {
    let place = this.#places.get(piece)
    if (place === undefined) this.#places.set(piece, (place = { piece, output: nothing }))
    return place
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
    for (const { place, is } of changes) {
      const was = place.output
      if (isFlow(was)) {
        if (!isFlow(is) || is.key !== was.key) flowChanges.push([was.key, undefined])
        continue
      }
      for (const { key } of was.flows) flowChanges.push([key, undefined])
      for (const report of was.reports) reportChanges.push([reportKey(report), undefined])
      for (const session of was.sessions) sessionChanges.push([session.remote, undefined])
      for (const problem of was.problems) this.#faults.delete(problem)
      if (was.problems.length > 0) problemChanges.push([place.piece, undefined])
    }
    for (const { place, is } of changes) {
      if (isFlow(is)) {
        if (is !== place.output) flowChanges.push([is.key, is])
        place.output = is
        continue
      }
      for (const flow of is.flows) flowChanges.push([flow.key, flow])
      for (const report of is.reports) reportChanges.push([reportKey(report), report])
      for (const session of is.sessions) sessionChanges.push([session.remote, session])
      for (const problem of is.problems) this.#faults.add(problem)
      if (is.problems.length > 0) problemChanges.push([place.piece, is.problems])
      place.output = isNothing(is) ? nothing : is
      // that of a MAC is not among them
      if (place.output === nothing) this.#places.delete(place.piece)
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
}

/** A session never stands alone: its Tunnel row is a report. */
function isNothing({ flows, reports, problems }: Demands): boolean {
  return flows.length + reports.length + problems.length === 0
}
