import { commandsOf, shellLines } from '../../plan/command.js'
import type { Core } from '../../daemon/core.js'
import { type HistoryChange, outcomeText, writerWords } from '../../history/changes/change.js'
import { entryWords } from '../../history/changes/entry-words.js'
import { typeWords } from '../../history/changes/type-words.js'
import { describe, describeBatch, happened, localTime } from '../../words/describe.js'
import { type Batch, lanes } from '../../model/batch.js'
import type { Entry } from '../../model/event.js'
import { addLine } from '../../model/flow.js'
import type { State } from '../../model/state.js'
import { oneLine } from '../../words/one-line.js'
import { describeStatus, statusOf } from '../../words/status.js'
import { mentionsIn } from '../../history/mentions.js'
import { Names } from '../../words/names.js'
import { columnTexts, rowChange } from '../../history/row-change.js'

/** An entry in full: what it says happened, column by column, and a plan as lines for a shell. */
export function entryText(entry: Entry, before: State): readonly string[] {
  return [describe(entry).trimStart(), ...details(entry, before)].map(oneLine)
}

/** A change in full, and its entries in a line each. */
export function changeInFull(
  change: HistoryChange | undefined,
  entries: readonly Entry[],
  after: State,
): readonly string[] {
  if (change === undefined) return []
  const names = new Names(after)
  const facts = [
    change.text,
    ...(change.writer === null ? [] : [`by ${writerWords[change.writer]}`]),
    ...(change.plans.length === 0 ? [] : [`came to ${outcomeText(change)}`]),
    '',
    ...entries.map((entry) => entryLine(entry, names)),
  ]
  return facts.map(oneLine)
}

/** In plain words, and short enough for a narrow window: the title has the date. */
export function entryLine({ seq, atMs, event }: Entry, names: Names | undefined): string {
  const kind = (typeWords[event.type] ?? event.type).padEnd(14)
  return `${String(seq).padStart(6)}  ${localTime(atMs).slice(11)}  ${kind}  ${entryWords(event, names)}`
}

function details(entry: Entry, before: State): readonly string[] {
  const { event } = entry
  switch (event.type) {
    case 'VtepUpdated':
    case 'OvsUpdated':
      return rowsText(entry, before)
    case 'FlowsObserved':
      return [...event.absent.map((key) => `- ${key}`), ...event.present.map((flow) => `+ ${addLine(flow)}`)]
    case 'Planned':
    case 'BackedOff':
      return batchText(event.batch)
    case 'MacsLearned':
      return learnedText(entry, before)
    case 'AddressesClaimed':
      return [happened(event, new Names(before))]
    case 'Started':
    case 'FlowsDoubted':
    case 'SourceLost':
    case 'Applied':
    case 'Failed':
    case 'RetryDue':
    case 'QuarantineDue':
    case 'JournalResumed':
    case 'CleanupRequested':
    case 'Stopped':
      return []
  }
}

function batchText(batch: Batch): readonly string[] {
  return commandsOf(batch).flatMap((command) => shellLines(command).split('\n'))
}

/** In its order, so that rows of one entry that refer to each other are called by their names. */
function rowsText(entry: Entry, before: State): readonly string[] {
  const names = new Names(before)
  const rows = [...mentionsIn(entry)].filter((mention) => mention.what === 'row')
  const changes = rows.map((row) => ({ row, change: rowChange(row, names) }))
  for (const row of rows) names.hear(row)
  return changes.flatMap(({ row, change }) => [
    `${change.did} ${row.table} ${names.of(row.key)} ${row.key}`,
    ...columnTexts(change, names).map((text) => `  ${text}`),
  ])
}

function learnedText(entry: Entry, before: State): readonly string[] {
  const names = new Names(before)
  return [...mentionsIn(entry)].map(({ key, value }) =>
    typeof value === 'number'
      ? `${names.learned(key)} at ${names.binding(value)}`
      : `${names.learned(key)} forgotten`,
  )
}

/** How the emulated switch stands, a fact a line, and what would be done next. */
export function stateText(core: Core): readonly string[] {
  const status = describeStatus(statusOf(core, noJournal)).split('\n')
  const plans = lanes.flatMap((lane) => {
    const batch = core.plan(lane)
    return batch === null ? [] : [`next plan: ${lane}: ${describeBatch(batch)}`]
  })
  return [...status.filter((line) => line !== '' && !line.startsWith('journal: ')), ...plans].map(oneLine)
}

const noJournal = { file: '', trouble: null, held: 0, lost: 0, kept: [] }
