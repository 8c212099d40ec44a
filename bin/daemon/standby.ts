import { setTimeout as pause } from 'node:timers/promises'
import { EMPTY, filter, firstValueFrom, interval, merge, Observable, Subject } from 'rxjs'
import type { DaemonMetrics } from '../../adapters/metrics/daemon-metrics.js'
import type { FlowWatch } from '../../adapters/switch/flow-watch.js'
import { vlog } from '../../adapters/vlog/vlog.js'
import { Follower } from '../../journal/follower.js'
import { JournalError } from '../../journal/format.js'
import { event, type Intake } from '../../lib/ingest/intake.js'
import { Mirror } from '../../lib/ingest/mirror.js'
import { asRecorded, Witness } from '../../lib/ingest/witness.js'
import type { AclHits } from '../../lib/words/acl-hits.js'
import { type Status, statusOf } from '../../lib/words/status.js'
import type { Arguments } from './asked.js'
import { close, type Databases } from '../databases.js'
import { keeperOf, refuseOther } from './journal-of.js'
import { type Begun, beginTerm, type Daemon, type Term } from './term.js'

const log = vlog.module('standby')

/** How often one that stands by reads what the active one recorded. */
const followEveryMs = 250

/** How long the history must rest before the flow tables are dumped because it is not known that they are as recorded. */
const reviewEveryMs = 2_000

/** How long the journal may be held by one who has lost the lock, and hangs; one who died holds nothing. */
const patienceMs = 3_000
const retryMs = 20

/** How long who takes over listens for what was done to the flow tables before; else they are dumped. */
const listeningMs = 200

/** The lock of a switch in the server of Open_vSwitch: an <id> of RFC 7047, another for each name. */
export function lockOf(physicalSwitch: string): string {
  const escaped = Buffer.from(physicalSwitch)
    .toString('latin1')
    .replace(/[^A-Za-z0-9]/g, (byte) => `_${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
  return `ovs_vtep_${escaped}`
}

/**
 * Starts one of two daemons for a switch; `databases` has asked for the lock. Throws an Error when the lock is ours and the journal
 * is somebody's who does not take part.
 */
export async function startStandby(
  options: Arguments,
  databases: Databases,
  begun: Begun,
  metrics: DaemonMetrics | null,
): Promise<Daemon> {
  const pair = new Standby(options, databases, begun, metrics)
  await pair.start()
  return pair
}

/**
 * States and moves: *standing by* → *active* when the lock is granted and the journal is let go → *standing by* when the lock is
 * lost, by theft or with its connection; from either to the end. Who stands by follows the journal of the active one and what
 * the databases say, and writes nothing.
 */
class Standby implements Daemon {
  readonly #options: Arguments
  readonly #databases: Databases
  readonly #metrics: DaemonMetrics | null
  readonly #end$ = new Subject<void>()
  #isEnding = false
  #follower: Follower
  #mirror = new Mirror()
  #take: (intake: Intake) => void = (intake) => this.#mirror.take(intake)
  readonly #flows: FlowWatch
  #witness = new Witness()
  /** Where the history was when it was last reviewed, and whether the flow tables were dumped there. */
  #rest = { seq: 0, isDumped: false }
  #takeFlows: (intake: Intake) => void = (intake) => this.#witness.take(intake)
  #term: Term | null = null
  ready: Promise<void> = Promise.resolve()
  #settle = (): void => undefined
  readonly settled = new Promise<void>((resolve) => (this.#settle = resolve))
  ended: Promise<void> = Promise.resolve()

  constructor(
    options: Arguments,
    databases: Databases,
    { flows, follower }: Begun,
    metrics: DaemonMetrics | null,
  ) {
    this.#options = options
    this.#databases = databases
    this.#metrics = metrics
    this.#follower = follower
    this.#flows = flows
  }

  async start(): Promise<void> {
    const { vtep, ovs } = this.#databases
    merge(vtep.intake$, ovs.intake$).subscribe((intake) => this.#take(intake))
    this.#follower.readOn()
    refuseOther(this.#options, this.#follower.core)
    const term = ovs.isHeld$.value ? await this.#takeOver(false) : null
    if (term !== null) this.ready = term.ready
    void term?.settled.then(this.#settle)
    const watching = this.#flows.intake$.subscribe((intake) => this.#takeFlows(intake))
    this.ended = this.#live(term).finally(() => {
      watching.unsubscribe()
      return close(this.#databases)
    })
  }

  async aclHits(): Promise<readonly AclHits[]> {
    if (this.#term === null) throw new Error('a standby asks the switch nothing: ask the active one')
    return this.#term.aclHits()
  }

  status(): Status {
    if (this.#term !== null) return statusOf(this.#term.core, this.#term.journal(), 'active')
    const status = statusOf(this.#follower.core, this.#follower.health(), 'standby')
    const flows = this.#witness.isSureOf(this.#follower.core.state) ? 'current' : 'unknown'
    return {
      ...status,
      switch: this.#options.physicalSwitch,
      knowledge: { ...this.#mirror.knowledge, flows },
    }
  }

  stop(reason: string, isCleanup: boolean): void {
    if (isCleanup) this.#active().stop(reason, isCleanup)
    else this.#term?.stop(reason, isCleanup)
    this.#isEnding = true
    this.#end$.next()
  }

  retry(): void {
    this.#active().retry()
  }

  #active(): Term {
    if (this.#term === null) throw new Error('this one stands by, ask the active one')
    return this.#term
  }

  async #live(first: Term | null): Promise<void> {
    if (first !== null) await this.#serve(first)
    while (!this.#isEnding) {
      await this.#standBy()
      const term = await this.#takeOver(true)
      if (term !== null) await this.#serve(term)
    }
  }

  async #standBy(): Promise<void> {
    const { isHeld$ } = this.#databases.ovs
    this.#settle()
    log.info(`standing by for switch ${JSON.stringify(this.#options.physicalSwitch)}`)
    const following = interval(followEveryMs).subscribe(() => this.#follow())
    following.add(interval(reviewEveryMs).subscribe(() => this.#review()))
    await firstValueFrom(merge(isHeld$.pipe(filter((isHeld) => isHeld)), this.#end$))
    following.unsubscribe()
  }

  /** What takes long is done now: who takes over finds its history read, derived, and compared with the databases. */
  #follow(): void {
    this.#follower.readOn()
    this.#mirror.share(this.#follower.core.state)
    this.#witness.compare(this.#follower.core.state)
  }

  /** A dump may agree with a history that rests, and one is enough for each place where it does. */
  #review(): void {
    const { state } = this.#follower.core
    const isAtRest = state.seq === this.#rest.seq
    const isDue = isAtRest && !this.#rest.isDumped && !this.#witness.isSureOf(state)
    this.#rest = { seq: state.seq, isDumped: isAtRest && (this.#rest.isDumped || isDue) }
    if (isDue) this.#flows.observe()
  }

  /** Null: the lock was lost again meanwhile. `isDue`: in the end without the journal's file. */
  async #takeOver(isDue: boolean): Promise<Term | null> {
    const { isHeld$ } = this.#databases.ovs
    const isHeard = isDue && (await this.#hasListened())
    const untilMs = performance.now() + patienceMs
    while (isHeld$.value && !this.#isEnding) {
      const isLast = performance.now() > untilMs
      try {
        return this.#begin(isDue && isLast, isHeard)
      } catch (error) {
        if (!(error instanceof JournalError) || error.trouble !== 'locked') throw error
        if (isLast) throw new Error(`${error.message}, and does not take part in --standby`, { cause: error })
      }
      await pause(retryMs)
    }
    return null
  }

  /** Whether what was done to the flow tables before now was said. */
  #hasListened(): Promise<boolean> {
    return Promise.race([this.#flows.caughtUp().then(() => true), pause(listeningMs, false)])
  }

  /** `isHeard`: the flow tables need not be dumped where they are known to be as recorded. */
  #begin(isDue: boolean, isHeard: boolean): Term {
    const journal = keeperOf(this.#options)
    const core = journal.open(this.#follower.fold, this.#follower.reached, isDue)
    refuseOther(this.#options, core)
    log.info(`active for switch ${JSON.stringify(this.#options.physicalSwitch)}`)
    this.#witness.compare(core.state)
    const isAsRecorded = isHeard && this.#witness.isSureOf(core.state)
    const intake$ = new Observable<Intake>((subscriber) => {
      for (const intake of this.#mirror.intakes()) subscriber.next(intake)
      if (isAsRecorded) subscriber.next(event(asRecorded))
      else this.#flows.observe()
      this.#mirror = new Mirror()
      this.#take = (intake) => subscriber.next(intake)
      this.#takeFlows = this.#take
      // at once: what comes next is a change of what is known now
      return () => {
        this.#mirror = new Mirror(core.state)
        this.#take = (intake) => this.#mirror.take(intake)
        this.#witness = new Witness()
        this.#takeFlows = (intake) => this.#witness.take(intake)
        if (!this.#isEnding) this.#flows.observe()
      }
    })
    // what the flow tables say comes with what the databases say
    const flows = { ...this.#flows, intake$: EMPTY }
    this.#term = beginTerm(this.#options, core, journal, this.#databases, intake$, flows, this.#metrics)
    return this.#term
  }

  async #serve(term: Term): Promise<void> {
    const lost$ = this.#databases.ovs.isHeld$.pipe(filter((isHeld) => !isHeld))
    const loss = lost$.subscribe(() => {
      log.warn('the lock is lost, no longer active')
      term.resign('the lock is lost')
    })
    await term.ended.finally(() => loss.unsubscribe())
    this.#term = null
    this.#follower = new Follower(this.#options.journal)
    if (!this.#isEnding) this.#follower.readOn()
  }
}
