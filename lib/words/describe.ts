import { ofportOf, vlanOf } from '../model/identity.js'
import { programs } from '../plan/command.js'
import { counted } from './counted.js'
import type { Batch, Lane, Operation } from '../model/batch.js'
import type { Entry, Event } from '../model/event.js'
import type { Settings } from '../model/settings.js'
import { noLimits, printLimits } from '../model/limits.js'
import { oneLine, plainName } from './one-line.js'

/** What learned MACs (see `learnedKey`) and bindings are called. */
export interface Called {
  learned(key: string): string
  /** An IP address, see `claimKey`. */
  claimed(key: string): string
  binding(binding: number): string
  /** Changes of a lane, by their keys as in Part. */
  changes(lane: Lane, keys: readonly string[]): string
}

const mostExamples = 3

const byNumber: Called = {
  learned: (key) => key,
  claimed: (key) => key,
  binding: bindingText,
  changes: (_, keys) => `${keys.slice(0, mostExamples).join(' ')}${keys.length > mostExamples ? ' …' : ''}`,
}

/** An entry in one line of plain text: number, local time, what happened. */
export function describe({ seq, atMs, event }: Entry, called = byNumber): string {
  const start = `${String(seq).padStart(6)}  ${localTime(atMs)}  ${event.type.padEnd(13)}`
  return `${start}  ${oneLine(happened(event, called))}`
}

/** ISO 8601 with milliseconds, in local time and without the zone. */
export function localTime(atMs: number): string {
  const offsetMs = new Date(atMs).getTimezoneOffset() * 60_000
  return new Date(atMs - offsetMs).toISOString().slice(0, -1)
}

/** What an event says, without its kind; as it came, so not yet `oneLine`. */
export function happened(event: Event, called: Called = byNumber): string {
  switch (event.type) {
    case 'Started':
      return `version ${event.version}, ${settingsText(event.settings)}`
    case 'VtepUpdated':
    case 'OvsUpdated':
      return `${event.isCatchUp ? 'catch-up: ' : ''}${rowCounts(event.updates)}`
    case 'FlowsObserved':
      return `${event.isDrift ? 'drift: ' : ''}${observedText(event.present.length, event.absent.length)}${examples(event)}`
    case 'FlowsDoubted':
      return event.reason
    case 'MacsLearned':
      if (event.updates.length === 0) return 'none'
      return event.updates
        .map(({ key, binding, hasMoved }) =>
          binding === null
            ? `${called.learned(key)} ${hasMoved === true ? 'sends from elsewhere' : 'forgotten'}`
            : `${called.learned(key)} at ${called.binding(binding)}`,
        )
        .join(', ')
    case 'AddressesClaimed':
      return event.updates
        .map(({ key, claim }) =>
          claim === null
            ? `${called.claimed(key)} claimed by nobody here`
            : `${called.claimed(key)} claimed by ${claim.mac} at ${called.binding(claim.binding)}`,
        )
        .join(', ')
    case 'SourceLost':
      return `${event.source}: ${event.reason}`
    case 'Planned':
      return `${event.lane}: ${describeBatch(event.batch)}`
    case 'Applied':
      return `${event.lane} in ${event.tookMs} ms`
    case 'Failed':
      if (event.isRejected === true) return `${event.lane}: rejected: ${event.reason}`
      return `${event.lane}: ${event.reason}; again in ${event.retryInMs} ms`
    case 'BackedOff':
      return `${event.lane}: undone by another again and again; once more in ${event.retryInMs} ms: ${event.keys === undefined ? describeBatch(event.batch) : called.changes(event.lane, event.keys)}`
    case 'RetryDue':
      return event.keys === undefined
        ? event.lane
        : `${event.lane}: ${called.changes(event.lane, event.keys)}`
    case 'QuarantineDue':
      return `${event.lane}: what was refused is tried again`
    case 'JournalResumed':
      return `${counted(event.lost, 'entry')} before this one ${event.lost === 1 ? 'is' : 'are'} lost; what they led to is recorded here`
    case 'CleanupRequested':
      return 'everything of ours goes'
    case 'Stopped':
      return event.reason
  }
}

/** Flows that were looked at, without what there was none of. */
export function observedText(changed: number, gone: number): string {
  const parts = [
    ...(changed > 0 ? [`${counted(changed, 'flow')} new or changed`] : []),
    ...(gone > 0 ? [changed > 0 ? `${gone} gone` : `${counted(gone, 'flow')} gone`] : []),
  ]
  return parts.length === 0 ? 'no flow of ours differs' : parts.join(', ')
}

function settingsText({ physicalSwitch, macAgingSeconds, limits = noLimits }: Settings): string {
  return [`switch ${physicalSwitch}`, `aging ${macAgingSeconds} s`, ...printLimits(limits)].join(', ')
}

const longestName = 60

/** What others did, flow by flow. */
function examples({ isDrift, present, absent }: Extract<Event, { type: 'FlowsObserved' }>): string {
  const keys = [...absent, ...present.map(({ key }) => key)]
  if (!isDrift || keys.length === 0) return ''
  return `: ${keys.slice(0, mostExamples).join(' ')}${keys.length > mostExamples ? ' …' : ''}`
}

/** A batch in a few words: its command, and how much it changes. */
export function describeBatch(batch: Batch): string {
  const program = programs[batch.kind]
  switch (batch.kind) {
    case 'config': {
      const then = batch.restoration === null ? '' : `; ${describeBatch(batch.restoration)}`
      return `${program} ${shortened(batch.arguments.slice(2))}${then}`
    }
    case 'flows':
      return `${program} bundle: ${counted(batch.add.length, 'flow')} added, ${batch.remove.length} removed`
    case 'rows':
      return `${program} transact: ${rowCounts(batch.operations.flatMap(rowsWritten))}`
  }
}

const longestCommand = 400

/** The commands of one ovs-vsctl; where they are long the first ones, and how many more there are. */
function shortened(words: readonly string[]): string {
  const commands = words.join(' ').split(' -- ')
  const shown = [...commands]
  while (shown.length > 1 && shown.join(' -- ').length > longestCommand)
    shown.length = Math.ceil(shown.length / 2)
  const left = commands.length - shown.length
  return `${shown.join(' -- ')}${left === 0 ? '' : ` … (${counted(left, 'command')} more)`}`
}

export interface RowWords {
  readonly table: string
  readonly row: object | null
}

function rowCounts(updates: readonly RowWords[]): string {
  const counts = new Map<string, { present: number; gone: number; names: string[] }>()
  for (const { table, row } of updates) {
    const count = counts.get(table) ?? { present: 0, gone: 0, names: [] }
    if (row === null) count.gone++
    else {
      count.present++
      if (count.present <= mostExamples) count.names.push(...ownName(row))
    }
    counts.set(table, count)
  }
  const texts = [...counts].map(([table, { present, gone, names }]) =>
    [
      table,
      ...(present > 0 ? [`+${present}`] : []),
      ...(gone > 0 ? [`-${gone}`] : []),
      ...(names.length > 0 && present <= mostExamples ? [`(${names.join(' ')})`] : []),
    ].join(' '),
  )
  return texts.length === 0 ? 'nothing changed' : texts.join(', ')
}

/** What a row says itself that it is called. */
export function ownName(row: object): readonly string[] {
  const { name, MAC, dst_ip } = row as Readonly<Record<string, unknown>>
  // an operation in a file may have anything there
  const own = name ?? MAC ?? dst_ip
  if (typeof own !== 'string') return []
  const text = plainName(own)
  return [text.length > longestName ? `${text.slice(0, longestName)}…` : text]
}

/** The rows that an operation of ours writes, as an update of them says it. */
export function rowsWritten({ op, table, row }: Operation): readonly RowWords[] {
  if (op === 'delete') return [{ table: String(table), row: null }]
  return op === 'insert' || op === 'update' || op === 'mutate'
    ? [{ table: String(table), row: typeof row === 'object' && row !== null ? row : {} }]
    : []
}

/** A binding in words: OpenFlow port and VLAN. */
function bindingText(binding: number): string {
  return `port ${ofportOf(binding)} VLAN ${vlanOf(binding)}`
}
