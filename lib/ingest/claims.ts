import { type Claim, claimKey, isSameClaim } from '../model/claim.js'
import { type Collection, entriesOf, lookup, none } from '../model/collection.js'
import type { ClaimUpdate } from '../model/event.js'
import { type Flow, flowKey } from '../model/flow.js'
import type { State } from '../model/state.js'
import { claim4, claim6 } from '../pipeline/rules/claims.js'
import { usual } from '../pipeline/tables.js'

/** What a note of a claim says; undefined: the flow is none. A binding 0 is none: the address was heard in a tunnel since. */
export function claimIn(flow: Flow): ClaimUpdate | undefined {
  const note = claim4.read(flow) ?? claim6.read(flow)
  if (note === null) return undefined
  const { metadata, address, mac, binding } = note
  return { key: claimKey(metadata, address), claim: binding === 0 ? null : { mac, binding } }
}

interface NoteChange {
  readonly isGone: boolean
  readonly match: string
  readonly cookie: string
  readonly actions: string
}

/** A claim that came, changed or went, as the flow monitor tells it. */
export function claimUpdate({ isGone, match, cookie, actions }: NoteChange): ClaimUpdate | undefined {
  const update = claimIn({ key: flowKey(claim4.table, usual, match), cookie, actions })
  return update !== undefined && isGone ? { key: update.key, claim: null } : update
}

/** Without the updates that say what the state holds already; of several for one address the last. */
export function claimNews({ claims }: Pick<State, 'claims'>, updates: readonly ClaimUpdate[]): ClaimUpdate[] {
  const last = new Map(updates.map((update) => [update.key, update]))
  return [...last.values()].filter(({ key, claim }) => !isSameClaim(lookup(claims ?? none, key), claim))
}

/** What leads from the known claims to those of a dump. */
export function claimDifferences(
  known: Collection<Claim>,
  observed: ReadonlyMap<string, Claim>,
): ClaimUpdate[] {
  const gone = [...entriesOf(known)].filter(([key]) => !observed.has(key))
  return [
    ...claimNews(
      { claims: known },
      [...observed].map(([key, claim]) => ({ key, claim })),
    ),
    ...gone.map(([key]) => ({ key, claim: null })),
  ]
}
