import { BehaviorSubject, Subject } from 'rxjs'
import { JournalError } from '../../journal/format.js'
import { JournalKeeper } from '../../journal/keeper.js'
import type { Core } from '../../lib/daemon/core.js'
import { Lease } from '../../lib/daemon/lease.js'
import { type Followed, type Opening, Standby } from '../../lib/daemon/standby.js'
import { type Beginning, beginTerm, type OpenJournal, type Term } from '../../lib/daemon/term.js'
import { replay } from '../../lib/history/verify.js'
import type { Intake } from '../../lib/ingest/intake.js'
import { Portions } from '../../lib/ingest/portions.js'
import type { Batch } from '../../lib/model/batch.js'
import type { Entry } from '../../lib/model/event.js'
import { pipelineVersion } from '../../lib/pipeline/version.js'
import { FlowWatch } from './flow-watch.js'
import { Mortal } from './mortal.js'
import { Session } from './session.js'
import type { World } from './world.js'

/** The process is dead: nothing after this is its doing. */
class Killed extends Error {
  override readonly name = 'Killed'
}

/** What every daemon is started with. */
export const settings = {
  physicalSwitch: 'br0',
  macAgingSeconds: 300,
  suppressesArp: true,
  pipeline: pipelineVersion,
} as const

/** So few that it often gets too much. */
const heldAtMost = { entries: 20, characters: 1 << 20 }

/** One life of the daemon, from its start to a kill: the files of `lib/daemon`, and a world that is not there. */
export class Daemon {
  readonly vtep: Session
  readonly ovs: Session
  readonly flows: FlowWatch
  /** What it knows of the lock. */
  readonly isHeld$ = new BehaviorSubject(false)
  readonly #world: World
  readonly #time: Mortal
  readonly #intake$ = new Subject<Intake>()
  readonly #flowIntake$ = new Subject<Intake>()
  readonly #lease: Lease
  #pair: Standby<Followed> | null = null
  #term: Term | null = null

  constructor(world: World) {
    this.#world = world
    const { clock, random, faults } = world
    this.#time = new Mortal(clock)
    const hear = (to$: Subject<Intake>) => (intake: Intake) => {
      if (!this.isDead) to$.next(intake)
    }
    const told = world.isPortioned ? this.#portion() : hear(this.#intake$)
    this.vtep = new Session('vtep', () => world.rows('vtep'), told, { clock, random, faults })
    this.ovs = new Session('ovs', () => world.rows('ovs'), told, { clock, random, faults })
    this.flows = new FlowWatch(world.theSwitch, hear(this.#flowIntake$), { clock, random }, world.auditMs)
    this.#lease = new Lease({
      isHeld$: this.isHeld$,
      barrier: () => new Promise((resolve, reject) => this.ovs.reply(resolve, reject)),
      elapsedMs: () => clock.nowMs,
    })
    if (world.lock === null) this.#startAlone()
    else this.#startPair(world.lock)
  }

  get isDead(): boolean {
    return this.#time.isDead
  }

  /** Null: it stands by. */
  get core(): Core | null {
    return this.#world.lock === null ? (this.#term?.core ?? null) : (this.#pair?.term?.core ?? null)
  }

  /** Everything that it does not yet know of is on its way to nobody. */
  get isQuiet(): boolean {
    return !this.isDead && this.#isRecorded && this.vtep.isQuiet && this.ovs.isQuiet && this.flows.isQuiet
  }

  /** What is not known and nobody is finding out: neither a connection that is made, nor something under way on one. */
  get forgotten(): readonly string[] {
    const { core } = this
    if (this.isDead || this.#time.isHanging || core === null || core.state.phase !== 'running') return []
    const { knowledge, lanes, learned } = core.state
    const isUnknown = {
      vtep: knowledge.vtep !== 'current',
      ovs: knowledge.ovs !== 'current',
      flows: (knowledge.flows !== 'current' || learned === null) && lanes.switch.inFlight === null,
    }
    return (['vtep', 'ovs', 'flows'] as const).filter((source) => isUnknown[source] && this[source].isQuiet)
  }

  get #isRecorded(): boolean {
    const term = this.#world.lock === null ? this.#term : this.#pair?.term
    // that its file is gone it finds out within a second
    return term == null || (term.journal().trouble === null && this.#world.disk.isOpenFor(this))
  }

  kill(): void {
    if (this.isDead) return
    this.#time.isDead = true
    for (const connection of [this.vtep, this.ovs, this.flows]) connection.close()
    this.#world.disk.letGo(this)
    this.#world.clock.after(this.#world.random.int(2_000), () => this.#world.start(this))
  }

  /** It does nothing for a while; what would happen meanwhile happens then. A server waits for it for 5 s. */
  hang(forMs: number): void {
    if (this.isDead) return
    this.#time.hang(forMs)
    for (const { channel } of [this.vtep, this.ovs, this.flows]) channel.stall(forMs)
    if (forMs > 5_000) this.#world.clock.after(5_000, () => this.ovs.drop(forMs - 5_000))
  }

  /** What concerns it of what its process hears, as one of several switches has it. */
  #portion(): (intake: Intake) => void {
    const portions = new Portions()
    portions.open({
      physicalSwitch: settings.physicalSwitch,
      take: (intake) => {
        if (!this.isDead) this.#intake$.next(intake)
      },
    })
    portions.open({ physicalSwitch: 'other', take: () => undefined })
    return (intake) => portions.take(intake)
  }

  #startAlone(): void {
    const { core, journal } = this.#open(false)
    this.#term = this.#begin({ core, journal, intake$: this.#intake$, flows: this.#flowTables() })
  }

  #startPair(lock: NonNullable<World['lock']>): void {
    const { clock } = this.#world
    this.ovs.holds(
      () => lock.ask(this),
      () => lock.release(this),
      (isHeld) => {
        if (!this.isDead && this.isHeld$.value !== isHeld) this.isHeld$.next(isHeld)
      },
    )
    const pair = new Standby<Followed>(
      {
        physicalSwitch: settings.physicalSwitch,
        isHeld$: this.isHeld$,
        intake$: this.#intake$,
        flows: this.#flowTables(),
        timers: this.#time,
        elapsedMs: () => clock.nowMs,
        follow: () => this.#follow(),
        refuseOther: () => undefined,
        open: (_, isDue) => this.#opening(isDue),
        begin: (beginning) => this.#begin(beginning),
        info: () => undefined,
        warn: () => undefined,
      },
      this.#follow(),
    )
    this.#pair = pair
    pair.start().then(
      () => pair.ended.catch((error: unknown) => this.#ended(error)),
      (error: unknown) => this.#ended(error),
    )
  }

  #follow(): Followed {
    const { disk } = this.#world
    let core = replay(disk.entries())
    return {
      get core() {
        return core
      },
      readOn: () => {
        const entries = disk.entries()
        const last = core.state.seq
        const news = entries.filter(({ seq }) => seq > last)
        if (news[0]?.seq === last + 1) for (const entry of news) core.fold(entry)
        else if (entries.at(-1)?.seq !== last) core = replay(entries)
      },
      health: () => ({ file: disk.file, trouble: null, held: 0, lost: 0, kept: [] }),
    }
  }

  #flowTables(): Beginning['flows'] {
    return {
      intake$: this.#flowIntake$,
      observe: () => {
        if (!this.isDead) this.flows.observe()
      },
      disturb: (isUnderWay) => this.flows.disturb(isUnderWay),
      caughtUp: () => new Promise((resolve) => this.flows.caughtUp(resolve)),
    }
  }

  #opening(isDue: boolean): Opening {
    try {
      return this.#open(isDue)
    } catch (error) {
      if (!(error instanceof JournalError) || error.trouble !== 'locked') throw error
      return { heldBy: error.message }
    }
  }

  #open(isDue: boolean): { readonly core: Core; readonly journal: OpenJournal } {
    const { clock, disk } = this.#world
    if (this.isDead) throw new Killed()
    const keeper = new JournalKeeper(
      disk.of(this),
      { now: () => clock.wallMs, info: () => undefined, warn: () => undefined },
      heldAtMost,
    )
    const core = keeper.open(replay, null, isDue)
    const journal: OpenJournal = {
      append: (entries) => this.#append(entries, keeper, core),
      check: () => (this.isDead ? null : keeper.check()),
      tend: (state) => keeper.tend(state),
      health: (seq) => keeper.health(seq),
      close: (state) => {
        if (!this.isDead) keeper.close(state)
      },
    }
    return { core, journal }
  }

  #begin(beginning: Omit<Beginning, 'version' | 'settings'>): Term {
    const { clock, random, lock } = this.#world
    const term = beginTerm(
      { version: 'test', settings, ...beginning },
      {
        now: () => clock.wallMs,
        elapsedMs: () => clock.nowMs,
        random: () => random.int(1_000) / 1_000,
        apply: (batch) => this.#apply(batch, beginning.core).then(() => null),
        ...(lock !== null && { confirm: () => this.#lease.confirm() }),
        giveUp: () => undefined,
        schedulers: { burst: this.#time, timers: this.#time },
      },
    )
    term.ready.catch(() => undefined)
    term.settled.catch(() => undefined)
    if (this.#pair === null) term.ended.catch((error: unknown) => this.#ended(error))
    return term
  }

  #append(entries: readonly Entry[], keeper: JournalKeeper, core: Core): void {
    const { disk, faults, oracle } = this.#world
    if (this.isDead) throw new Killed()
    if (faults.happens('kill before an append', 0.005)) throw new Killed()
    const isTorn = faults.happens('torn write', 0.005)
    disk.isTorn = isTorn
    keeper.append(entries)
    disk.isTorn = false
    if (isTorn) throw new Killed()
    oracle.recorded(entries, core)
    if (faults.happens('kill after an append', 0.01)) throw new Killed()
  }

  #apply(batch: Batch, core: Core): Promise<void> {
    const { faults, runner, oracle } = this.#world
    if (!this.isDead && faults.happens('kill before a command', 0.01)) this.kill()
    if (this.isDead) return new Promise(() => undefined)
    oracle.started(batch, core, this)
    return runner.run(batch, this)
  }

  #ended(error: unknown): void {
    if (this.isDead) return
    if (!(error instanceof Killed))
      this.#world.oracle.fail(`the engine threw: ${String(error instanceof Error ? error.stack : error)}`)
    this.kill()
  }
}
