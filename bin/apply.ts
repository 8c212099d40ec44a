import { bridgeTarget, dbSocket } from '../adapters/paths.js'
import { TransactError } from '../adapters/ovsdb/errors.js'
import { sha256 } from '../adapters/sha256.js'
import { prepareCommand } from '../adapters/switch/run-command.js'
import { type Command, commandOf, handedBy, reached } from '../lib/command.js'
import type { Batch, ConfigBatch, FlowBatch } from '../lib/model/batch.js'
import type { Ran } from '../lib/model/event.js'
import { Rejection } from '../lib/model/quarantine.js'
import type { Arguments } from './arguments.js'
import { commandOptions } from './connection-options.js'
import type { Databases } from './databases.js'

/** Makes a batch's changes; `signal` ends the command that makes them. As the `apply` of a World. */
export async function apply(
  batch: Batch,
  onGiven: () => void,
  options: Arguments,
  { vtep, ovs }: Databases,
  signal: AbortSignal,
): Promise<readonly Ran[]> {
  if (batch.kind === 'rows') {
    await vtep.session.transact(batch.operations).catch((error: unknown) => {
      throw error instanceof TransactError && refusals.has(error.error) ? new Rejection(error.message) : error
    })
    return [{ where: [], digest: sha256(handedBy(commandOf(batch))) }]
  }
  if (batch.kind === 'flows') return [await prepared(commandOf(batch), targetOf(batch), signal).run(onGiven)]
  const ran = await configure(batch, options, signal)
  await ovs.session.barrier()
  return ran
}

/** A command for the switch that is started, and what ran when it did. */
function prepared(
  command: Command,
  where: readonly string[],
  signal: AbortSignal,
): { run(onGiven?: () => void): Promise<Ran>; cancel(): void } {
  const process = prepareCommand(reached(command, where), signal)
  return {
    run: async (onGiven) => {
      await process.run(onGiven)
      return { where, digest: process.digest() }
    },
    cancel: () => process.cancel(),
  }
}

function targetOf({ bridge }: FlowBatch): readonly string[] {
  const target = bridgeTarget(bridge)
  return target === bridge ? [] : [target]
}

/**
 * Errors of RFC 7047, 5.2, that are for what is written, and not for when it is: a referential integrity violation
 * is none, the controller has just deleted what we refer to.
 */
const refusals: ReadonlySet<string> = new Set(['constraint violation', 'domain error', 'range error'])

/** What is restored stands ready before the flows are dropped: until it is made, frames are lost. */
async function configure(
  batch: ConfigBatch,
  { db, access }: Arguments,
  signal: AbortSignal,
): Promise<readonly Ran[]> {
  const { restoration } = batch
  const restoring =
    restoration === null ? null : prepared(commandOf(restoration), targetOf(restoration), signal)
  const database = db === dbSocket() ? [] : [`--db=${db}`, ...commandOptions(access)]
  try {
    const ran = await prepared(commandOf(batch), database, signal).run()
    return restoring === null ? [ran] : [ran, await restoring.run()]
  } catch (error) {
    restoring?.cancel()
    throw error
  }
}
