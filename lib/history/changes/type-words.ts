import type { Event } from '../../model/event.js'

/** What kinds of entries are called where a person reads them. */
const words: Readonly<Record<Event['type'], string>> = {
  Started: 'started',
  VtepUpdated: 'hardware_vtep',
  OvsUpdated: 'Open_vSwitch',
  FlowsObserved: 'flows read',
  FlowsDoubted: 'flows in doubt',
  MacsLearned: 'MACs learned',
  AddressesClaimed: 'addresses claimed',
  SourceLost: 'lost',
  Planned: 'planned',
  Applied: 'done',
  Failed: 'failed',
  BackedOff: 'waits',
  RetryDue: 'tried again',
  QuarantineDue: 'tried again',
  JournalResumed: 'gap',
  CleanupRequested: 'clean-up',
  Stopped: 'stopped',
}

export const typeWords: Readonly<Record<string, string>> = words
