import type { BfdSession } from '../model/bfd.js'
import type { Flow } from '../model/flow.js'
import type { Problem } from '../model/problem.js'
import type { Report } from '../model/report.js'

/** What one piece of the derivation asks for: a flow alone, as nearly every one of 100,000 MACs does, or anything. */
export type Output = Flow | Demands

export interface Demands {
  readonly flows: readonly Flow[]
  readonly reports: readonly Report[]
  readonly problems: readonly Problem[]
  /** BFD sessions that must run. */
  readonly sessions: readonly BfdSession[]
}

export const nothing: Demands = { flows: [], reports: [], problems: [], sessions: [] }

export function isFlow(output: Output): output is Flow {
  return 'key' in output
}

/** Where a piece stands. */
export interface PiecePlace {
  readonly piece: string
  /** What it asks for; the very `nothing` where that is nothing. */
  output: Output
}
