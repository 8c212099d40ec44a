import { setTimeout } from 'node:timers/promises'
import {
  filter,
  firstValueFrom,
  interval,
  lastValueFrom,
  map,
  merge,
  of,
  ReplaySubject,
  Subject,
  tap,
} from 'rxjs'
import { packageVersion } from '../adapters/package-version.js'
import { bridgeTarget, dbSocket } from '../adapters/paths.js'
import { TransactError } from '../adapters/ovsdb/errors.js'
import { sha256 } from '../adapters/sha256.js'
import { prepareCommand } from '../adapters/switch/run-command.js'
import { watchFlows } from '../adapters/switch/flow-watch.js'
import { vlog } from '../adapters/vlog/vlog.js'
import { JournalKeeper, type Surroundings } from '../journal/keeper.js'
import { fileStore } from '../journal/store.js'
import { type Command, commandOf, handed, reached } from '../lib/command.js'
import type { Core } from '../lib/core.js'
import { engine, type Turn, type World } from '../lib/engine.js'
import { event, type Intake } from '../lib/ingest/intake.js'
import { type Batch, type ConfigBatch, type FlowBatch, lanes } from '../lib/model/batch.js'
import type { Ran } from '../lib/model/event.js'
import { Rejection } from '../lib/model/quarantine.js'
import { replay } from '../lib/replay/verify.js'
import type { JournalHealth } from '../lib/status.js'
import type { Arguments } from './arguments.js'
import { checkUsable } from './check-usable.js'
import { commandOptions } from './connection-options.js'
import { connectOvs, connectVtep, type Database } from './databases.js'
import { StatisticsKeeper } from './statistics.js'
import { TurnLog } from './turn-log.js'

/** A daemon at work for one switch. */
export interface Daemon {
  readonly core: Core
  journal(): JournalHealth
  /** Resolves when everything was looked at once and writing may begin; rejects when it ends before. */
  readonly ready: Promise<void>
  /** Resolves when what was missing then is made, or was tried; never, when it ends before. */
  readonly settled: Promise<void>
  /** Resolves when it has stopped; rejects when it can't go on. */
  readonly ended: Promise<void>
  /**
   * Ends it after what is under way, which is given up where it takes long; with `isCleanup` everything of ours is removed first, unless it is
   * stopped again meanwhile. Throws an Error where a cleanup is not possible now.
   */
  stop(reason: string, isCleanup: boolean): void
  /** Tries at once again what is in quarantine. */
  retry(): void
}

/** How long a stopped daemon waits for what is under way. What became of it then, the next start observes. */
const patienceMs = 1_000
const journalCheckMs = 1_000
const log = vlog.module('journal')
const journalSurroundings: Surroundings = {
  now: Date.now,
  info: (text) => log.info(text),
  warn: (text) => log.warn(text),
}

/** Throws an Error in one line when the configuration is unusable; nothing was changed then. */
export async function startDaemon(options: Arguments): Promise<Daemon> {
  const ovs = await connectOvs(options.db, options.access)
  const vtep = await connectVtep(options.vtepDb, options.access)
  await checkUsable(options.physicalSwitch, vtep.contents.tables, ovs.contents.tables)
  const journal = new JournalKeeper(
    fileStore(options.journal),
    journalSurroundings,
    undefined,
    options.retention,
  )
  const core = journal.open(replay)
  const recorded = core.state.settings?.physicalSwitch ?? options.physicalSwitch
  if (recorded !== options.physicalSwitch)
    throw new Error(`${options.journal}: the journal of switch ${JSON.stringify(recorded)}`)
  return run(options, core, journal, vtep.database, ovs.database)
}

function run(options: Arguments, core: Core, journal: JournalKeeper, vtep: Database, ovs: Database): Daemon {
  const flows = watchFlows(options.physicalSwitch, options.auditIntervalSeconds * 1000)
  const command$ = new Subject<Intake>()
  const { physicalSwitch, macAgingSeconds } = options
  const started = event({
    type: 'Started',
    version: packageVersion(),
    settings: { physicalSwitch, macAgingSeconds },
  })
  const giveUp = new AbortController()
  const statistics = new StatisticsKeeper(core, flows, vtep)
  const world: World = {
    now: Date.now,
    random: Math.random,
    append: (entries) => journal.append(entries),
    apply: (batch) => {
      const made = async () => {
        await statistics.before(batch)
        const ran = await apply(batch, options, vtep, ovs, giveUp.signal)
        if (batch.kind !== 'rows') await flows.caughtUp()
        return ran
      }
      const work = unless(giveUp.signal, made())
      if (batch.kind === 'rows') return work
      flows.disturb()
      return work.finally(() => flows.disturb())
    },
    observe: () => flows.observe(),
  }
  const resumption$ = interval(journalCheckMs).pipe(
    map(() => {
      journal.tend(core.state)
      return journal.check()
    }),
    filter((intake) => intake !== null),
  )
  const intake$ = merge(of(started), vtep.intake$, ovs.intake$, flows.intake$, command$, resumption$)
  const turns$ = engine(core, intake$, world)
  const turnLog = new TurnLog()
  const rounds = statistics.rounds(options.statisticsIntervalSeconds * 1000).subscribe()
  const ready$ = new Subject<void>()
  const settled$ = new ReplaySubject<void>(1)
  const ended = lastValueFrom(
    turns$.pipe(
      tap((turn) => {
        turnLog.note(turn)
        if (!hasSeenAll(turn)) return
        ready$.next()
        if (isIdle(turn)) settled$.next()
      }),
    ),
  ).then(async () => {
    rounds.unsubscribe()
    await Promise.all([vtep.session.close(), ovs.session.close()])
    journal.close(core.state)
  })
  return {
    core,
    journal: () => journal.health(core.state.seq),
    ready: Promise.race([firstValueFrom(ready$), ended]),
    settled: firstValueFrom(settled$),
    ended,
    retry: () => lanes.forEach((lane) => command$.next(event({ type: 'QuarantineDue', lane }))),
    stop: (reason, isCleanup) => {
      const { phase, knowledge } = core.state
      if (isCleanup && (knowledge.vtep !== 'current' || knowledge.ovs !== 'current'))
        throw new Error('cleanup needs both databases, and one is not connected')
      if (phase === 'running' || (phase === 'leaving' && !isCleanup))
        command$.next(event(isCleanup ? { type: 'CleanupRequested' } : { type: 'Stopped', reason }))
      if (!isCleanup) void setTimeout(patienceMs, undefined, { ref: false }).then(() => giveUp.abort())
    },
  }
}

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

async function apply(
  batch: Batch,
  options: Arguments,
  vtep: Database,
  ovs: Database,
  signal: AbortSignal,
): Promise<readonly Ran[]> {
  if (batch.kind === 'rows') {
    await vtep.session.transact(batch.operations).catch((error: unknown) => {
      throw error instanceof TransactError && refusals.has(error.error) ? new Rejection(error.message) : error
    })
    const { program, arguments: list, input } = commandOf(batch)
    return [{ where: [], digest: sha256(handed([program, ...list], input)) }]
  }
  if (batch.kind === 'flows') return [await prepared(commandOf(batch), targetOf(batch), signal).run()]
  const ran = await configure(batch, options, signal)
  await ovs.session.barrier()
  return ran
}

/** A command for the switch that is started, and what ran when it did. */
function prepared(
  command: Command,
  where: readonly string[],
  signal: AbortSignal,
): { run(): Promise<Ran>; cancel(): void } {
  const process = prepareCommand(reached(command, where), signal)
  return {
    run: async () => {
      await process.run()
      return { where, digest: process.digest() }
    },
    cancel: () => process.cancel(),
  }
}

function targetOf({ bridge }: FlowBatch): readonly string[] {
  const target = bridgeTarget(bridge)
  return target === bridge ? [] : [target]
}

/**
 * Errors of RFC 7047, 5.2, that are for what is written, and not for when it is: a referential integrity violation
 * is none, the controller has just deleted what we refer to.
 */
const refusals: ReadonlySet<string> = new Set(['constraint violation', 'domain error', 'range error'])

/** What is restored stands ready before the flows are dropped: until it is made, frames are lost. */
async function configure(
  batch: ConfigBatch,
  { db, access }: Arguments,
  signal: AbortSignal,
): Promise<readonly Ran[]> {
  const { restoration } = batch
  const restoring =
    restoration === null ? null : prepared(commandOf(restoration), targetOf(restoration), signal)
  const database = db === dbSocket() ? [] : [`--db=${db}`, ...commandOptions(access)]
  try {
    const ran = await prepared(commandOf(batch), database, signal).run()
    return restoring === null ? [ran] : [ran, await restoring.run()]
  } catch (error) {
    restoring?.cancel()
    throw error
  }
}

function hasSeenAll({ core }: Turn): boolean {
  const { vtep, ovs, flows } = core.state.knowledge
  return vtep !== 'unknown' && ovs !== 'unknown' && flows === 'current'
}

/** A turn plans whatever may be done: nothing is under way where nothing is to do, or what is to do must wait. */
function isIdle({ core }: Turn): boolean {
  return lanes.every((lane) => core.state.lanes[lane].inFlight === null)
}
