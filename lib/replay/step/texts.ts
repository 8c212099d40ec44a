import { commandsOf, shellLines } from '../../command.js'
import type { Core } from '../../core.js'
import { describe, describeBatch } from '../../describe.js'
import { type Batch, lanes } from '../../model/batch.js'
import { type Buckets, lookup } from '../../model/buckets.js'
import type { Entry, RowUpdate } from '../../model/event.js'
import { addLine } from '../../model/flow.js'
import type { State } from '../../model/state.js'
import { oneLine } from '../../one-line.js'
import { describeStatus, statusOf } from '../../status.js'

/** An entry in full: what it says happened, column by column, and a plan as lines for a shell. */
export function entryText(entry: Entry, before: State): readonly string[] {
  return [describe(entry).trimStart(), ...details(entry, before)].map(oneLine)
}

function details({ event }: Entry, before: State): readonly string[] {
  switch (event.type) {
    case 'VtepUpdated':
    case 'OvsUpdated':
      return event.updates.flatMap((update) => rowText(update, rowIn(before, update)))
    case 'FlowsObserved':
      return [...event.absent.map((key) => `- ${key}`), ...event.present.map((flow) => `+ ${addLine(flow)}`)]
    case 'Planned':
    case 'BackedOff':
      return batchText(event.batch)
    case 'MacsLearned':
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

function rowIn(state: State, { table, uuid }: RowUpdate): object | undefined {
  const tables: Readonly<Record<string, Buckets<object>>> = { ...state.vtep, ...state.ovs }
  return lookup(tables[table] ?? new Map<never, never>(), uuid)
}

function rowText({ table, uuid, row }: RowUpdate, old: object | undefined): readonly string[] {
  if (row === null) return [`delete ${table} ${uuid}`]
  const former = new Map<string, unknown>(Object.entries(old ?? {}))
  const columns = Object.entries(row).flatMap(([column, value]: [string, unknown]) => {
    const is = JSON.stringify(value)
    const was = JSON.stringify(former.get(column))
    if (is === was) return []
    return [`  ${column}: ${old === undefined ? is : `${was} → ${is}`}`]
  })
  return [`${old === undefined ? 'insert' : 'modify'} ${table} ${uuid}`, ...columns]
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
