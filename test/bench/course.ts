import type { Finding, Predecessor } from './findings.js'
import type { Point } from './point.js'

/** What a part of the benchmark is given, and where it puts what it finds. */
export interface Bench {
  readonly isQuick: boolean
  /** How often something is repeated: `full` times, or less in a quick run. */
  rounds(full: number): number
  readonly predecessor: Predecessor
  found(...findings: readonly Finding[]): void
  /** What was found before in this run. */
  before(row: string): Finding | undefined
  readonly points: Point[]
  /** Says what is done now. */
  say(what: string): void
  /** Says what is done now, and goes on where it fails: the run ends with the reason. */
  attempt(what: string, work: () => Promise<void>): Promise<void>
}

/** A part of the benchmark that can be run alone. */
export interface Course {
  readonly name: string
  readonly about: string
  /** What it takes, roughly, in seconds. */
  readonly takes: { readonly full: number; readonly quick: number }
  run(bench: Bench): Promise<void>
}
