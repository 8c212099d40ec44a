import type { Desired } from '../derive/board.js'
import type { FlowCount } from '../daemon/statistics.js'
import { type AclDirection, aclDirections } from '../model/acl/entry.js'
import { entriesOf } from '../model/collection.js'
import { type FlowKey, tableOf } from '../model/flow.js'
import type { State } from '../model/state.js'
import { aclRules } from '../pipeline/rules/acl.js'
import { counted } from './counted.js'
import { Names } from './names.js'
import { oneLine } from './one-line.js'

/** The tables that have entries of ACLs. */
export const aclTables: readonly number[] = aclDirections.map(
  (direction) => aclRules[direction].verdict.table,
)

/** How many frames an entry of an ACL, or what no entry matches, has decided on since its flows were made. */
export interface EntryHits extends FlowCount {
  readonly direction: AclDirection
  /** Null: of frames that no entry matches. */
  readonly sequence: number | null
  readonly isPermitted: boolean
}

/** An ACL that is asked somewhere, with its entries in the order in which they are asked. */
export interface AclHits {
  readonly acl: string
  readonly at: string
  readonly entries: readonly EntryHits[]
}

/** `counts`: what the flows of `aclTables` have counted. */
export function aclHits(
  state: Pick<State, 'vtep' | 'ovs'>,
  { flows }: Pick<Desired, 'flows'>,
  counts: ReadonlyMap<FlowKey, FlowCount>,
): readonly AclHits[] {
  const names = new Names(state)
  const acls = new Map<string, Map<string, Decided>>()
  for (const [key, flow] of entriesOf(flows)) {
    const direction = aclDirections.find((one) => aclRules[one].verdict.table === tableOf(key))
    const read = direction === undefined ? null : aclRules[direction].verdict.read(flow)
    if (direction === undefined || read === null) continue
    const entries = acls.get(read.acl) ?? new Map<string, Decided>()
    const place = `${direction} ${read.cookie}`
    const hits = { direction, sequence: names.aclEntry(read.cookie), isPermitted: read.isPermitted }
    entries.set(
      place,
      added(entries.get(place) ?? { ...none, ...hits, priority: read.priority }, counts.get(key)),
    )
    acls.set(read.acl, entries)
  }
  return [...acls]
    .map(([acl, entries]) => ({
      acl: names.acl(acl),
      at: names.aclPlaces(acl),
      entries: [...entries.values()].sort(inTurn).map(plain),
    }))
    .sort((a, b) => (a.acl < b.acl ? -1 : 1))
}

/** An entry's flows have one priority. */
interface Decided extends EntryHits {
  readonly priority: number
}

const none: FlowCount = { packets: 0, bytes: 0 }

function added(hits: Decided, count: FlowCount = none): Decided {
  return { ...hits, packets: hits.packets + count.packets, bytes: hits.bytes + count.bytes }
}

function inTurn(a: Decided, b: Decided): number {
  if (a.direction !== b.direction) return a.direction === 'ingress' ? -1 : 1
  return b.priority - a.priority
}

function plain({ direction, sequence, isPermitted, packets, bytes }: Decided): EntryHits {
  return { direction, sequence, isPermitted, packets, bytes }
}

/** A line for an ACL, and one for each of its entries. */
export function aclHitsText(acls: readonly AclHits[]): string {
  const lines = acls.flatMap(({ acl, at, entries }) => [`ACL ${acl} at ${at}`, ...entries.map(entryLine)])
  return lines.length === 0 ? 'no ACL is asked\n' : `${lines.map(oneLine).join('\n')}\n`
}

function entryLine({ direction, sequence, isPermitted, packets, bytes }: EntryHits): string {
  const what = sequence === null ? 'no entry' : `entry ${sequence}`
  const verdict = isPermitted ? 'permitted' : 'denied'
  return `  ${direction} ${what}: ${verdict} ${counted(packets, 'frame')}, ${counted(bytes, 'byte')}`
}
