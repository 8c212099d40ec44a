import type { Event } from './event.js'

const types: Readonly<Record<Event['type'], true>> = {
  Started: true,
  VtepUpdated: true,
  OvsUpdated: true,
  FlowsObserved: true,
  FlowsDoubted: true,
  MacsLearned: true,
  SourceLost: true,
  Planned: true,
  Applied: true,
  Failed: true,
  BackedOff: true,
  RetryDue: true,
  QuarantineDue: true,
  JournalResumed: true,
  CleanupRequested: true,
  Stopped: true,
}

/** The names of all kinds of events. */
export const eventTypes: readonly string[] = Object.keys(types)

/** Whether a value from outside says it is an event that we know; what else is in it is not looked at. */
export function isEvent(value: unknown): value is Event {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false
  return typeof value.type === 'string' && Object.hasOwn(types, value.type)
}
