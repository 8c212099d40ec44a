import { bridgeTarget, dbSocket } from '../../adapters/paths.js'
import { type Command, commandsOf } from '../../lib/plan/command.js'
import {
  type Audit,
  type Finding,
  isDifference,
  findingsSummaryOf,
  summaryText,
} from '../../lib/compare/findings/finding.js'
import { auditLines, type FindingLine, planLines, unifiedLines } from '../../lib/compare/findings/text.js'
import type { Batch } from '../../lib/model/batch.js'
import { commandOptions } from '../command-line/connection-options.js'
import type { Terminal } from '../command-line/terminal.js'
import type { DiffFormat, Where } from './options.js'
import { exitStatus } from '../command-line/exit-status.js'

type Databases = Pick<Where, 'db' | 'vtepDb' | 'access'>
type Names = Readonly<Record<'desired' | 'actual', string>>

/** Prints what was found, and comes to the exit status of that. */
export function printFindings(
  found: Audit,
  format: DiffFormat,
  names: Names,
  databases: Databases,
  out: Terminal,
): void {
  const hasSteps = found.forecast.steps.length > 0
  out.status = (format === 'commands' ? hasSteps : found.findings.some(isDifference))
    ? exitStatus.found
    : exitStatus.done
  switch (format) {
    case 'json':
      return printJson(found, names, out)
    case 'commands':
      for (const line of planLines(found.forecast, (batch) => commandsFor(batch, databases))) out.lines(line)
      return
    case 'unified':
      return styled(unifiedLines(found, names.actual, names.desired), out)
    case 'text':
      styled(auditLines(found), out)
      out.line(summaryText(findingsSummaryOf(found.findings), found.problems.length))
  }
}

/** What the daemon runs, with the databases that it would be told. */
export function commandsFor(batch: Batch, { db, vtepDb, access }: Databases): readonly Command[] {
  const options = (remote: string): readonly string[] => (remote === dbSocket() ? [] : commandOptions(access))
  return commandsOf(batch, bridgeTarget).map((command) => {
    if (command.program === 'ovs-vsctl') {
      const database = db === dbSocket() ? [] : [`--db=${db}`, ...options(db)]
      return { ...command, arguments: [...database, ...command.arguments] }
    }
    if (command.program !== 'ovsdb-client' || vtepDb === dbSocket()) return command
    const [verb = '', ...rest] = command.arguments
    return { ...command, arguments: [...options(vtepDb), verb, vtepDb, ...rest] }
  })
}

function printJson(
  { physicalSwitch, findings, problems, forecast }: Audit,
  names: Names,
  out: Terminal,
): void {
  for (const finding of findings)
    out.json({ type: 'finding', ...finding } satisfies Finding & { type: string })
  for (const problem of problems) out.json({ type: 'problem', ...problem })
  const { more } = forecast
  out.json({ type: 'summary', physicalSwitch, ...names, ...findingsSummaryOf(findings), more })
}

function styled(lines: Iterable<FindingLine>, out: Terminal): void {
  const styles = { heading: 'bold', add: 'green', remove: 'red', change: 'yellow' } as const
  for (const { text, style } of lines) out.line(text, style === 'plain' ? null : styles[style])
}
