import { pipelineVersion } from '../../lib/pipeline/version.js'
import { commandsOf } from '../../lib/plan/command.js'
import { Core } from '../../lib/daemon/core.js'
import { flowDump, type Intake } from '../../lib/ingest/intake.js'
import { type Batch, type Lane, lanes } from '../../lib/model/batch.js'
import type { Entry, Event, OvsRowUpdate } from '../../lib/model/event.js'
import type { Limits } from '../../lib/model/limits.js'
import type { Settings } from '../../lib/model/settings.js'
import { FakeDatabase } from './fake-database.js'
import { FakeSwitch } from './fake-switch.js'
import { act, type Step } from './steps.js'

/** A made-up world around a Core: a database, a switch, and everything recorded that happened. */
export class History {
  core = new Core()
  readonly entries: Entry[] = []
  readonly database: FakeDatabase
  readonly fakeSwitch = new FakeSwitch('br0')

  constructor(database = new FakeDatabase(), limits?: Limits) {
    this.database = database
    const settings: Settings = {
      physicalSwitch: 'br0',
      macAgingSeconds: 300,
      ...(limits && { limits }),
      suppressesArp: true,
      pipeline: pipelineVersion,
    }
    this.record({ type: 'Started', version: 'test', settings })
    const updates = this.database.edit(() => {
      this.database.put('Physical_Switch', { name: 'br0', tunnel_ips: ['10.2.2.1'] })
    })
    this.record({ type: 'VtepUpdated', isCatchUp: true, updates })
    this.record({ type: 'OvsUpdated', isCatchUp: true, updates: this.fakeSwitch.contents() })
    this.take(flowDump(this.fakeSwitch.dump()))
  }

  /** A world with ports, switches, bindings and remote rows in it already. */
  static furnished(limits?: Limits): History {
    const world = new History(undefined, limits)
    const steps: readonly (readonly [Step['what'], number, number, number])[] = [
      ['addOvsPort', 0, 0, 0],
      ['addOvsPort', 1, 0, 0],
      ['work', 0, 0, 0],
      ['addSwitch', 1, 2, 0],
      ['addSwitch', 2, 4, 0],
      ['addSwitch', 3, 3, 0],
      ['bind', 0, 0, 0],
      ['bind', 0, 1, 1],
      ['bind', 1, 0, 1],
      ['addMac', 0, 0, 1],
      ['addMac', 0, 1, 2],
      ['addMac', 1, 3, 1],
      ['addGroup', 0, 1, 2],
      ['learn', 0, 0, 0],
    ]
    for (const [what, a, b, c] of steps) world.do({ what, a, b, c })
    return world
  }

  record(event: Event): void {
    const entry = { seq: this.core.state.seq + 1, atMs: this.entries.length, event }
    this.core.fold(entry)
    this.entries.push(entry)
  }

  take(intake: Intake): void {
    intake(this.core.state).forEach((event) => this.record(event))
  }

  /** Plans and executes until nothing is left; throws when that takes suspiciously long. */
  work(): Batch[] {
    const done: Batch[] = []
    for (let round = 0; round < 20; round++) {
      const planned = lanes.map((lane) => this.#runOne(lane)).filter((batch) => batch !== null)
      if (planned.length === 0) return done
      done.push(...planned)
    }
    throw new Error(`still planning after ${done.length} batches`)
  }

  #runOne(lane: Lane): Batch | null {
    const batch = this.core.plan(lane)
    if (batch === null) return null
    this.record({ type: 'Planned', lane, batch })
    const updates = this.executeOnly(batch)
    if (updates.length > 0) this.record({ type: 'OvsUpdated', isCatchUp: false, updates })
    this.record({ type: 'Applied', lane, tookMs: 1 })
    if (this.core.state.knowledge.flows === 'unknown') this.take(flowDump(this.fakeSwitch.dump()))
    return batch
  }

  /** Makes a batch's changes without a word of it in the history, but for those of hardware_vtep. */
  executeOnly(batch: Batch): OvsRowUpdate[] {
    if (batch.kind !== 'rows') return commandsOf(batch).flatMap((command) => this.fakeSwitch.execute(command))
    this.#edit(() => this.database.transact(batch.operations))
    return []
  }

  #edit(edit: () => ReturnType<FakeDatabase['edit']>): void {
    const updates = edit()
    if (updates.length > 0) this.record({ type: 'VtepUpdated', isCatchUp: false, updates })
  }

  do(step: Step): void {
    act(step, {
      database: this.database,
      fakeSwitch: this.fakeSwitch,
      edited: (edit) => this.#edit(edit),
      told: (updates) => this.record({ type: 'OvsUpdated', isCatchUp: false, updates }),
      learned: (update) => this.record({ type: 'MacsLearned', isCatchUp: false, updates: [update] }),
      claimed: (update) => this.record({ type: 'AddressesClaimed', updates: [update] }),
      work: () => void this.work(),
    })
  }
}
