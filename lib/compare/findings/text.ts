import { commandOf, type Command, shellLines } from '../../plan/command.js'
import type { Forecast } from '../forecast/forecast.js'
import type { Batch } from '../../model/batch.js'
import { describeProblem } from '../../words/describe-problem.js'
import { oneLine } from '../../words/one-line.js'
import { type Audit, type FindingField, type Finding, isDifference } from './finding.js'

/** A line, and what it stands for. */
export interface FindingLine {
  readonly text: string
  readonly style: 'heading' | 'plain' | 'add' | 'remove' | 'change'
}

/** All findings in groups, in words and then as flows. */
export function* auditLines({ findings, problems, forecast: plan }: Audit): Generator<FindingLine> {
  for (const [heading, group] of grouped(findings)) {
    yield { text: oneLine(heading), style: 'heading' }
    for (const finding of group) yield* findingLines(finding)
    yield { text: '', style: 'plain' }
  }
  if (problems.length > 0) {
    yield { text: 'Can not be realised', style: 'heading' }
    for (const problem of problems) yield { text: oneLine(`  ${describeProblem(problem)}`), style: 'plain' }
    yield { text: '', style: 'plain' }
  }
  if (plan.more !== null) yield { text: oneLine(`More will follow: ${plan.more}.`), style: 'plain' }
}

/** As `diff -u` has it: what is there with a minus, what is asked for with a plus. */
export function* unifiedLines({ findings }: Audit, actual: string, desired: string): Generator<FindingLine> {
  const differences = findings.filter(isDifference)
  if (differences.length === 0) return
  yield { text: oneLine(`--- ${actual}`), style: 'heading' }
  yield { text: oneLine(`+++ ${desired}`), style: 'heading' }
  for (const [heading, group] of grouped(differences)) {
    yield { text: oneLine(`@@ ${heading} @@`), style: 'change' }
    for (const one of group) {
      if (one.actual !== null) yield { text: oneLine(`-${one.actual}`), style: 'remove' }
      if (one.desired !== null) yield { text: oneLine(`+${one.desired}`), style: 'add' }
    }
  }
}

/** The plan, batch by batch, as lines for a POSIX shell. `commandsFor`: what makes a batch. */
export function* planLines(
  { steps, more }: Forecast,
  commandsFor: (batch: Batch) => readonly Command[] = (batch) => [commandOf(batch)],
): Generator<string> {
  for (const { batch } of steps) for (const command of commandsFor(batch)) yield shellLines(command)
  if (more !== null) yield oneLine(`# more will follow: ${more}`)
}

function grouped(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const heading = headingOf(finding)
    const group = groups.get(heading)
    if (group === undefined) groups.set(heading, [finding])
    else group.push(finding)
  }
  return groups
}

function headingOf({ kind, subject, logicalSwitch, port, tunnel }: Finding): string {
  if (kind === 'foreign') return 'Not ours, left as it is'
  if (subject === 'row') return 'Rows that we write back'
  const place = [
    ...(logicalSwitch === null
      ? []
      : [`logical switch ${logicalSwitch.replace(/^the logical switch /, '')}`]),
    ...(port === null ? [] : [`port ${port}`]),
    ...(tunnel === null ? [] : [`tunnel ${tunnel}`]),
  ]
  const text = place.length === 0 ? 'the bridge as a whole' : place.join(', ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

function* findingLines(finding: Finding): Generator<FindingLine> {
  const { kind, words, desired, actual, fields, cause, key } = finding
  const mark = kind === 'foreign' ? '' : `${kind}: `
  if (kind !== 'foreign') yield { text: oneLine(`  ${mark}${words}`), style: 'plain' }
  if (kind === 'missing' && desired !== null) yield { text: oneLine(`    + ${desired}`), style: 'add' }
  if (kind === 'extra' && actual !== null) yield { text: oneLine(`    - ${actual}`), style: 'remove' }
  if (kind === 'foreign' && actual !== null) yield { text: oneLine(`  ${actual}`), style: 'plain' }
  if (kind === 'different') {
    yield { text: oneLine(`    ~ ${key}`), style: 'change' }
    for (const field of fields)
      yield { text: oneLine(`        ${field.name}: ${marked(field)}`), style: 'change' }
  }
  if (cause !== null) yield { text: oneLine(`      because: ${cause}`), style: 'plain' }
}

/** Both values in one, with what differs as `[old → new]`. */
export function marked({ actual, desired }: Pick<FindingField, 'actual' | 'desired'>): string {
  const [a, d] = [actual.split(','), desired.split(',')]
  let start = 0
  while (start < Math.min(a.length, d.length) && a[start] === d[start]) start++
  let end = 0
  while (end < Math.min(a.length, d.length) - start && a.at(-1 - end) === d.at(-1 - end)) end++
  const middle = (parts: readonly string[]): string =>
    parts.slice(start, parts.length - end).join(',') || 'nothing'
  const change = `[${middle(a)} → ${middle(d)}]`
  return [...a.slice(0, start), change, ...a.slice(a.length - end)].join(',')
}
