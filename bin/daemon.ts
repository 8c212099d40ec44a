import { merge } from 'rxjs'
import type { DaemonMetrics } from '../adapters/metrics/daemon-metrics.js'
import { begun } from '../adapters/switch/begun-watch.js'
import { type FlowWatch, watchFlows } from '../adapters/switch/flow-watch.js'
import { replay } from '../lib/replay/verify.js'
import { type Status, statusOf } from '../lib/status.js'
import type { Arguments } from './arguments.js'
import { checkUsable } from './check-usable.js'
import { close, connectOvs, connectVtep, type Databases } from './databases.js'
import { keeperOf, refuseOther } from './journal-of.js'
import { openMetrics } from './metrics.js'
import { lockOf, startStandby } from './standby.js'
import { beginTerm, type Term } from './term.js'

/** A daemon for one switch. */
export interface Daemon extends Pick<Term, 'ready' | 'settled' | 'stop' | 'retry'> {
  status(): Status
  /** Resolves when it has stopped; rejects when it can't go on. */
  readonly ended: Promise<void>
}

/** Throws an Error in one line when the configuration is unusable; nothing was changed then. */
export async function startDaemon(options: Arguments): Promise<Daemon> {
  // the switch says its flows while the database says its rows
  const flows = begun(watchFlows(options.physicalSwitch, options.auditIntervalSeconds * 1000))
  const lock = options.isStandby ? lockOf(options.physicalSwitch) : null
  const ovs = await connectOvs(options.db, options.access, lock)
  const vtep = await connectVtep(options.vtepDb, options.access, true)
  await checkUsable(options.physicalSwitch, vtep.contents.tables, ovs.contents.tables)
  const databases = { vtep: vtep.database, ovs: ovs.database }
  const metrics = await openMetrics(options.metrics)
  const start = options.isStandby ? startStandby : startAlone
  const daemon = await start(options, databases, flows, metrics)
  metrics?.showStatus(() => daemon.status())
  return daemon
}

function startAlone(
  options: Arguments,
  databases: Databases,
  flows: FlowWatch,
  metrics: DaemonMetrics | null,
): Daemon {
  const journal = keeperOf(options)
  const core = journal.open(replay)
  refuseOther(options, core)
  const { vtep, ovs } = databases
  const intake$ = merge(vtep.intake$, ovs.intake$)
  const term = beginTerm(options, core, journal, databases, intake$, flows, metrics)
  return {
    ...term,
    status: () => statusOf(core, term.journal()),
    ended: term.ended.then(() => close(databases)),
  }
}
