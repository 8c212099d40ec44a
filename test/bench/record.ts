import { asMarkdown, type Finding } from './findings.js'
import { inWords, type Machine } from './machine.js'
import type { Point } from './point.js'

/** A run, as test/bench/results/speed.json keeps it. */
export interface Record {
  /** When it ended, as in ISO 8601. */
  readonly at: string
  readonly isQuick: boolean
  readonly machine: Machine
  readonly findings: readonly Finding[]
  readonly points: readonly Point[]
  /** What could not be measured, and why. */
  readonly failures: readonly string[]
}

const [begin, end] = ['<!-- the table of npm run bench -->', '<!-- its end -->']

/** `page` with the table of another run. Throws an Error where there is no place for it. */
export function withSpeed(page: string, { at, machine, findings }: Record): string {
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`the page has no ${begin} … ${end}`)
  const text = `Measured ${at.slice(0, 10)} on ${inWords(machine)}.`
  return `${before}${begin}\n\n${text}\n\n${asMarkdown(findings)}\n\n${end}${after}`
}
