import { countedProblems, type NamedProblem } from '../../words/describe-problem.js'
import type { Forecast } from '../forecast/forecast.js'

export const findingKinds = ['missing', 'extra', 'different', 'foreign'] as const
/** What is wrong with a thing; `foreign`: nothing, it is not ours. */
export type FindingKind = (typeof findingKinds)[number]

export const subjects = ['flow', 'port', 'bridge', 'row'] as const
/** `row`: of hardware_vtep, one that we write. */
export type FindingSubject = (typeof subjects)[number]

/** What a finding belongs to, by the names of people; null: to none, or to several. */
export interface FindingPlace {
  readonly logicalSwitch: string | null
  readonly port: string | null
  readonly tunnel: string | null
}

export const nowhere: FindingPlace = { logicalSwitch: null, port: null, tunnel: null }

/** One thing in which the switch, or what we report, is not as it is asked for; or one that is not ours. */
export interface Finding extends FindingPlace {
  readonly kind: FindingKind
  readonly subject: FindingSubject
  /** What it is in its collection: a flow's key, a name, a report's key. */
  readonly key: string
  /** Of a flow, else null. */
  readonly table: number | null
  /** What it is for. */
  readonly words: string
  /** As text; null: there is none on that side. */
  readonly desired: string | null
  readonly actual: string | null
  /** Where both differ, by name. */
  readonly fields: readonly FindingField[]
  /** What made it so, where a journal knows. */
  readonly cause: string | null
}

export interface FindingField {
  readonly name: string
  readonly actual: string
  readonly desired: string
}

/** All that is to be said of a switch. */
export interface Audit {
  readonly physicalSwitch: string
  /** In the order in which they are shown. */
  readonly findings: readonly Finding[]
  /** What would be done about them. */
  readonly forecast: Forecast
  /** Rows that can't be realised. */
  readonly problems: readonly NamedProblem[]
}

export function isDifference({ kind }: Finding): boolean {
  return kind !== 'foreign'
}

export interface Summary {
  readonly add: number
  readonly change: number
  readonly remove: number
  readonly foreign: number
}

export function findingsSummaryOf(findings: readonly Finding[]): Summary {
  const count = (wanted: FindingKind): number => findings.filter(({ kind }) => kind === wanted).length
  return {
    add: count('missing'),
    change: count('different'),
    remove: count('extra'),
    foreign: count('foreign'),
  }
}

/** In one sentence; `problems`: how many rows can not be realised, which no plan is for. */
export function summaryText({ add, change, remove }: Summary, problems: number): string {
  if (add + change + remove === 0)
    return problems === 0 ? 'No differences.' : `No differences, but ${countedProblems(problems)}.`
  return `Plan: ${add} to add, ${change} to change, ${remove} to remove`
}
