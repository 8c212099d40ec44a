import { EMPTY, merge, Observable, Subject } from 'rxjs'
import type { DaemonMetrics } from '../../adapters/metrics/daemon-metrics.js'
import { removeLeftSockets } from '../../adapters/left-sockets.js'
import { rundir } from '../../adapters/paths.js'
import { begun } from '../../adapters/switch/begun-watch.js'
import { watchFlows } from '../../adapters/switch/flow-watch.js'
import { vlog } from '../../adapters/vlog/vlog.js'
import { Follower } from '../../journal/follower.js'
import { Crew } from '../../lib/daemon/crew.js'
import type { Intake } from '../../lib/ingest/intake.js'
import { type Portion, Portions, switchesHere } from '../../lib/ingest/portions.js'
import { close, connectOvs, connectVtep, type Databases, type LiveDatabase } from '../databases.js'
import { forSwitch } from './arguments.js'
import type { Arguments } from './asked.js'
import { openMetrics } from './metrics.js'
import { type Daemon, startAlone } from './switch-daemon.js'

const log = vlog.module('ovs-vtep')

/** What is said of a name that was asked for. */
const notHere = 'there is no bridge, or no Physical_Switch row, of this name'

/** Those who work for several switches in this process. */
export interface Several {
  readonly crew: Crew<Daemon>
  /** Why some are not worked for; those that were named and are not here are waited for. */
  troubles(): ReadonlyMap<string, string>
  readonly settled: Promise<void>
  readonly ended: Promise<void>
}

/**
 * Starts to work for `names`, or for every switch that is here, as they come and go; null: for all. One connection to each database
 * serves all of them. Throws an Error in one line when a database can't be reached.
 */
export async function startSeveral(options: Arguments, names: readonly string[] | null): Promise<Several> {
  void removeLeftSockets(rundir())
  const metrics = await openMetrics(options.metrics)
  const [vtep, ovs] = await Promise.all([
    connectVtep(options.vtepDb, options.access, true),
    connectOvs(options.db, options.access),
  ])
  const databases = { vtep: vtep.database, ovs: ovs.database }
  const portions = new Portions()
  const crew: Crew<Daemon> = new Crew({
    start: (name) => startOne(forSwitch(options, name), databases, portions, metrics?.of(name) ?? null),
    warn: (name, text) => log.warn(`${name}: ${text}`),
    info: (name, text) => log.info(`${name}: ${text}`),
  })
  metrics?.showStatuses(() => [...crew.workers].map(([name, worker]) => [name, worker.status()]))
  const absent = new Set<string>()
  const wanted = wantedOf(names, absent)
  const listening = merge(databases.vtep.intake$, databases.ovs.intake$).subscribe((intake) => {
    portions.take(intake)
    const here = switchesHere(portions.state)
    if (here !== null) wanted(here, crew)
  })
  const ended = crew.ended().finally(() => {
    listening.unsubscribe()
    return close(databases)
  })
  const troubles = () => new Map([...crew.troubles, ...[...absent].map((name) => [name, notHere] as const)])
  return { crew, troubles, settled: crew.settled, ended }
}

/**
 * Tells the crew whom to work for, when that has changed; `absent` is kept up to date. One that was named stays,
 * whatever becomes of its bridge: it may come back.
 */
function wantedOf(
  names: readonly string[] | null,
  absent: Set<string>,
): (here: ReadonlySet<string>, crew: Crew<Daemon>) => void {
  let before: string | null = null
  return (here, crew) => {
    const missing = (names ?? []).filter((name) => !here.has(name) && !crew.workers.has(name))
    for (const name of missing) if (!absent.has(name)) log.warn(`${name}: ${notHere}; it is waited for`)
    absent.clear()
    for (const name of missing) absent.add(name)
    const wanted = names === null ? here : new Set(names.filter((name) => !absent.has(name)))
    const text = JSON.stringify([...wanted].sort())
    if (text === before) return
    before = text
    crew.want(wanted)
  }
}

function startOne(
  options: Arguments,
  databases: Databases,
  portions: Portions,
  metrics: DaemonMetrics | null,
): Daemon {
  const name = options.physicalSwitch
  const flows = begun(watchFlows(name, options.auditIntervalSeconds * 1000))
  const follower = new Follower(options.journal)
  follower.read()
  const intake$ = new Subject<Intake>()
  const portion: Portion = { physicalSwitch: name, take: (intake) => intake$.next(intake) }
  const own$ = new Observable<Intake>((subscriber) => {
    subscriber.add(intake$.subscribe(subscriber))
    portions.open(portion)
    return () => portions.close(portion)
  })
  const { vtep, ovs } = databases
  const own: Databases = { vtep: { ...shared(vtep), intake$: own$ }, ovs: { ...shared(ovs), intake$: EMPTY } }
  const daemon = startAlone(options, own, { flows, follower }, metrics)
  log.info(`${name}: started`)
  return daemon
}

/** The session is everybody's: nobody closes it. */
function shared({ session, intake$, isHeld$ }: LiveDatabase): LiveDatabase {
  return {
    session: {
      events$: session.events$,
      transact: (operations) => session.transact(operations),
      barrier: () => session.barrier(),
      restart: (reason) => session.restart(reason),
      close: () => Promise.resolve(),
    },
    intake$,
    isHeld$,
  }
}
