import { pipelineVersion } from '../../lib/pipeline/version.js'
import { Subject, type Subscription } from 'rxjs'
import type { Core } from '../../lib/daemon/core.js'
import { engine } from '../../lib/daemon/engine.js'
import { event, type Intake } from '../../lib/ingest/intake.js'
import type { Batch } from '../../lib/model/batch.js'
import type { Entry } from '../../lib/model/event.js'
import { replay } from '../../lib/history/verify.js'
import { JournalKeeper } from '../../journal/keeper.js'
import { FlowWatch } from './flow-watch.js'
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

/** One life of the daemon, from its start to a kill. */
export class Daemon {
  readonly core: Core
  readonly vtep: Session
  readonly ovs: Session
  readonly flows: FlowWatch
  isDead = false
  readonly #world: World
  readonly #journal: JournalKeeper
  readonly #subscription: Subscription

  constructor(world: World) {
    this.#world = world
    const { clock, random, faults } = world
    const intake$ = new Subject<Intake>()
    const hear = (intake: Intake) => {
      if (!this.isDead) intake$.next(intake)
    }
    this.#journal = new JournalKeeper(
      world.disk,
      { now: () => clock.wallMs, info: () => undefined, warn: () => undefined },
      heldAtMost,
    )
    this.core = this.#journal.open(replay)
    this.#subscription = engine(
      this.core,
      intake$,
      {
        now: () => clock.wallMs,
        elapsedMs: () => clock.nowMs,
        random: () => random.int(1_000) / 1_000,
        append: (entries) => this.#append(entries),
        apply: (batch) => this.#apply(batch).then(() => null),
        observe: () => {
          if (!this.isDead) this.flows.observe()
        },
      },
      { burst: clock.scheduler, timers: clock.scheduler },
    ).subscribe({ error: (error: unknown) => this.#ended(error) })
    this.vtep = new Session('vtep', () => world.rows('vtep'), hear, { clock, random, faults })
    this.ovs = new Session('ovs', () => world.rows('ovs'), hear, { clock, random, faults })
    this.flows = new FlowWatch(world.theSwitch, hear, { clock, random }, world.auditMs)
    const check = () => {
      const resumption = this.isDead ? null : this.#journal.check()
      if (resumption !== null) hear(resumption)
      if (!this.isDead) clock.after(1_000, check)
    }
    clock.after(1_000, check)
    hear(event({ type: 'Started', version: 'test', settings }))
  }

  /** Everything that it does not yet know of is on its way to nobody. */
  get isQuiet(): boolean {
    return !this.isDead && this.#isRecorded && this.vtep.isQuiet && this.ovs.isQuiet && this.flows.isQuiet
  }

  /** What is not known and nobody is finding out: neither a connection that is made, nor something under way on one. */
  get forgotten(): readonly string[] {
    if (this.isDead) return []
    const { knowledge, lanes, learned } = this.core.state
    const isUnknown = {
      vtep: knowledge.vtep !== 'current',
      ovs: knowledge.ovs !== 'current',
      flows: (knowledge.flows !== 'current' || learned === null) && lanes.switch.inFlight === null,
    }
    return (['vtep', 'ovs', 'flows'] as const).filter((source) => isUnknown[source] && this[source].isQuiet)
  }

  get #isRecorded(): boolean {
    return this.#journal.health(this.core.state.seq).trouble === null
  }

  kill(): void {
    if (this.isDead) return
    this.isDead = true
    this.#subscription.unsubscribe()
    for (const connection of [this.vtep, this.ovs, this.flows]) connection.close()
    this.#world.clock.after(this.#world.random.int(2_000), () => this.#world.start())
  }

  #append(entries: readonly Entry[]): void {
    const { disk, faults, oracle } = this.#world
    if (this.isDead) throw new Killed()
    if (faults.happens('kill before an append', 0.005)) throw new Killed()
    const isTorn = faults.happens('torn write', 0.005)
    disk.isTorn = isTorn
    this.#journal.append(entries)
    if (isTorn) throw new Killed()
    oracle.recorded(entries, this.core)
    if (faults.happens('kill after an append', 0.01)) throw new Killed()
  }

  #apply(batch: Batch): Promise<void> {
    const { faults, runner, oracle } = this.#world
    if (!this.isDead && faults.happens('kill before a command', 0.01)) this.kill()
    if (this.isDead) return new Promise(() => undefined)
    oracle.started(batch, this.core)
    if (batch.kind === 'rows') return runner.run(batch, this)
    this.flows.disturb(true)
    return runner.run(batch, this).finally(() => this.flows.disturb(false))
  }

  #ended(error: unknown): void {
    if (this.isDead) return
    if (!(error instanceof Killed))
      this.#world.oracle.fail(`the engine threw: ${String(error instanceof Error ? error.stack : error)}`)
    this.kill()
  }
}
