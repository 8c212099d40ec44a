import type { Batch } from '../model/batch.js'
import type { Claim } from '../model/claim.js'
import type { Entry } from '../model/event.js'
import type { Flow, FlowKey } from '../model/flow.js'
import type { Uuid } from '../model/uuid.js'

/** What an entry says of one row, flow, learned MAC or claimed IP address; `value` null: it is gone. */
export type Mention =
  | { readonly what: 'row'; readonly table: string; readonly key: Uuid; readonly value: object | null }
  | {
      readonly what: 'flow'
      /** `planned`: a batch is to make it so; `observed`: the switch was found so. */
      readonly how: 'planned' | 'observed'
      readonly key: FlowKey
      readonly value: Flow | null
    }
  | { readonly what: 'learned'; readonly key: string; readonly value: number | null }
  | { readonly what: 'claim'; readonly key: string; readonly value: Claim | null }

/** In the order of the entry; what is said of everything at once (a state that was recorded whole) is left out. */
export function* mentionsIn({ event }: Entry): Generator<Mention> {
  if (event.type === 'VtepUpdated' || event.type === 'OvsUpdated')
    for (const { table, uuid, row } of event.updates) yield { what: 'row', table, key: uuid, value: row }
  else if (event.type === 'FlowsObserved') {
    for (const key of event.absent) yield { what: 'flow', how: 'observed', key, value: null }
    for (const flow of event.present) yield { what: 'flow', how: 'observed', key: flow.key, value: flow }
  } else if (event.type === 'MacsLearned')
    for (const { key, binding } of event.updates) yield { what: 'learned', key, value: binding }
  else if (event.type === 'AddressesClaimed')
    for (const { key, claim } of event.updates) yield { what: 'claim', key, value: claim }
  else if (event.type === 'Planned') yield* planned(event.batch)
}

function* planned(batch: Batch): Generator<Mention> {
  if (batch.kind === 'config' && batch.restoration !== null) yield* planned(batch.restoration)
  if (batch.kind !== 'flows') return
  const added = new Set(batch.add.map(({ key }) => key))
  for (const { key } of batch.remove)
    if (!added.has(key)) yield { what: 'flow', how: 'planned', key, value: null }
  for (const flow of batch.add) yield { what: 'flow', how: 'planned', key: flow.key, value: flow }
}
