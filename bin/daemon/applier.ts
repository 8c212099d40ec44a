import { bridgeTarget, dbSocket } from '../../adapters/paths.js'
import { TransactError } from '../../adapters/ovsdb/errors.js'
import { sha256 } from '../../adapters/sha256.js'
import { prepareCommand } from '../../adapters/switch/run-command.js'
import { StandingCommand } from '../../adapters/switch/standing-command.js'
import { commandOf, handedBy, reached } from '../../lib/plan/command.js'
import type { Batch, ConfigBatch, FlowBatch, RowBatch } from '../../lib/model/batch.js'
import type { Ran } from '../../lib/model/event.js'
import { Rejection } from '../../lib/model/quarantine.js'
import type { Arguments } from './asked.js'
import { commandOptions } from '../command-line/connection-options.js'
import type { Databases } from '../databases.js'

/** Makes the changes of batches. The process of the next bundle is started before there is one. */
export class Applier {
  readonly #options: Arguments
  readonly #databases: Databases
  readonly #signal: AbortSignal
  readonly #standing: StandingCommand

  /** `signal` ends the command that makes changes. */
  constructor(options: Arguments, databases: Databases, signal: AbortSignal) {
    this.#options = options
    this.#databases = databases
    this.#signal = signal
    this.#standing = new StandingCommand(signal)
  }

  /** As the `apply` of a World. */
  async apply(batch: Batch, onGiven: () => void): Promise<readonly Ran[]> {
    switch (batch.kind) {
      case 'rows':
        return [await this.#transact(batch)]
      case 'flows':
        return [await this.#bundle(batch).run(onGiven)]
      case 'config': {
        const all = await this.#configure(batch)
        await this.#databases.ovs.session.barrier()
        return all
      }
    }
  }

  /** Something is likely to change in a bridge. */
  expect(bridge: string): void {
    const batch: FlowBatch = { kind: 'flows', bridge, remove: [], add: [] }
    this.#standing.prepare(reached(commandOf(batch), targetOf(bridge)))
  }

  /** Nothing is to change any more. */
  end(): void {
    this.#standing.end()
  }

  /** A bundle whose process has been started. */
  #bundle(batch: FlowBatch): { run(onGiven?: () => void): Promise<Ran>; cancel(): void } {
    const where = targetOf(batch.bridge)
    const command = reached(commandOf(batch), where)
    const prepared = this.#standing.take(command)
    return {
      run: async (onGiven) => {
        const { digest } = await prepared.run(command.input, () => {
          onGiven?.()
          this.expect(batch.bridge)
        })
        return { where, digest }
      },
      cancel: () => prepared.cancel(),
    }
  }

  async #transact(batch: RowBatch): Promise<Ran> {
    await this.#databases.vtep.session.transact(batch.operations).catch((error: unknown) => {
      throw error instanceof TransactError && refusals.has(error.error) ? new Rejection(error.message) : error
    })
    return { where: [], digest: sha256(handedBy(commandOf(batch))) }
  }

  /** What is restored stands ready before the flows are dropped: until it is made, frames are lost. */
  async #configure(batch: ConfigBatch): Promise<readonly Ran[]> {
    const { db, access } = this.#options
    const restoring = batch.restoration === null ? null : this.#bundle(batch.restoration)
    const where = db === dbSocket() ? [] : [`--db=${db}`, ...commandOptions(access)]
    const command = reached(commandOf(batch), where)
    try {
      const { digest } = await prepareCommand(command, this.#signal).run(command.input)
      const first = { where, digest }
      return restoring === null ? [first] : [first, await restoring.run().catch(afterAll)]
    } catch (error) {
      restoring?.cancel()
      throw error
    }
  }
}

function targetOf(bridge: string): readonly string[] {
  const target = bridgeTarget(bridge)
  return target === bridge ? [] : [target]
}

/**
 * Errors of RFC 7047, 5.2, that are for what is written, and not for when it is: a referential integrity violation
 * is none, the controller has just deleted what we refer to.
 */
const refusals: ReadonlySet<string> = new Set(['constraint violation', 'domain error', 'range error'])

/** What is restored was refused, but the rest of the batch is made. */
function afterAll(error: unknown): never {
  throw error instanceof Rejection ? new Error(error.message) : error
}
