import type { Batch, Lane } from '../../model/batch.js'
import type { ClaimUpdate, Entry, Event } from '../../model/event.js'
import type { State } from '../../model/state.js'
import { oneLine } from '../../words/one-line.js'
import { type Mention, mentionsIn } from '../mentions.js'
import { Names } from '../../words/names.js'
import type { ChangeKind, ChangeWriter } from './change.js'
import { flowsText } from './flow-words.js'
import { learnedFacts, MacsHeard } from './learned.js'
import { Departed } from './places.js'
import type { RowFact } from './row-facts.js'
import { rowFacts } from './rows.js'
import { type RowMention } from './row-told.js'
import { ovsWriter, vtepWriter, writerOf } from './writer.js'

/** An entry in sentences. */
export interface ToldEntry {
  readonly kinds: readonly ChangeKind[]
  readonly text: string
  readonly writer: ChangeWriter | null
  /** The sentences on faults among them. */
  readonly alarms: readonly string[]
  /** MACs that are elsewhere now. */
  readonly moved: readonly string[]
  /** Whether it says anything but that all is as it was. */
  readonly isNews: boolean
  readonly mentions: readonly Mention[]
  /** Rows as they are, or were. */
  readonly rows: readonly object[]
}

interface Facts {
  readonly facts: readonly RowFact[]
  readonly writer: ChangeWriter | null
  readonly rows?: readonly object[]
}

const mostSentences = 4

/** Tells entries in sentences with the names that things have at the time; in their order, each once. */
export class Teller {
  readonly names: Names
  readonly #departed = new Departed()
  readonly #heard: MacsHeard

  /** `state`: what stood before the first of them. */
  constructor(state: Pick<State, 'vtep' | 'ovs' | 'learned'>) {
    this.names = new Names(state)
    this.#heard = new MacsHeard(state.learned)
  }

  /** `batches`: ours that run or ended last. */
  tell(entry: Entry, batches: Readonly<Record<Lane, Batch | null>>): ToldEntry {
    const mentions = [...mentionsIn(entry)]
    const { facts, writer, rows = [] } = this.#factsOf(entry.event, mentions, batches)
    const kinds = [...new Set(facts.flatMap((fact) => fact.kinds))]
    const moved = facts.flatMap((fact) => fact.moved ?? [])
    const texts = facts.map(({ text }) => text)
    const shown = texts.slice(0, mostSentences)
    const more = texts.length > shown.length ? `; ${texts.length - shown.length} more` : ''
    const text = oneLine(`${shown.join('; ')}${more}`)
    const alarms = facts.flatMap((fact) => (fact.kinds.includes('faults') ? [fact.text] : []))
    return { kinds, text, writer, alarms, moved, isNews: facts.length > 0, mentions, rows }
  }

  #factsOf(event: Event, mentions: readonly Mention[], batches: Readonly<Record<Lane, Batch | null>>): Facts {
    if (event.type === 'VtepUpdated' || event.type === 'OvsUpdated')
      return this.#rows(event, mentions, batches)
    if (event.type === 'MacsLearned')
      return { facts: learnedFacts(event.updates, this.names, this.#heard), writer: 'station' }
    if (event.type === 'AddressesClaimed')
      return { facts: claimFacts(event.updates, this.names), writer: 'station' }
    if (event.type === 'FlowsObserved') {
      const someone = event.isDrift ? 'someone' : null
      return { facts: observedFacts(event, this.names), writer: someone }
    }
    const one = plainFact(event, this.names)
    return { facts: one === null ? [] : [one], writer: null }
  }

  #rows(
    event: Extract<Event, { type: 'VtepUpdated' | 'OvsUpdated' }>,
    mentions: readonly Mention[],
    batches: Readonly<Record<Lane, Batch | null>>,
  ): Facts {
    const mentioned = mentions.filter((mention): mention is RowMention => mention.what === 'row')
    const { told, facts } = rowFacts(mentioned, this.names, this.#departed)
    const rows = told.flatMap(({ mention, before }) => mention.value ?? before ?? [])
    const source = event.type === 'VtepUpdated' ? 'hardware_vtep' : 'Open_vSwitch'
    if (event.isCatchUp) {
      const what = facts.length === 0 ? 'nothing new' : readText(mentioned)
      const read: RowFact = { kinds: ['restarts'], text: `${source} read: ${what}` }
      return { facts: [read, ...alarming(facts)], writer: null, rows }
    }
    const writers = told.map(({ mention, change }) =>
      event.type === 'VtepUpdated'
        ? vtepWriter(mention, change, batches.vtep)
        : ovsWriter(mention, change, batches.switch),
    )
    return { facts, writer: writerOf(writers), rows }
  }
}

function claimFacts(updates: readonly ClaimUpdate[], names: Names): readonly RowFact[] {
  return updates.map(({ key, claim }) => ({
    kinds: ['learned'],
    text: `${names.claimed(key)} claimed ${claim === null ? 'by nobody here' : `by ${claim.mac} at ${names.binding(claim.binding)}`}`,
  }))
}

/** What is found at a start is told in numbers, but for what alarms. */
function alarming(facts: readonly RowFact[]): readonly RowFact[] {
  return facts.filter(({ kinds }) => kinds.includes('faults') || kinds.includes('moved'))
}

function readText(rows: readonly RowMention[]): string {
  const counts = new Map<string, number>()
  for (const { table } of rows) counts.set(table, (counts.get(table) ?? 0) + 1)
  return [...counts].map(([table, count]) => `${count} ${table}`).join(', ')
}

function observedFacts(event: Extract<Event, { type: 'FlowsObserved' }>, names: Names): readonly RowFact[] {
  const { isDrift, present, absent } = event
  const keys = [...absent, ...present.map(({ key }) => key)]
  if (keys.length === 0) return isDrift ? [{ kinds: ['drift'], text: 'flows of others changed' }] : []
  if (!isDrift)
    return [{ kinds: ['flows'], text: `flow tables read: ${flowCount(keys.length)} other than known` }]
  const counts = [
    ...(absent.length > 0 ? [`${flowCount(absent.length)} removed`] : []),
    ...(present.length > 0 ? [`${flowCount(present.length)} changed`] : []),
  ]
  return [{ kinds: ['drift'], text: `${counts.join(', ')} by somebody else: ${flowsText(keys, names)}` }]
}

function flowCount(count: number): string {
  return `${count} ${count === 1 ? 'flow' : 'flows'}`
}

const sources = { vtep: 'hardware_vtep', ovs: 'Open_vSwitch', flows: 'the flow tables' } as const
const laneWords: Readonly<Record<Lane, string>> = { switch: 'the switch', vtep: 'hardware_vtep' }

/** What an entry says that is about no row, flow or MAC; null: it only carries on what others began. */
function plainFact(event: Event, names: Names): RowFact | null {
  switch (event.type) {
    case 'Started':
      return {
        kinds: ['restarts'],
        text: `ovs-vtep ${event.version} started for ${event.settings.physicalSwitch}`,
      }
    case 'Stopped':
      return { kinds: ['restarts'], text: `ovs-vtep stopped: ${event.reason}` }
    case 'CleanupRequested':
      return { kinds: ['restarts'], text: 'clean-up asked for: all that is ours goes' }
    case 'FlowsDoubted':
      return { kinds: ['drift'], text: `the flows are looked at again: ${event.reason}` }
    case 'SourceLost':
      return { kinds: ['outages'], text: `${sources[event.source]} lost: ${event.reason}` }
    case 'BackedOff':
      return {
        kinds: ['failures'],
        text: `undone by somebody again and again, so it waits ${event.retryInMs / 1000} s: ${event.keys === undefined ? laneWords[event.lane] : names.changes(event.lane, event.keys)}`,
      }
    case 'JournalResumed':
      return {
        kinds: ['gaps'],
        text: `${event.lost} entries before this one are lost: the journal could not be written`,
      }
    // told by what they are about, or with what they carry on
    case 'VtepUpdated':
    case 'OvsUpdated':
    case 'FlowsObserved':
    case 'MacsLearned':
    case 'AddressesClaimed':
    case 'Planned':
    case 'Applied':
    case 'Failed':
    case 'RetryDue':
    case 'QuarantineDue':
      return null
  }
}
