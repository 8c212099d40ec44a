import {
  asapScheduler,
  auditTime,
  buffer,
  catchError,
  connect,
  debounce,
  defer,
  EMPTY,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  type SchedulerLike,
  Subject,
  takeWhile,
  tap,
  timer,
} from 'rxjs'
import type { Core } from './core.js'
import { nothingObserved } from '../ingest/flows.js'
import { event, type Intake } from '../ingest/intake.js'
import { type Batch, isFlushing, type Lane, lanes } from '../model/batch.js'
import { Rejection } from '../model/quarantine.js'
import type { Entry, Event, Ran } from '../model/event.js'
import { sizeOf } from '../model/collection.js'
import type { State } from '../model/state.js'
import { Quarrels } from '../quarrels.js'

/** What the engine needs of the world. */
export interface World {
  /** Wall clock, milliseconds since 1970-01-01 UTC. It may jump, so nothing waits by it. */
  now(): number
  /** A clock that only goes forward, in milliseconds since any moment. */
  elapsedMs(): number
  /** A number from 0 up to 1, for jitter. */
  random(): number
  /** Records entries for good before it returns, or as well as it can: it does not throw for the disk's sake. */
  append(entries: readonly Entry[]): void
  /**
   * Makes a batch's changes. Resolves after everything they caused in the databases was handed in as
   * intake; rejects with the reason when they were not made, or may not have been, with a Rejection when
   * something in the batch was refused and nothing made, of an ovs-vsctl and what it restores neither. Gives what ran; null: that is not known. Calls `onGiven`, if it can,
   * when the switch has got all of a bundle and there is nothing to do but wait.
   */
  apply(batch: Batch, onGiven: () => void): Promise<readonly Ran[] | null>
  /** Asks for a fresh `flowDump` intake: after a failure nobody knows what the switch holds. */
  observe(): void
  /** Does the work of a stage of a turn; for who wants to know how long it takes. */
  timed?<T>(stage: Stage, work: () => T): T
}

/** What a turn does, in this order: `ingest` takes and folds what came in, `derive` compares, too. */
export type Stage = 'ingest' | 'derive' | 'plan' | 'journal'

/** What one turn of the engine recorded. */
export interface Turn {
  readonly entries: readonly Entry[]
  readonly core: Core
  /** What it recorded is not derived yet, for nothing could be planned. */
  readonly isBehind: boolean
  /** The flows became unknown by what Open_vSwitch said, so nobody is asking for them. */
  readonly areFlowsForgotten: boolean
}

/** For tests: when a burst ends, and what timers run on. */
export interface Schedulers {
  readonly burst: SchedulerLike
  readonly timers?: SchedulerLike
}

/**
 * The loop from intake to command: ingest → journal → reduce → derive → diff → plan → apply → journal.
 * Completes after a `Stopped` event once nothing is under way.
 *
 * Intakes that come in one synchronous burst are one turn: one append, one derivation. A lane has at
 * most one batch under way; what arrives meanwhile is folded and planned when it is done, so load makes
 * batches larger, not the queue. Order: as the intakes came; an outcome is an intake like any other.
 */
export function engine(
  core: Core,
  intake$: Observable<Intake>,
  world: World,
  schedulers: Schedulers = { burst: asapScheduler },
): Observable<Turn> {
  return defer(() => {
    const happened$ = new Subject<Event>()
    // within the stream, so that nothing of it outlives the engine
    const outcome$ = happened$.pipe(mergeMap(follower(core, world, schedulers.timers)))
    const quarrels = new Quarrels()
    const busy$ = new Subject<void>()
    // debounceTime() would read the wall clock
    const lull$ = busy$.pipe(
      debounce(() => timer(lullMs, schedulers.timers)),
      tap(() => core.derived()),
      ignoreElements(),
    )
    return merge(intake$, outcome$, lull$).pipe(
      connect((all$) => all$.pipe(buffer(all$.pipe(auditTime(0, schedulers.burst))))),
      map((intakes) => takeTurn(core, intakes, world, quarrels)),
      tap(({ entries, isBehind, areFlowsForgotten }) => {
        if (isBehind) busy$.next()
        if (areFlowsForgotten) world.observe()
        for (const { event: happened } of entries) happened$.next(happened)
      }),
      takeWhile(() => !isFinished(core), true),
    )
  })
}

/** What is planned is recorded together with its causes, before anything of it runs. */
function takeTurn(core: Core, intakes: readonly Intake[], world: World, quarrels: Quarrels): Turn {
  const entries: Entry[] = []
  let areFlowsForgotten = false
  const record = (happened: Event) => {
    const entry = { seq: core.state.seq + 1, atMs: world.now(), event: happened }
    const before = core.state.knowledge.flows
    quarrels.note(happened, core.state, world.elapsedMs())
    core.fold(entry)
    entries.push(entry)
    const isUnknown = core.state.knowledge.flows === 'unknown'
    if (happened.type === 'OvsUpdated' && before === 'current' && isUnknown) areFlowsForgotten = true
  }
  const timed = <T>(stage: Stage, work: () => T): T =>
    world.timed === undefined ? work() : world.timed(stage, work)
  timed('ingest', () => intakes.forEach((intake) => intake(core.state).forEach(record)))
  // while nothing can be planned the outcome that is waited for goes before
  const isBehind = freeLanes(core).length === 0
  if (!isBehind) timed('derive', () => core.derived())
  for (const lane of lanes) {
    if (!freeLanes(core).includes(lane)) continue
    const batch = timed('plan', () => plannedBeside(quarrels, lane, core, world, record))
    if (batch !== null) record({ type: 'Planned', lane, batch })
  }
  if (core.isGone()) record({ type: 'Stopped', reason: 'everything of ours is gone' })
  if (entries.length > 0) timed('journal', () => world.append(entries))
  return { entries, core, isBehind, areFlowsForgotten }
}

/** How long it is quiet before what came while no lane was free is derived. */
const lullMs = 50

/** Those of which a plan may be asked. Until frames have a way again all the rest waits: ovs-vsctl has the servers to itself. */
function freeLanes({ state }: Core): readonly Lane[] {
  if (isFlushing(state.lanes.switch.inFlight)) return []
  return lanes.filter((lane) => state.lanes[lane].inFlight === null)
}

/** The next batch of `lane` without what must wait, for somebody undoes it again and again; that is recorded. */
function plannedBeside(
  quarrels: Quarrels,
  lane: Lane,
  core: Core,
  world: World,
  record: (happened: Event) => void,
): Batch | null {
  for (;;) {
    const batch = core.plan(lane)
    const contested = batch && quarrels.contestedIn(lane, batch, world.elapsedMs())
    if (contested === null) return batch
    record({ type: 'BackedOff', lane, batch: batch as Batch, ...contested })
  }
}

function isFinished({ state }: Core): boolean {
  return state.phase === 'stopped' && lanes.every((lane) => state.lanes[lane].inFlight === null)
}

/**
 * Whether the flow monitor has told all that a batch did which makes the flows unknown: where nothing was, no deletion had to
 * come, and none came that another made.
 */
function isKnownAfter(batch: Batch, { knowledge, flows, foreign }: State): boolean {
  const wasEmpty = flows !== null && sizeOf(flows) + foreign.length === 0
  return isFlushing(batch) && wasEmpty && knowledge.flows === 'current'
}

/** When the flows became unknown by our own doing, and nothing is under way that could change them. */
function isToObserve(happened: Event, { state }: Core): boolean {
  const isCause =
    happened.type === 'CleanupRequested' ||
    happened.type === 'FlowsDoubted' ||
    ((happened.type === 'Applied' || happened.type === 'Failed') && happened.lane === 'switch')
  return isCause && state.knowledge.flows === 'unknown' && state.lanes.switch.inFlight === null
}

const firstRetryMs = 1_000
const largestRetryMs = 8_000

/** What is refused now may be taken when somebody has made room for it. */
const quarantineMs = 300_000

/** What follows from an event in the world: a planned batch runs, a failed one is tried again later. */
function follower(core: Core, world: World, timers?: SchedulerLike): (happened: Event) => Observable<Intake> {
  const failures: Record<Lane, number> = { switch: 0, vtep: 0 }
  /** Only the last failure's retry counts: an older one's would cut its wait short. */
  const waiting: Partial<Record<Lane, Event>> = {}
  const quarantines = new Set<Lane>()
  const jittered = (ms: number): number => Math.round(ms * (0.5 + world.random() / 2))
  const failed = (lane: Lane, reason: string): Extract<Event, { type: 'Failed' }> => {
    const backoffMs = Math.min(firstRetryMs * 2 ** failures[lane]++, largestRetryMs)
    return { type: 'Failed', lane, reason, retryInMs: jittered(backoffMs) }
  }
  const outcomeOf = (lane: Lane, error: unknown): Event => {
    const reason = error instanceof Error ? error.message : String(error)
    return error instanceof Rejection
      ? { type: 'Failed', lane, reason, retryInMs: 0, isRejected: true }
      : failed(lane, reason)
  }
  const run = (lane: Lane, batch: Batch): Observable<Intake> => {
    const startedMs = world.elapsedMs()
    const outcome = (ran: readonly Ran[] | null): Event =>
      core.isWanted(lane, batch)
        ? { ...failed(lane, 'the command ended well but changed nothing'), isUndone: true }
        : { type: 'Applied', lane, tookMs: Math.round(world.elapsedMs() - startedMs), ...(ran && { ran }) }
    return from(world.apply(batch, () => core.foresee())).pipe(
      map((ran): Intake => (state) => {
        const ended = outcome(ran)
        return ended.type === 'Applied' && isKnownAfter(batch, state) ? [ended, nothingObserved] : [ended]
      }),
      catchError((error: unknown) => of(event(outcomeOf(lane, error)))),
    )
  }
  const retryQuarantined = (lane: Lane): Observable<Intake> => {
    if (quarantines.has(lane) || !core.state.quarantined.some((one) => one.lane === lane)) return EMPTY
    quarantines.add(lane)
    return timer(jittered(quarantineMs), timers).pipe(
      tap(() => quarantines.delete(lane)),
      map(() => event({ type: 'QuarantineDue', lane })),
    )
  }
  const retry = (happened: Extract<Event, { type: 'Failed' | 'BackedOff' }>): Observable<Intake> => {
    const { lane, retryInMs } = happened
    const keys = happened.type === 'BackedOff' ? happened.keys : undefined
    if (keys !== undefined)
      return timer(retryInMs, timers).pipe(map(() => event({ type: 'RetryDue', lane, keys })))
    waiting[lane] = happened
    return timer(retryInMs, timers).pipe(
      map((): Intake => () => (waiting[lane] === happened ? [{ type: 'RetryDue', lane }] : [])),
    )
  }
  return (happened) => {
    if (happened.type === 'Planned') return run(happened.lane, happened.batch)
    if (happened.type === 'Applied') failures[happened.lane] = 0
    if (isToObserve(happened, core)) world.observe()
    if (happened.type === 'Failed' && happened.isRejected === true) return retryQuarantined(happened.lane)
    return happened.type === 'Failed' || happened.type === 'BackedOff' ? retry(happened) : EMPTY
  }
}
