import type { Event } from '../../lib/model/event.js'

/** What kinds of entries are called where a person reads them. */
const words: Readonly<Record<Event['type'], string>> = {
  Started: 'started',
  VtepUpdated: 'hardware_vtep changed',
  OvsUpdated: 'Open_vSwitch changed',
  FlowsObserved: 'flows read',
  FlowsDoubted: 'flows in doubt',
  MacsLearned: 'MACs learned',
  SourceLost: 'connection lost',
  Planned: 'planned',
  Applied: 'done',
  Failed: 'failed',
  BackedOff: 'waits',
  RetryDue: 'tried again',
  QuarantineDue: 'tried again',
  JournalResumed: 'journal resumed',
  CleanupRequested: 'clean-up asked for',
  Stopped: 'stopped',
}

export const typeWords: Readonly<Record<string, string>> = words
