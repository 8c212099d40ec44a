import {
  type Intake,
  ovsContents,
  ovsUpdates,
  sourceLost,
  vtepContents,
  vtepUpdates,
} from '../../lib/ingest/intake.js'
import type { DatabaseDeclaration } from '../../lib/schema/column.js'
import { ovsTables } from '../../lib/schema/open-vswitch.js'
import { vtepTables } from '../../lib/schema/hardware-vtep.js'
import type { Random } from '../support/differential/random.js'
import { Channel } from './channel.js'
import type { Clock } from './clock.js'
import type { Faults } from './faults.js'
import { contentsOf, type Snapshot, updatesOf } from './wire-rows.js'

const kinds = {
  vtep: { declaration: vtepTables, contents: vtepContents, updates: vtepUpdates },
  ovs: { declaration: ovsTables, contents: ovsContents, updates: ovsUpdates },
} as const

/** A daemon's session with one database: contents, then an update for each transaction, and replies between them. */
export class Session {
  readonly #source: 'vtep' | 'ovs'
  readonly #declaration: DatabaseDeclaration
  readonly #rows: () => Snapshot
  readonly #hear: (intake: Intake) => void
  readonly #clock: Clock
  readonly #faults: Faults
  readonly #isDifference: boolean
  readonly channel: Channel
  #sent: Snapshot | null = null
  #heard: Snapshot | null = null
  #isClosed = false
  isConnected = false
  #lock: { ask: () => void; release: () => void; told: (isHeld: boolean) => void } | null = null

  constructor(
    source: 'vtep' | 'ovs',
    rows: () => Snapshot,
    hear: (intake: Intake) => void,
    { clock, random, faults }: { clock: Clock; random: Random; faults: Faults },
  ) {
    this.#source = source
    this.#declaration = kinds[source].declaration
    this.#rows = rows
    this.#hear = hear
    this.#clock = clock
    this.#faults = faults
    this.#isDifference = random.chance(0.5)
    this.channel = new Channel(clock, random)
    clock.after(random.int(20), () => this.#connect())
  }

  get isQuiet(): boolean {
    return this.isConnected && this.channel.isEmpty
  }

  /** The lock is asked for on each connection; `told`: what the server says of it, or the loss of the connection. */
  holds(ask: () => void, release: () => void, told: (isHeld: boolean) => void): void {
    this.#lock = { ask, release, told }
  }

  /** The server says whether the lock is held. */
  lockIs(isHeld: boolean): void {
    this.channel.send(() => this.#lock?.told(isHeld))
  }

  /** Something was committed. */
  changed(): void {
    if (this.#faults.happens('merged updates', 0.1)) this.#clock.after(30, () => this.#send())
    else this.#send()
  }

  #send(): void {
    if (!this.isConnected || this.#sent === null) return
    const [before, after] = [this.#sent, this.#rows()]
    const updates = updatesOf(this.#declaration, before, after, this.#isDifference)
    if (Object.keys(updates).length === 0) return
    this.#sent = after
    const isRepeated = !this.#isDifference && this.#faults.happens('repeated update', 0.05)
    for (let i = 0; i < (isRepeated ? 2 : 1); i++)
      this.channel.send(() => {
        this.#heard = after
        this.#hear(kinds[this.#source].updates(updates))
      })
  }

  /** Both are called after everything committed so far was heard, or the connection is lost. */
  reply(received: () => void, lost: (error: Error) => void): void {
    const error = new Error(`${this.#source}: the connection was lost, the outcome is unknown`)
    this.#send()
    if (!this.isConnected) lost(error)
    else this.channel.send(received, () => lost(error))
  }

  disconnect(forMs: number): void {
    if (!this.isConnected) return
    this.#hangUp()
    this.#lost()
    this.#clock.after(forMs, () => this.#connect())
  }

  /** The server hangs up on somebody who does not look for so long. */
  drop(lookedAfterMs: number): void {
    if (!this.isConnected) return
    this.#hangUp()
    this.#clock.after(lookedAfterMs, () => {
      if (this.#isClosed) return
      this.#lost()
      this.#connect()
    })
  }

  #hangUp(): void {
    this.isConnected = false
    this.channel.cut()
    this.#lock?.release()
  }

  #lost(): void {
    this.#hear(sourceLost(this.#source, 'the server hung up'))
    this.#lock?.told(false)
  }

  close(): void {
    this.#isClosed = true
    this.#hangUp()
  }

  #connect(): void {
    if (this.#isClosed || this.isConnected) return
    this.isConnected = true
    this.#lock?.ask()
    const rows = (this.#sent = this.#rows())
    const heard = this.#heard
    const { contents, updates } = kinds[this.#source]
    // a server that kept history says only what changed meanwhile
    const isHistory = heard !== null && this.#faults.happens('catch-up from history', 0.3)
    const intake = isHistory
      ? updates(updatesOf(this.#declaration, heard, rows, this.#isDifference), true)
      : contents(contentsOf(this.#declaration, rows))
    this.channel.send(() => {
      this.#heard = rows
      this.#hear(intake)
    })
  }
}
