import {
  EMPTY,
  filter,
  firstValueFrom,
  interval,
  map,
  merge,
  Observable,
  race,
  ReplaySubject,
  from,
  type SchedulerLike,
  timer,
} from 'rxjs'
import { event, type Intake } from '../ingest/intake.js'
import { Mirror } from '../ingest/mirror.js'
import { asRecorded, Witness } from '../ingest/witness.js'
import { type JournalHealth, type Status, statusOf } from '../words/status.js'
import type { Core } from './core.js'
import type { Beginning, FlowTables, OpenJournal, Term } from './term.js'

/** The journal of the active one, folded as it grows. */
export interface Followed {
  readonly core: Core
  readOn(): void
  health(): JournalHealth
}

/** What is opened when one takes over; `heldBy`: somebody writes the journal, as these words say. */
export type Opening = { readonly core: Core; readonly journal: OpenJournal } | { readonly heldBy: string }

/** What one of two daemons for a switch needs of the world around it. */
export interface PairWorld<F extends Followed> {
  readonly physicalSwitch: string
  /** Whether the lock is held: the present, then each change. */
  readonly isHeld$: Observable<boolean> & { readonly value: boolean }
  /** What both databases say. */
  readonly intake$: Observable<Intake>
  readonly flows: FlowTables
  readonly timers?: SchedulerLike
  elapsedMs(): number
  follow(): F
  /** Throws an Error where the journal is that of another switch. */
  refuseOther(core: Core): void
  /** Opens the journal to go on where `followed` is. `isDue`: in the end without its file, if somebody holds that. Throws as refuseOther. */
  open(followed: F, isDue: boolean): Opening
  begin(beginning: Omit<Beginning, 'version' | 'settings'>): Term
  info(text: string): void
  warn(text: string): void
}

/** How often one that stands by reads what the active one recorded. */
const followEveryMs = 250

/** How long the history must rest before the flow tables are dumped because it is not known that they are as recorded. */
const reviewEveryMs = 2_000

/** How long the journal may be held by one who has lost the lock, and hangs; one who died holds nothing. */
const patienceMs = 3_000
const retryMs = 20

/** How long who takes over listens for what was done to the flow tables before; else they are dumped. */
const listeningMs = 200

/**
 * One of two daemons for a switch. States and moves: *standing by* → *active* when the lock is granted and the journal is let go →
 * *standing by* when the lock is lost, by theft or with its connection; from either to the end. Who stands by follows the journal
 * of the active one and what the databases say, and writes nothing.
 */
export class Standby<F extends Followed> {
  readonly #world: PairWorld<F>
  readonly #end$ = new ReplaySubject<void>(1)
  #isEnding = false
  #followed: F
  #mirror = new Mirror()
  #take: (intake: Intake) => void = (intake) => this.#mirror.take(intake)
  #witness = new Witness()
  /** Where the history was when it was last reviewed, and whether the flow tables were dumped there. */
  #rest = { seq: 0, isDumped: false }
  #takeFlows: (intake: Intake) => void = (intake) => this.#witness.take(intake)
  #term: Term | null = null
  ready: Promise<void> = Promise.resolve()
  #settle = (): void => undefined
  readonly settled = new Promise<void>((resolve) => (this.#settle = resolve))
  /** Resolves when it has stopped; rejects when it can't go on. */
  ended: Promise<void> = Promise.resolve()

  constructor(world: PairWorld<F>, followed: F) {
    this.#world = world
    this.#followed = followed
  }

  /** Rejects when the lock is ours and the journal is held by somebody who does not take part. */
  async start(): Promise<void> {
    const { intake$, isHeld$, flows } = this.#world
    const listening = intake$.subscribe((intake) => this.#take(intake))
    this.#followed.readOn()
    this.#world.refuseOther(this.#followed.core)
    const term = isHeld$.value ? await this.#takeOver(false) : null
    if (term !== null) this.ready = term.ready
    void term?.settled.then(this.#settle)
    listening.add(flows.intake$.subscribe((intake) => this.#takeFlows(intake)))
    this.ended = this.#live(term).finally(() => listening.unsubscribe())
  }

  /** Null: it stands by. */
  get term(): Term | null {
    return this.#term
  }

  status(): Status {
    if (this.#term !== null) return statusOf(this.#term.core, this.#term.journal(), 'active')
    const { core } = this.#followed
    const status = statusOf(core, this.#followed.health(), 'standby')
    const flows = this.#witness.isSureOf(core.state) ? 'current' : 'unknown'
    return {
      ...status,
      switch: this.#world.physicalSwitch,
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
    const { isHeld$, timers, physicalSwitch } = this.#world
    this.#settle()
    this.#world.info(`standing by for switch ${JSON.stringify(physicalSwitch)}`)
    const following = interval(followEveryMs, timers).subscribe(() => this.#follow())
    following.add(interval(reviewEveryMs, timers).subscribe(() => this.#review()))
    await firstValueFrom(merge(isHeld$.pipe(filter((isHeld) => isHeld)), this.#end$))
    following.unsubscribe()
  }

  /** What takes long is done now: who takes over finds its history read, derived, and compared with the databases. */
  #follow(): void {
    this.#followed.readOn()
    this.#mirror.share(this.#followed.core.state)
    this.#witness.compare(this.#followed.core.state)
  }

  /** A dump may agree with a history that rests, and one is enough for each place where it does. */
  #review(): void {
    const { state } = this.#followed.core
    const isAtRest = state.seq === this.#rest.seq
    const isDue = isAtRest && !this.#rest.isDumped && !this.#witness.isSureOf(state)
    this.#rest = { seq: state.seq, isDumped: isAtRest && (this.#rest.isDumped || isDue) }
    if (isDue) this.#world.flows.observe()
  }

  /** Null: the lock was lost again meanwhile. `isDue`: in the end without the journal's file. */
  async #takeOver(isDue: boolean): Promise<Term | null> {
    const { isHeld$ } = this.#world
    const isHeard = isDue && (await this.#hasListened())
    const untilMs = this.#world.elapsedMs() + patienceMs
    while (isHeld$.value && !this.#isEnding) {
      const isLast = this.#world.elapsedMs() > untilMs
      const opening = this.#world.open(this.#followed, isDue && isLast)
      if (!('heldBy' in opening)) return this.#begin(opening, isHeard)
      if (isLast) throw new Error(`${opening.heldBy}, and does not take part in --standby`)
      await firstValueFrom(timer(retryMs, this.#world.timers))
    }
    return null
  }

  /** Whether what was done to the flow tables before now was said. */
  #hasListened(): Promise<boolean> {
    const { flows, timers } = this.#world
    return firstValueFrom(
      race(from(flows.caughtUp()).pipe(map(() => true)), timer(listeningMs, timers).pipe(map(() => false))),
    )
  }

  /** `isHeard`: the flow tables need not be dumped where they are known to be as recorded. */
  #begin({ core, journal }: Exclude<Opening, { heldBy: string }>, isHeard: boolean): Term {
    const { flows, physicalSwitch } = this.#world
    this.#world.info(`active for switch ${JSON.stringify(physicalSwitch)}`)
    this.#witness.compare(core.state)
    // a bridge that was made anew is another one, of whose flow tables nothing is known
    const isAsRecorded = isHeard && this.#witness.isSureOf(this.#mirror.onto(core.state))
    const intake$ = new Observable<Intake>((subscriber) => {
      for (const intake of this.#mirror.intakes()) subscriber.next(intake)
      if (isAsRecorded) subscriber.next(event(asRecorded))
      else flows.observe()
      this.#hand(subscriber)
      this.#takeFlows = (intake) => subscriber.next(intake)
      // at once: what comes next is a change of what is known now
      return () => {
        this.#mirror = new Mirror(core.state)
        this.#take = (intake) => this.#mirror.take(intake)
        this.#witness = new Witness()
        this.#takeFlows = (intake) => this.#witness.take(intake)
        if (!this.#isEnding) flows.observe()
      }
    })
    // what the flow tables say comes with what the databases say
    this.#term = this.#world.begin({ core, journal, intake$, flows: without(flows) })
    return this.#term
  }

  /** What the databases say goes to `subscriber`, and by way of what is known of them until both are connected. */
  #hand(subscriber: { next(intake: Intake): void }): void {
    const mirror = this.#mirror
    this.#mirror = new Mirror()
    const direct = (intake: Intake): void => subscriber.next(intake)
    const relayed = (intake: Intake): void => {
      for (const said of mirror.relay(intake)) subscriber.next(said)
      if (mirror.isCurrent) this.#take = direct
    }
    this.#take = mirror.isCurrent ? direct : relayed
  }

  async #serve(term: Term): Promise<void> {
    const lost$ = this.#world.isHeld$.pipe(filter((isHeld) => !isHeld))
    const loss = lost$.subscribe(() => {
      this.#world.warn('the lock is lost, no longer active')
      term.resign('the lock is lost')
    })
    await term.ended.finally(() => loss.unsubscribe())
    this.#term = null
    this.#followed = this.#world.follow()
    if (!this.#isEnding) this.#followed.readOn()
  }
}

/** What the flow tables say comes another way. */
function without(flows: FlowTables): FlowTables {
  return {
    intake$: EMPTY,
    observe: () => flows.observe(),
    disturb: (isUnderWay) => flows.disturb(isUnderWay),
    caughtUp: () => flows.caughtUp(),
  }
}
