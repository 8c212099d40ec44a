import { merge } from 'rxjs'
import type { DaemonMetrics } from '../../adapters/metrics/daemon-metrics.js'
import type { FlowWatch } from '../../adapters/switch/flow-watch.js'
import type { Follower } from '../../journal/follower.js'
import type { Term } from '../../lib/daemon/term.js'
import { type Status, statusOf } from '../../lib/words/status.js'
import type { AclHits } from '../../lib/words/acl-hits.js'
import { aclCounts } from './acl-counts.js'
import type { Databases } from '../databases.js'
import type { Arguments } from './asked.js'
import { keeperOf, refuseOther } from './journal-of.js'
import { beginHere } from './term-here.js'

/** What works for one switch. */
export interface Daemon extends Pick<Term, 'ready' | 'settled' | 'stop' | 'retry'> {
  status(): Status
  /** What each entry of an ACL has decided on. Rejects while the switch can't be asked. */
  aclHits(): Promise<readonly AclHits[]>
  /** Resolves when it has stopped; rejects when it can't go on. */
  readonly ended: Promise<void>
}

/** What was begun while the databases were asked for their contents. */
export interface Begun {
  readonly flows: FlowWatch
  readonly follower: Follower
}

/** Throws a JournalError where the journal is not to be had, and an Error where it is that of another switch. */
export function startAlone(
  options: Arguments,
  databases: Databases,
  { flows, follower }: Begun,
  metrics: DaemonMetrics | null,
): Daemon {
  const journal = keeperOf(options)
  const core = journal.open(follower.fold, follower.reached)
  refuseOther(options, core)
  const intake$ = merge(databases.vtep.intake$, databases.ovs.intake$)
  const term = beginHere(options, { core, journal, intake$, flows }, databases, flows, metrics)
  return {
    ...term,
    status: () => statusOf(core, term.journal()),
    aclHits: () => aclCounts(core, flows),
  }
}
