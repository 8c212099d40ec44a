import { debounce, Subject, timer } from 'rxjs'
import { Heap } from '../../adapters/daemon/heap.js'
import type { DaemonMetrics } from '../../adapters/metrics/daemon-metrics.js'
import { packageVersion } from '../../adapters/package-version.js'
import type { FlowWatch } from '../../adapters/switch/flow-watch.js'
import type { Lease } from '../../lib/daemon/lease.js'
import { type Beginning, beginTerm, type Term, type TermWorld } from '../../lib/daemon/term.js'
import { Applier } from './applier.js'
import { settingsOf } from './arguments.js'
import type { Arguments } from './asked.js'
import type { Databases } from '../databases.js'
import { StatisticsKeeper } from './statistics.js'
import { TurnLog } from './turn-log.js'

/** After so long without a turn nothing is expected to wait for a pause. */
const quietMs = 2_000

/** The process has one. */
let heap: Heap | null = null

/**
 * A term with this machine's programs, clock and databases. `flows`: what counts the flows; `lease`: of one of two
 * daemons.
 */
export function beginHere(
  options: Arguments,
  beginning: Omit<Beginning, 'version' | 'settings'>,
  databases: Databases,
  flows: FlowWatch,
  metrics: DaemonMetrics | null,
  lease: Lease | null = null,
): Term {
  const giveUp = new AbortController()
  const applier = new Applier(options, databases, giveUp.signal)
  applier.expect(options.physicalSwitch)
  const statistics = new StatisticsKeeper(beginning.core, flows, databases.vtep)
  const rounds = statistics.rounds(options.statisticsIntervalSeconds * 1000).subscribe()
  const turned$ = new Subject<void>()
  const quiet = turned$.pipe(debounce(() => timer(quietMs))).subscribe(() => (heap ??= new Heap()).trim())
  const turnLog = new TurnLog(options.isOneOfSeveral ? `${options.physicalSwitch}: ` : '')
  const world: TermWorld = {
    now: Date.now,
    elapsedMs: () => performance.now(),
    random: Math.random,
    apply: async (batch, onGiven) => {
      await statistics.before(batch)
      return applier.apply(batch, onGiven)
    },
    ...(lease !== null && { confirm: () => lease.confirm() }),
    giveUp: () => giveUp.abort(),
    noted: (turn) => {
      turnLog.note(turn)
      metrics?.note(turn)
      turned$.next()
    },
    ended: () => {
      rounds.unsubscribe()
      quiet.unsubscribe()
      applier.end()
    },
    ...(metrics !== null && {
      timed: (stage, work) => metrics.timed(stage, work),
      watched: (batch, work) => metrics.applying(batch, work),
    }),
  }
  return beginTerm({ version: packageVersion(), settings: settingsOf(options), ...beginning }, world)
}
