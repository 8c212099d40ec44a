import { type AclEntry, type AclDirection, aclDirections, inOrder } from '../model/acl/entry.js'
import { noMore, prioritiesOf } from '../model/acl/priorities.js'
import type { Binding } from '../model/binding.js'
import type { Flow } from '../model/flow.js'
import { aclDigits, cookieOf } from '../model/identity.js'
import type { Uuid } from '../model/uuid.js'
import {
  type Conjunction,
  conjunctionOf,
  fieldsOf,
  flowCount,
  type Packets,
  packetsOf,
} from './acl-fields.js'
import { aclRules } from './rules/acl.js'

/** What an ACL becomes: as a whole, or not at all. */
export interface AclFlows {
  readonly flows: readonly Flow[]
  readonly shadowed: readonly Shadowed[]
}

/** An entry that no frame gets to: an earlier one matches the same. */
export interface Shadowed {
  readonly entry: AclEntry
  readonly by: AclEntry
}

/** So many flows one ACL may have: what one bundle takes with ease. */
export const mostAclFlows = 16_384

/** The flows of an ACL, or why there is no room for them. An ACL has none in a direction that it has no entry for. */
export function aclFlows(acl: Uuid, entries: readonly AclEntry[]): AclFlows | string {
  const count = entries.reduce((sum, entry) => sum + flowCount(entry), 0)
  if (count > mostAclFlows) return `it takes ${count} flows: one ACL may have ${mostAclFlows}`
  const flows: Flow[] = []
  const shadowed: Shadowed[] = []
  for (const direction of aclDirections) {
    const ordered = inOrder(entries.filter((entry) => entry.direction === direction))
    if (ordered.length === 0) continue
    const priorities = prioritiesOf(ordered)
    if (priorities === null) return noMore
    const list = new AclList(acl, direction)
    for (const [i, entry] of ordered.entries()) {
      const by = list.add(entry, priorities[i] ?? 0)
      if (by !== null) shadowed.push({ entry, by })
    }
    flows.push(...list.close())
  }
  return { flows, shadowed }
}

/** The one flow of each direction that lets nothing pass. */
export function closedFlows(acl: Uuid, of: readonly AclDirection[]): readonly Flow[] {
  return of.map((direction) => remaining(acl, direction, false))
}

/** Of each direction: the ACLs that frames at a binding are asked for, one after another; each must let them pass. */
export type AclOrder = Readonly<Record<AclDirection, readonly Uuid[]>>

export function steeringFlows({ number, port }: Binding, order: AclOrder): readonly Flow[] {
  return aclDirections.flatMap((direction) =>
    order[direction].map((acl, asked) =>
      aclRules[direction].steer.print({
        binding: number,
        asked,
        acl: aclDigits(acl),
        next: asked + 1,
        cookie: cookieOf(port),
      }),
    ),
  )
}

/** Frames that no entry matches; below all entries. */
function remaining(acl: Uuid, direction: AclDirection, isPermitted: boolean): Flow {
  const { fields, packet } = packetsOf(null)
  return aclRules[direction].verdict.print({
    acl: aclDigits(acl),
    cookie: cookieOf(acl),
    priority: 1,
    conjunction: null,
    packet,
    fields,
    isPermitted,
  })
}

/** The flows of one direction, each match but once: of flows with one match only the first can ever be used. */
class AclList {
  readonly #acl: Uuid
  readonly #direction: AclDirection
  /** By the match. */
  readonly #flows = new Map<string, Flow>()
  readonly #owners = new Map<string, AclEntry>()

  constructor(acl: Uuid, direction: AclDirection) {
    this.#acl = acl
    this.#direction = direction
  }

  /** The entry before it that matches the same; null: it has a flow of its own. */
  add(entry: AclEntry, priority: number): AclEntry | null {
    const flows = this.#flowsOf(entry, priority)
    const places = conjunctionOf(entry) === null ? flows.map(matchOf) : [matchText(entry)]
    const taken = places.map((place) => this.#owners.get(place))
    if (!taken.includes(undefined)) return taken[0] ?? null
    for (const [i, flow] of flows.entries()) if (taken[i] === undefined) this.#flows.set(matchOf(flow), flow)
    for (const [i, place] of places.entries()) if (taken[i] === undefined) this.#owners.set(place, entry)
    return null
  }

  close(): readonly Flow[] {
    const rest = remaining(this.#acl, this.#direction, true)
    return this.#flows.has(matchOf(rest)) ? [...this.#flows.values()] : [...this.#flows.values(), rest]
  }

  #flowsOf(entry: AclEntry, priority: number): Flow[] {
    const { verdict, clause } = aclRules[this.#direction]
    const own = { acl: aclDigits(this.#acl), cookie: cookieOf(entry.uuid), priority }
    const verdictOf = (conjunction: number | null, packets: Packets) =>
      verdict.print({ ...own, ...packets, conjunction, isPermitted: entry.isPermitted })
    const ofTwo = ({ whole, sources, dests }: Conjunction) => [
      verdictOf(priority, whole),
      ...sources.map((packets) => clause.print({ ...own, ...packets, clause: 1 })),
      ...dests.map((packets) => clause.print({ ...own, ...packets, clause: 2 })),
    ]
    const conjunctions = conjunctionOf(entry)
    if (conjunctions !== null) return conjunctions.flatMap(ofTwo)
    return fieldsOf(entry).map((packets) => verdictOf(null, packets))
  }
}

/** What an entry compares, which is the same for entries that compare the same. */
function matchText(entry: AclEntry): string {
  return JSON.stringify({ ...entry, uuid: '', sequence: 0, isPermitted: false })
}

/** Of the key, without the priority. */
function matchOf({ key }: Flow): string {
  return key.slice(key.indexOf(',', key.indexOf(',') + 1) + 1)
}
