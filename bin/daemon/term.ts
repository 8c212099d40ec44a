import { setTimeout } from 'node:timers/promises'
import {
  debounce,
  filter,
  firstValueFrom,
  interval,
  lastValueFrom,
  map,
  merge,
  type Observable,
  of,
  ReplaySubject,
  startWith,
  Subject,
  take,
  tap,
  timer,
  withLatestFrom,
} from 'rxjs'
import { Heap } from '../../adapters/daemon/heap.js'
import type { DaemonMetrics } from '../../adapters/metrics/daemon-metrics.js'
import { packageVersion } from '../../adapters/package-version.js'
import type { FlowWatch } from '../../adapters/switch/flow-watch.js'
import type { Follower } from '../../journal/follower.js'
import type { JournalKeeper } from '../../journal/keeper.js'
import type { Core } from '../../lib/daemon/core.js'
import { engine, type Turn, type World } from '../../lib/daemon/engine.js'
import { event, type Intake } from '../../lib/ingest/intake.js'
import { lanes } from '../../lib/model/batch.js'
import { type AclHits, aclHits, aclTables } from '../../lib/words/acl-hits.js'
import type { JournalHealth, Status } from '../../lib/words/status.js'
import { Applier } from './applier.js'
import { settingsOf } from './arguments.js'
import { type Arguments } from './asked.js'
import type { Databases } from '../databases.js'
import { StatisticsKeeper } from './statistics.js'
import { TurnLog } from './turn-log.js'

/** A time at work for a switch, from `Started` to `Stopped`. */
export interface Term {
  readonly core: Core
  journal(): JournalHealth
  /** Resolves when everything was looked at once and writing may begin, or when it ends before; rejects with `ended`. */
  readonly ready: Promise<void>
  /** Resolves when what was missing then is made, or was tried; never, when it ends before. */
  readonly settled: Promise<void>
  /** Resolves when nothing is under way any more and the journal is closed; rejects when it can't go on. */
  readonly ended: Promise<void>
  /**
   * Ends it after what is under way, which is given up where it takes long; with `isCleanup` everything of ours is removed first, unless it is
   * stopped again meanwhile. Throws an Error where a cleanup is not possible now.
   */
  stop(reason: string, isCleanup: boolean): void
  /** Ends it at once, and gives up what is under way. */
  resign(reason: string): void
  /** Tries at once again what is in quarantine. */
  retry(): void
  /** What each entry of an ACL has decided on. Rejects while the switch can't be asked. */
  aclHits(): Promise<readonly AclHits[]>
}

/** A daemon for one switch. */
export interface Daemon extends Pick<Term, 'ready' | 'settled' | 'stop' | 'retry' | 'aclHits'> {
  status(): Status
  /** Resolves when it has stopped; rejects when it can't go on. */
  readonly ended: Promise<void>
}

/** What was begun while the databases were asked for their contents. */
export interface Begun {
  readonly flows: FlowWatch
  readonly follower: Follower
}

/** How long a stopped daemon waits for what is under way. What became of it then, the next start observes. */
const patienceMs = 1_000
const journalCheckMs = 1_000
/** A start that takes longer is not waited for with snapshots. */
const longestStartMs = 60_000
/** After so long without a turn nothing is expected to wait for a pause. */
const quietMs = 2_000

/** `core`: what the journal led to; `intake$`: what the databases say, from their contents on; `flows`: what the flow tables say. */
export function beginTerm(
  options: Arguments,
  core: Core,
  journal: JournalKeeper,
  databases: Databases,
  intake$: Observable<Intake>,
  flows: FlowWatch,
  metrics: DaemonMetrics | null,
): Term {
  const command$ = new Subject<Intake>()
  const started = event({
    type: 'Started',
    version: packageVersion(),
    settings: settingsOf(options),
  })
  const giveUp = new AbortController()
  const applier = new Applier(options, databases, giveUp.signal)
  applier.expect(options.physicalSwitch)
  const statistics = new StatisticsKeeper(core, flows, databases.vtep)
  const world: World = {
    now: Date.now,
    elapsedMs: () => performance.now(),
    random: Math.random,
    append: (entries) => journal.append(entries),
    apply: (batch, onGiven) => {
      const made = async () => {
        await statistics.before(batch)
        const ran = await applier.apply(batch, onGiven)
        if (batch.kind !== 'rows') await flows.caughtUp()
        return ran
      }
      const given = unless(giveUp.signal, made())
      const work = metrics === null ? given : metrics.applying(batch, given)
      if (batch.kind === 'rows') return work
      flows.disturb(true)
      return work.finally(() => flows.disturb(false))
    },
    observe: () => flows.observe(),
    ...(metrics !== null && { timed: (stage, work) => metrics.timed(stage, work) }),
  }
  const settled$ = new ReplaySubject<void>(1)
  // frames wait for the flows, and nobody for a snapshot
  const isTended$ = merge(settled$, timer(longestStartMs)).pipe(
    take(1),
    map(() => true),
    startWith(false),
  )
  const resumption$ = interval(journalCheckMs).pipe(
    withLatestFrom(isTended$),
    map(([, isTended]) => {
      if (isTended) journal.tend(core.state)
      return journal.check()
    }),
    filter((intake) => intake !== null),
  )
  const turns$ = engine(core, merge(of(started), intake$, flows.intake$, command$, resumption$), world)
  const turned$ = new Subject<void>()
  const heap = new Heap()
  const quiet = turned$.pipe(debounce(() => timer(quietMs))).subscribe(() => heap.trim())
  const turnLog = new TurnLog()
  const rounds = statistics.rounds(options.statisticsIntervalSeconds * 1000).subscribe()
  const ready$ = new Subject<void>()
  const ended = lastValueFrom(
    turns$.pipe(
      tap((turn) => {
        turnLog.note(turn)
        metrics?.note(turn)
        turned$.next()
        if (!hasSeenAll(turn)) return
        ready$.next()
        if (isIdle(turn)) settled$.next()
      }),
    ),
  ).then(() => {
    rounds.unsubscribe()
    quiet.unsubscribe()
    applier.end()
    journal.close(core.state)
  })
  return {
    core,
    journal: () => journal.health(core.state.seq),
    ready: Promise.race([firstValueFrom(ready$), ended]),
    settled: firstValueFrom(settled$),
    ended,
    stop: (reason, isCleanup) => {
      const { knowledge } = core.state
      if (isCleanup && (knowledge.vtep !== 'current' || knowledge.ovs !== 'current'))
        throw new Error('cleanup needs both databases, and one is not connected')
      command$.next(isCleanup ? leaving : stopping(reason))
      if (!isCleanup) void setTimeout(patienceMs, undefined, { ref: false }).then(() => giveUp.abort())
    },
    resign: (reason) => {
      command$.next(stopping(reason))
      giveUp.abort()
    },
    aclHits: async () => {
      const desired = core.derived()?.desired
      return desired === undefined ? [] : aclHits(core.state, desired, await flows.countsIn(aclTables))
    },
    retry: () => lanes.forEach((lane) => command$.next(event({ type: 'QuarantineDue', lane }))),
  }
}

function stopping(reason: string): Intake {
  return ({ phase }) => (phase === 'stopped' ? [] : [{ type: 'Stopped', reason }])
}

const leaving: Intake = ({ phase }) => (phase === 'running' ? [{ type: 'CleanupRequested' }] : [])

/** `work`, or a rejection as soon as `signal` says that nobody waits any more. */
function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const givenUp = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new Error('given up, for the daemon ends'))
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
    void work.catch(() => undefined).finally(() => signal.removeEventListener('abort', giveUp))
  })
  return Promise.race([work, givenUp])
}

function hasSeenAll({ core }: Turn): boolean {
  const { vtep, ovs, flows } = core.state.knowledge
  return vtep !== 'unknown' && ovs !== 'unknown' && flows === 'current'
}

/** A turn plans whatever may be done: nothing is under way where nothing is to do, or what is to do must wait. */
function isIdle({ core }: Turn): boolean {
  return lanes.every((lane) => core.state.lanes[lane].inFlight === null)
}
