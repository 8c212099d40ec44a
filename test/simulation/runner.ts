import { commandOf, commandsOf } from '../../lib/plan/command.js'
import type { Batch, ConfigBatch, RowBatch } from '../../lib/model/batch.js'
import { partsOf, Rejection } from '../../lib/model/quarantine.js'
import type { Daemon } from './daemon.js'
import type { World } from './world.js'

/** How a command ends, apart from well. */
type Fate = 'done' | 'fails' | 'is applied and says it failed' | 'hangs' | 'is applied and hangs'

type End = (error?: Error) => void

/** What the daemon runs: each command changes the world some time after it began, and says so some time later. */
export class Runner {
  readonly #world: World
  pending = 0

  constructor(world: World) {
    this.#world = world
  }

  run(batch: Batch, daemon: Daemon): Promise<void> {
    this.pending++
    return new Promise<void>((resolve, reject) => {
      const end: End = (error) => {
        if (error === undefined) resolve()
        else reject(error)
      }
      if (batch.kind === 'rows') this.#transact(batch, daemon, end)
      else this.#command(batch, daemon, end)
    }).finally(() => this.pending--)
  }

  #fate(kind: 'config' | 'flows' | 'transaction'): Fate {
    const { faults } = this.#world
    for (const fate of ['fails', 'is applied and says it failed', 'hangs', 'is applied and hangs'] as const)
      if (faults.happens(`${kind} ${fate}`, 0.04)) return fate
    return 'done'
  }

  #command(batch: Exclude<Batch, RowBatch>, daemon: Daemon, end: End): void {
    const { clock, random } = this.#world
    const fate = this.#fate(batch.kind)
    const isApplied = fate === 'done' || fate.startsWith('is applied')
    const replyMs = fate.endsWith('hang') || fate.endsWith('hangs') ? 30_000 : random.int(10)
    clock.after(random.int(20), () => {
      const perform = (then: End) => {
        if (!isApplied) then()
        else if (batch.kind === 'config') this.#configure(batch, then)
        else then(this.#attempt(() => this.#openflow(batch)))
      }
      perform((error) =>
        clock.after(replyMs, () => {
          if (error !== undefined || fate !== 'done') end(error ?? new Error(`the command ${fate}`))
          else if (batch.kind === 'config')
            daemon.ovs.reply(
              () => end(),
              (lost) => end(lost),
            )
          else end()
        }),
      )
    })
  }

  #attempt(action: () => void): Error | undefined {
    try {
      action()
      return undefined
    } catch (error) {
      return error as Error
    }
  }

  #refuse(batch: Batch): void {
    const refused = partsOf(batch).find(({ key }) => this.#world.refused?.test(key))
    if (refused === undefined) return
    this.#world.faults.note(`${batch.kind} refused`)
    throw new Rejection(`${refused.key} is refused`)
  }

  #openflow(batch: Batch): void {
    const { theSwitch, faults, oracle } = this.#world
    if (!theSwitch.isUp) throw new Error('ovs-ofctl: connection refused')
    this.#refuse(batch)
    const isBefore = faults.happens('ovs-vswitchd dies before it commits a bundle', 0.02)
    if (!isBefore)
      oracle.watching(batch, () => commandsOf(batch).forEach((command) => theSwitch.execute(command)))
    if (isBefore || faults.happens('ovs-vswitchd dies after it committed a bundle', 0.02)) {
      this.#world.stopSwitch()
      throw new Error('ovs-ofctl: connection reset by peer')
    }
  }

  #configure(batch: ConfigBatch, then: End): void {
    const { theSwitch, clock, oracle, faults } = this.#world
    const error = this.#attempt(() => {
      this.#refuse(batch)
      oracle.watching(batch, () => theSwitch.execute(commandOf(batch)))
    })
    this.#world.changed('ovs')
    if (error !== undefined) then(error)
    else if (!theSwitch.isUp)
      clock.after(10_000, () => then(new Error('ovs-vsctl: no answer from ovs-vswitchd')))
    else if (batch.restoration === null) then()
    else {
      const { restoration } = batch
      if (faults.happens('ovs-vswitchd dies between a flush and its restoration', 0.1))
        this.#world.stopSwitch()
      clock.after(5, () => then(asFailure(this.#attempt(() => this.#openflow(restoration)))))
    }
  }

  #transact(batch: RowBatch, { vtep }: Daemon, end: End): void {
    const { clock, random, database, oracle, faults } = this.#world
    const fate = this.#fate('transaction')
    clock.after(random.int(10), () => {
      if (!vtep.isConnected || fate === 'fails' || fate === 'hangs') {
        clock.after(fate === 'hangs' ? 30_000 : 0, () => end(new Error('transact: not done')))
        return
      }
      const error = this.#attempt(() => {
        this.#refuse(batch)
        oracle.watching(batch, () => database.transact(batch.operations))
      })
      this.#world.changed('vtep')
      if (fate !== 'done') vtep.disconnect(random.int(2_000))
      else if (faults.happens('disconnect before the reply', 0.03)) vtep.disconnect(random.int(2_000))
      vtep.reply(() => end(error), end)
    })
  }
}

/** Of a batch that has changed fail_mode already nothing was refused. */
function asFailure(error: Error | undefined): Error | undefined {
  return error instanceof Rejection ? new Error(error.message) : error
}
