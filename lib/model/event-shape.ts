import { batchShape, flowKeyShape, flowShape, laneShape } from './batch-shape.js'
import type { ClaimUpdate, Event, LearnedUpdate, Ran } from './event.js'
import type { Source } from './settings.js'
import { ovsUpdateShape, vtepUpdateShape } from './row-shape.js'
import {
  anyText,
  constant,
  faultIn,
  isBoolean,
  listOf,
  mayBeMissing,
  nullable,
  numberShape,
  record,
  recordOf,
  type Shape,
  textShape,
  variants,
} from './shape.js'
import {
  bindingShape,
  claimKeyShape,
  claimShape,
  countShape,
  learnedKeyShape,
  settingsShape,
  snapshotShape,
} from './state-shape.js'

/** The fields of an event of one type. */
type Rest<Type extends Event['type']> = Omit<Extract<Event, { type: Type }>, 'type'>

const source: Shape<Source> = constant('vtep', 'ovs', 'flows')
const tookMs = numberShape('a time in ms', (value) => Number.isFinite(value))
const digest = textShape('a SHA-256', (digits) => /^[0-9a-f]{64}$/.test(digits))
const ran = record<Ran>({ where: listOf(anyText), digest })

const types = {
  Started: record<Rest<'Started'>>({ version: anyText, settings: settingsShape }),
  VtepUpdated: record<Rest<'VtepUpdated'>>({ isCatchUp: isBoolean, updates: listOf(vtepUpdateShape) }),
  OvsUpdated: record<Rest<'OvsUpdated'>>({ isCatchUp: isBoolean, updates: listOf(ovsUpdateShape) }),
  FlowsObserved: record<Rest<'FlowsObserved'>>({
    isDrift: isBoolean,
    present: listOf(flowShape),
    absent: listOf(flowKeyShape),
    foreign: nullable(listOf(flowShape)),
  }),
  FlowsDoubted: record<Rest<'FlowsDoubted'>>({ reason: anyText }),
  MacsLearned: record<Rest<'MacsLearned'>>({
    isCatchUp: isBoolean,
    updates: listOf(
      record<LearnedUpdate>({
        key: learnedKeyShape,
        binding: nullable(bindingShape),
        hasMoved: mayBeMissing(constant(true)),
      }),
    ),
  }),
  AddressesClaimed: record<Rest<'AddressesClaimed'>>({
    updates: listOf(record<ClaimUpdate>({ key: claimKeyShape, claim: nullable(claimShape) })),
  }),
  SourceLost: record<Rest<'SourceLost'>>({ source, reason: anyText }),
  Planned: record<Rest<'Planned'>>({ lane: laneShape, batch: batchShape }),
  Applied: record<Rest<'Applied'>>({ lane: laneShape, tookMs, ran: mayBeMissing(listOf(ran)) }),
  Failed: record<Rest<'Failed'>>({
    lane: laneShape,
    reason: anyText,
    retryInMs: tookMs,
    isRejected: mayBeMissing(isBoolean),
    isUndone: mayBeMissing(constant(true)),
  }),
  BackedOff: record<Rest<'BackedOff'>>({
    lane: laneShape,
    batch: batchShape,
    keys: mayBeMissing(listOf(anyText)),
    retryInMs: tookMs,
  }),
  RetryDue: record<Rest<'RetryDue'>>({ lane: laneShape, keys: mayBeMissing(listOf(anyText)) }),
  QuarantineDue: record<Rest<'QuarantineDue'>>({ lane: laneShape }),
  JournalResumed: record<Rest<'JournalResumed'>>({ lost: countShape, snapshot: snapshotShape }),
  CleanupRequested: recordOf<object>([]),
  Stopped: record<Rest<'Stopped'>>({ reason: anyText }),
} satisfies Readonly<Record<Event['type'], Shape<object>>>

/** The names of all kinds of events. */
export const eventTypes: readonly string[] = Object.keys(types)

/** What a journal's entries are, also those that others wrote. */
export const eventShape = variants<Event>('type', types)

/** Where a value read from a file is no event of ours: the field and what it should be, in one line. Null: it is one. */
export function faultOfEvent(value: unknown): string | null {
  return faultIn(eventShape, value)?.replace(/^: /, '') ?? null
}
