import {
  filter,
  firstValueFrom,
  from,
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
import { event, type Intake } from '../ingest/intake.js'
import { lanes } from '../model/batch.js'
import type { Batch } from '../model/batch.js'
import type { Entry } from '../model/event.js'
import type { Settings } from '../model/settings.js'
import type { State } from '../model/state.js'
import type { JournalHealth } from '../words/status.js'
import type { Core } from './core.js'
import { engine, type Schedulers, type Turn, type World } from './engine.js'

/** What the flow tables of a switch say, and what is asked of who watches them. */
export interface FlowTables {
  readonly intake$: Observable<Intake>
  /** Asks for a dump. */
  observe(): void
  /** A change of ours begins, or has ended. */
  disturb(isUnderWay: boolean): void
  /** Resolves when everything that was done before was said. Never rejects. */
  caughtUp(): Promise<void>
}

/** The journal, opened for writing. */
export interface OpenJournal {
  append(entries: readonly Entry[]): void
  /** As in JournalKeeper. */
  check(): Intake | null
  tend(state: State): void
  health(seq: number): JournalHealth
  close(state: State): void
}

/** What a term needs of the world around it. */
export interface TermWorld extends Omit<World, 'append' | 'observe'> {
  readonly schedulers?: Schedulers
  /** Rejects where it is not ours to change anything. */
  confirm?(): Promise<void>
  /** Ends what `apply` runs: nobody waits for it any more. */
  giveUp(): void
  /** Sees how long `work` takes, which applies `batch`. */
  watched?<T>(batch: Batch, work: Promise<T>): Promise<T>
  /** After each turn. */
  noted?(turn: Turn): void
  /** Nothing is to be applied any more. */
  ended?(): void
}

/** What a term begins from. */
export interface Beginning {
  readonly version: string
  readonly settings: Settings
  /** What the journal led to. */
  readonly core: Core
  readonly journal: OpenJournal
  /** What the databases say, from their contents on. */
  readonly intake$: Observable<Intake>
  readonly flows: FlowTables
}

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
}

/** How long a stopped daemon waits for what is under way. What became of it then, the next start observes. */
const patienceMs = 1_000
const journalCheckMs = 1_000
/** A start that takes longer is not waited for with snapshots. */
const longestStartMs = 60_000

/** Begins a term at once. */
export function beginTerm({ version, settings, core, journal, ...said }: Beginning, world: TermWorld): Term {
  const { flows, intake$ } = said
  const timers = world.schedulers?.timers
  const command$ = new Subject<Intake>()
  const givenUp$ = new ReplaySubject<void>(1)
  const giveUp = () => {
    givenUp$.next()
    world.giveUp()
  }
  const settled$ = new ReplaySubject<void>(1)
  const resumption$ = tended(core, journal, settled$, world.schedulers)
  const started = event({ type: 'Started', version, settings })
  const turns$ = engine(
    core,
    merge(of(started), intake$, flows.intake$, command$, resumption$),
    {
      now: () => world.now(),
      elapsedMs: () => world.elapsedMs(),
      random: () => world.random(),
      append: (entries) => journal.append(entries),
      apply: (batch, onGiven) => applied(batch, onGiven, world, flows, givenUp$),
      observe: () => flows.observe(),
      ...(world.timed !== undefined && { timed: world.timed.bind(world) }),
    },
    world.schedulers,
  )
  const ready$ = new Subject<void>()
  const ended = lastValueFrom(
    turns$.pipe(
      tap((turn) => {
        world.noted?.(turn)
        if (!hasSeenAll(turn)) return
        ready$.next()
        if (isIdle(turn)) settled$.next()
      }),
    ),
  ).then(() => {
    patience?.unsubscribe()
    world.ended?.()
    journal.close(core.state)
  })
  let patience: { unsubscribe(): void } | null = null
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
      if (!isCleanup) patience ??= timer(patienceMs, timers).subscribe(giveUp)
    },
    resign: (reason) => {
      command$.next(stopping(reason))
      giveUp()
    },
    retry: () => lanes.forEach((lane) => command$.next(event({ type: 'QuarantineDue', lane }))),
  }
}

/** What the journal asks for; it is looked at every second. Frames wait for the flows, and nobody for a snapshot. */
function tended(
  core: Core,
  journal: OpenJournal,
  settled$: Observable<void>,
  schedulers?: Schedulers,
): Observable<Intake> {
  const isTended$ = merge(settled$, timer(longestStartMs, schedulers?.timers)).pipe(
    take(1),
    map(() => true),
    startWith(false),
  )
  return interval(journalCheckMs, schedulers?.timers).pipe(
    withLatestFrom(isTended$),
    map(([, isTended]) => {
      if (isTended) journal.tend(core.state)
      return journal.check()
    }),
    filter((intake) => intake !== null),
  )
}

function applied(
  batch: Batch,
  onGiven: () => void,
  world: TermWorld,
  flows: FlowTables,
  givenUp$: Observable<void>,
): ReturnType<World['apply']> {
  const made = async () => {
    if (world.confirm !== undefined) await world.confirm()
    const ran = await world.apply(batch, onGiven)
    if (batch.kind !== 'rows') await flows.caughtUp()
    return ran
  }
  const given = unless(givenUp$, made())
  const work = world.watched?.(batch, given) ?? given
  if (batch.kind === 'rows') return work
  flows.disturb(true)
  return work.finally(() => flows.disturb(false))
}

function stopping(reason: string): Intake {
  return ({ phase }) => (phase === 'stopped' ? [] : [{ type: 'Stopped', reason }])
}

const leaving: Intake = ({ phase }) => (phase === 'running' ? [{ type: 'CleanupRequested' }] : [])

/** `work`, or a rejection as soon as nobody waits any more. */
function unless<T>(givenUp$: Observable<void>, work: Promise<T>): Promise<T> {
  const failure$ = givenUp$.pipe(
    map((): never => {
      throw new Error('given up, for the daemon ends')
    }),
  )
  return firstValueFrom(merge(from(work), failure$))
}

function hasSeenAll({ core }: Turn): boolean {
  const { vtep, ovs, flows } = core.state.knowledge
  return vtep !== 'unknown' && ovs !== 'unknown' && flows === 'current'
}

/** A turn plans whatever may be done: nothing is under way where nothing is to do, or what is to do must wait. */
function isIdle({ core }: Turn): boolean {
  return lanes.every((lane) => core.state.lanes[lane].inFlight === null)
}
