import { createRandom, type Random } from '../support/differential/random.js'
import { FakeDatabase } from '../support/fake-database.js'
import { vtepTables, type VtepTable } from '../../lib/schema/hardware-vtep.js'
import { Clock } from './clock.js'
import { Daemon } from './daemon.js'
import { Disk } from './disk.js'
import { Faults } from './faults.js'
import { Lock } from './lock.js'
import { Oracle } from './oracle.js'
import { Runner } from './runner.js'
import { SimulatedSwitch } from './switch.js'
import { type Snapshot, snapshotOf } from './wire-rows.js'

/** Everything around the daemon, and the daemon, from one seed. */
export class World {
  readonly clock = new Clock()
  readonly random: Random
  readonly faults: Faults
  readonly disk = new Disk()
  readonly database = new FakeDatabase()
  readonly oracle = new Oracle(this)
  readonly runner = new Runner(this)
  readonly theSwitch = new SimulatedSwitch((lines) => this.each(({ flows }) => flows.changed(lines)))
  /** 0: what is noticed is noticed by event. */
  readonly auditMs: number
  /** One, or the two of a pair. */
  readonly #daemons: Daemon[] = []
  /** Its process works for another switch, too: it hears only what concerns it. */
  readonly isPortioned: boolean
  /** Null: the daemon is alone. */
  readonly lock: Lock<Daemon> | null
  /** Keys of flows and reports that the switch and the database refuse. */
  refused: RegExp | null = null
  /** What may be in quarantine because of that, or still is. */
  readonly refusedBefore: RegExp[] = []

  constructor(seed: number) {
    this.random = createRandom(seed)
    this.faults = new Faults(this.random)
    this.auditMs = this.random.pick([0, 60_000, 3_000])
    const isPair = this.random.chance(0.5)
    const isPortioned = this.random.chance(0.3)
    // one that works for several has no standby
    this.isPortioned = isPortioned && !isPair
    this.lock = isPair
      ? new Lock<Daemon>(
          () => this.clock.nowMs,
          (daemon, isHeld) => daemon.ovs.lockIs(isHeld),
        )
      : null
    this.database.edit(() => {
      this.database.put('Physical_Switch', { name: 'br0', tunnel_ips: ['10.2.2.1'] })
    })
    this.clock.onMoment(() => {
      const forgotten = this.#daemons.flatMap((daemon) => daemon.forgotten)
      if (forgotten.length > 0) this.oracle.fail(`unknown, and nobody asks: ${forgotten.join(', ')}`)
    })
    this.start()
    if (isPair) this.start()
  }

  /** Starts one, in the place of `dead` where one died. */
  start(dead?: Daemon): void {
    const place = dead === undefined ? this.#daemons.length : this.#daemons.indexOf(dead)
    this.#daemons[place] = new Daemon(this)
  }

  each(act: (daemon: Daemon) => void): void {
    for (const daemon of this.#daemons) act(daemon)
  }

  /** The one that works, or waits to; the other of a pair stands by. */
  get daemon(): Daemon | null {
    return this.#daemons.find(({ core }) => core !== null) ?? this.#daemons[0] ?? null
  }

  /** Any of them, by chance. */
  get anyDaemon(): Daemon | undefined {
    return this.#daemons.length === 0 ? undefined : this.random.pick(this.#daemons)
  }

  rows(source: 'vtep' | 'ovs'): Snapshot {
    if (source === 'ovs')
      return snapshotOf(this.theSwitch.fake.contents() as { table: string; uuid: string; row: unknown }[])
    const tables = Object.keys(vtepTables) as VtepTable[]
    return snapshotOf(
      tables.flatMap((table) => [...this.database.rows(table)].map(([uuid, row]) => ({ table, uuid, row }))),
    )
  }

  /** A transaction was committed. */
  changed(source: 'vtep' | 'ovs'): void {
    this.each((daemon) => daemon[source].changed())
  }

  /** What happens later by itself; until then the world is not at rest. */
  later(delayMs: number, what: () => void): void {
    this.runner.pending++
    this.clock.after(delayMs, () => {
      this.runner.pending--
      what()
    })
  }

  /** ovs-vswitchd ends; it is started again. */
  stopSwitch(): void {
    if (!this.theSwitch.isUp) return
    this.theSwitch.stop()
    this.oracle.switchStopped()
    this.each(({ flows }) => flows.disconnect(200))
    this.clock.after(this.random.int(3_000), () => this.theSwitch.start())
  }

  /** Whether nothing is under way, nor anything left to do. */
  get isAtRest(): boolean {
    const { daemon, theSwitch, runner } = this
    return (
      theSwitch.isUp &&
      runner.pending === 0 &&
      this.#daemons.every(({ isQuiet }) => isQuiet) &&
      this.#daemons.filter(({ core }) => core !== null).length === 1 &&
      daemon?.core?.isInSync() === true &&
      this.#isSettled
    )
  }

  /** What was refused is made once nobody refuses it. */
  get #isSettled(): boolean {
    return this.refused !== null || this.daemon?.core?.state.quarantined.every(({ isDue }) => isDue) === true
  }

  /** What keeps it from rest. */
  get unrest(): string {
    const { daemon, theSwitch, runner } = this
    const { knowledge, lanes } = daemon?.core?.state ?? {}
    const plan = JSON.stringify([daemon?.core?.plan('switch'), daemon?.core?.plan('vtep')])
    const quiet = this.#daemons.map(({ core, isDead, vtep, ovs, flows }) => [
      core === null ? 'stands by' : 'works',
      isDead,
      vtep.isQuiet,
      ovs.isQuiet,
      flows.isQuiet,
    ])
    return JSON.stringify({
      isUp: theSwitch.isUp,
      pending: runner.pending,
      quiet,
      knowledge,
      lanes,
      plan,
    }).slice(0, 1500)
  }
}
