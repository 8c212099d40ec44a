import type { Batch, Lane, Part } from './batch.js'
import type { Flow } from './flow.js'
import type { Report } from './report.js'

/** The switch or the database looked at a batch and said no: nothing of it was made, and it is no use repeating it. */
export class Rejection extends Error {
  override readonly name = 'Rejection'
}

/** A change that is refused even alone, or that somebody undoes again and again; plans leave it out while the same is desired. */
export interface Quarantined extends Part {
  readonly lane: Lane
  readonly reason: string
  /** Goes into the next plan again, to see whether it is taken now. */
  readonly isDue: boolean
  /** Nobody refuses it, but somebody undoes it. */
  readonly isContested?: true
}

/** A rejected batch, of which ever smaller parts are tried until the changes that are refused stand alone. */
export interface Search {
  /** How many changes the next batch takes at most. */
  readonly largest: number
  /** Keys of its changes that were neither made nor put into quarantine. */
  readonly suspects: readonly string[]
}

/** Undefined: the flow goes. */
export function flowContent(flow: Flow | undefined): string {
  return flow === undefined ? '' : [flow.cookie, flow.extras ?? '', flow.actions].join(' ')
}

/** Undefined: the report goes. */
export function reportContent(report: Report | undefined): string {
  return report === undefined ? '' : `= ${report.value}`
}

/** What a batch changes, change by change. */
export function partsOf(batch: Batch): readonly Part[] {
  switch (batch.kind) {
    case 'config':
      return configParts(batch.arguments)
    case 'rows':
      return batch.reports
    case 'flows':
      return [
        ...batch.remove.map(({ key }) => ({ key, content: flowContent(undefined) })),
        ...batch.add.map((flow) => ({ key: flow.key, content: flowContent(flow) })),
      ]
  }
}

/** The commands of one ovs-vsctl by what they are about: a port with all its columns is one change. */
function configParts([, ...words]: readonly string[]): readonly Part[] {
  const contents = new Map<string, (readonly string[])[]>()
  for (const command of commandsIn(words)) {
    const key = subjectOf(command)
    contents.set(key, [...(contents.get(key) ?? []), command])
  }
  return [...contents].map(([key, commands]) => ({ key, content: JSON.stringify(commands) }))
}

/** What a command of ovs-vsctl is about: `port/NAME` or `bridge/NAME`. */
export function subjectOf(command: readonly string[]): string {
  const [verb = '', first = '', second = ''] = command.filter((word) => word !== '--if-exists')
  if (verb === 'del-br') return `bridge/${first}`
  return first === 'Bridge' ? `bridge/${second}` : `port/${second}`
}

/** Whether a change is one of ovs-vsctl. */
export function isConfigKey(key: string): boolean {
  return key.startsWith('port/') || key.startsWith('bridge/')
}

/** `words`: what stands behind the options; each command has `--` in front. */
function commandsIn(words: readonly string[]): readonly (readonly string[])[] {
  const commands: string[][] = []
  for (const word of words)
    if (word === '--') commands.push([])
    else commands.at(-1)?.push(word)
  return commands
}
