import { commandOf, type Command } from '../plan/command.js'
import { Core } from '../daemon/core.js'
import { type Batch, isSameBatch } from '../model/batch.js'
import { lookup } from '../model/collection.js'
import type { Entry, Event } from '../model/event.js'
import { type Likeness, likenessOf, type TargetOf } from './build.js'

/** What a scratch switch is to do for an entry, so that it goes through what the switch went through. */
export type Act =
  /** Stands anew. */
  | { readonly seq: number; readonly likeness: Likeness }
  | { readonly seq: number; readonly commands: readonly Command[] }
  /** Can't be played. */
  | { readonly seq: number; readonly reason: string }

/**
 * The acts of `entries`, which go on from where `core` stands and are folded into it: first it stands as it was found,
 * then come every batch that was applied and what others did to flows of ours, in order. What is planned is
 * recomputed, for no command is taken from a journal; where one is recorded that is not the same, it says so.
 */
export function* reenact(entries: Iterable<Entry>, core: Core, targetOf: TargetOf): Generator<Act> {
  let planned: Batch | null = null
  let isStanding = false
  for (const entry of entries) {
    const { seq, event } = entry
    if (event.type === 'Planned' && event.lane === 'switch') {
      planned = core.plan('switch')
      if (planned === null || !isSameBatch(planned, event.batch))
        yield { seq, reason: 'the recorded plan is not what the entries before lead to' }
    }
    const observation = event.type === 'FlowsObserved' ? observed(event, core, targetOf) : []
    core.fold(entry)
    if (!isStanding || event.type === 'JournalResumed') {
      const likeness = likenessOf(core, targetOf)
      isStanding = likeness !== null
      if (likeness !== null) yield { seq, likeness }
    } else if (event.type === 'Applied' && event.lane === 'switch' && planned !== null)
      yield { seq, commands: commandsOf(planned, targetOf) }
    else if (observation.length > 0) yield { seq, commands: observation }
  }
}

function commandsOf(batch: Batch, targetOf: TargetOf): readonly Command[] {
  const then = batch.kind === 'config' && batch.restoration !== null ? [batch.restoration] : []
  return [batch, ...then].map((one) => commandOf(one, targetOf))
}

/** What others must have done, as a bundle; that it is found done already is no error. */
function observed(
  { present, absent }: Extract<Event, { type: 'FlowsObserved' }>,
  { state }: Core,
  targetOf: TargetOf,
): readonly Command[] {
  const { flows, settings } = state
  const remove = absent.flatMap((key) => (flows === null ? [] : (lookup(flows, key) ?? [])))
  if (settings === null || present.length + remove.length === 0) return []
  return [commandOf({ kind: 'flows', bridge: settings.physicalSwitch, remove, add: present }, targetOf)]
}
