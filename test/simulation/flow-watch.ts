import { changeFrom, isOthers } from '../../lib/ingest/changes.js'
import { Dumps, type Taken } from '../../lib/ingest/dumps.js'
import { flowChanges, type Intake, sourceLost } from '../../lib/ingest/intake.js'
import type { Random } from '../support/differential/random.js'
import { Channel } from './channel.js'
import type { Clock } from './clock.js'
import type { SimulatedSwitch } from './switch.js'

/** A daemon's flow monitor and its dumps, in the order in which `adapters/switch` hands them over. */
export class FlowWatch {
  readonly #switch: SimulatedSwitch
  readonly #hear: (intake: Intake) => void
  readonly #clock: Clock
  readonly #random: Random
  readonly channel: Channel
  #dumps: Dumps
  #isClosed = false
  #connection = 0
  isConnected = false

  constructor(
    theSwitch: SimulatedSwitch,
    hear: (intake: Intake) => void,
    { clock, random }: { clock: Clock; random: Random },
    auditMs: number,
  ) {
    this.#switch = theSwitch
    this.#hear = hear
    this.#clock = clock
    this.#random = random
    this.channel = new Channel(clock, random)
    this.#dumps = this.#newDumps()
    this.#connect()
    if (auditMs > 0) this.#audit(auditMs)
  }

  get isQuiet(): boolean {
    return this.isConnected && !this.#dumps.isRunning && !this.#dumps.isLooking && this.channel.isEmpty
  }

  /** Lines that the monitor prints. */
  changed(lines: readonly string[]): void {
    if (!this.isConnected || lines.length === 0) return
    const changes = lines.map((line) => {
      const change = changeFrom(line)
      if (change === undefined) throw new Error(`not understood: ${line}`)
      return change
    })
    this.channel.send(() => {
      this.#dumps.pass(flowChanges(changes))
      if (changes.some(isOthers)) this.#dumps.lookSoon()
    })
  }

  observe(): void {
    if (this.isConnected) this.#dumps.request()
  }

  disturb(isUnderWay: boolean): void {
    this.#dumps.disturb(isUnderWay)
  }

  caughtUp(then: () => void): void {
    if (this.isConnected) this.channel.send(then, then)
    else then()
  }

  /** The switch hung up. */
  disconnect(forMs: number): void {
    if (!this.isConnected) return
    this.isConnected = false
    this.#connection++
    this.#dumps = this.#newDumps()
    this.channel.cut()
    this.#hear(sourceLost('flows', 'flow monitor: connection closed'))
    this.#clock.after(forMs, () => this.#connect())
  }

  close(): void {
    this.isConnected = false
    this.#isClosed = true
    this.#connection++
    this.channel.cut()
  }

  #connect(): void {
    if (this.#isClosed || this.isConnected) return
    if (!this.#switch.isUp) {
      this.#clock.after(50, () => this.#connect())
      return
    }
    this.isConnected = true
    this.channel.send(() => this.observe())
  }

  #audit(everyMs: number): void {
    this.#clock.after(everyMs, () => {
      if (this.#isClosed) return
      if (this.isConnected) this.#dumps.audit()
      this.#audit(everyMs)
    })
  }

  #newDumps(): Dumps {
    const connection = this.#connection
    return new Dumps(
      (taken) => this.#dump(taken),
      (intake) => this.#hear(intake),
      (waitMs, then) =>
        this.#clock.after(waitMs, () => {
          if (connection === this.#connection) then()
        }),
    )
  }

  #dump(taken: Taken): void {
    const connection = this.#connection
    const [beforeMs, afterMs] = [this.#random.int(5), this.#random.int(30)]
    this.#clock.after(beforeMs, () => {
      const text = this.#switch.fake.dump()
      this.#clock.after(afterMs, () => {
        if (connection === this.#connection) taken(text, beforeMs + afterMs)
      })
    })
  }
}
