import { type AclDirection, type AclEntry, aclDirections, blurredSequence } from '../../model/acl/entry.js'
import { parseEntry } from '../../model/acl/parse-entry.js'
import { lookup } from '../../model/collection.js'
import { aclDigits } from '../../model/identity.js'
import { mostElements } from '../../model/limits.js'
import type { Fault } from '../../model/problem.js'
import type { VtepTables } from '../../model/state.js'
import type { Uuid } from '../../model/uuid.js'
import { aclFlows } from '../../pipeline/acl.js'
import type { AclEntryRow, AclRow } from '../../schema/hardware-vtep.js'
import type { Sight } from './sight.js'

/** Stands for ACLs that have no flows: what is asked of it is dropped. */
export const noAcl: Uuid = '00000000-0000-0000-0000-000000000000'

/** Of ACLs whose UUIDs begin alike, which would be one in the switch, the one that is made. */
export function firstAlike(acl: Uuid, { indexes }: Pick<Sight, 'indexes'>): Uuid {
  const digits = aclDigits(acl)
  if (digits === aclDigits(noAcl)) return noAcl
  return [...indexes.aclsAlike.of(digits)].reduce((first, other) => (other < first ? other : first), acl)
}

interface Unrealised {
  readonly trouble: string
  readonly fault: Fault
}

type Realised = Exclude<ReturnType<typeof aclFlows>, string>

/** What an ACL becomes, by its rows alone. */
interface Known {
  readonly acl: Uuid
  /** Those of its entries; `of`: where all of them were seen last. */
  readonly rows: readonly (AclEntryRow | undefined)[]
  of: VtepTables['ACL_entry']
  readonly realised: Realised | Unrealised
  /** That it has entries for, also bad ones. */
  readonly directions: readonly AclDirection[]
}

/** As long as no entry of it changes: the pieces of an ACL and of all its ports ask for it. */
const known = new WeakMap<AclRow, Known>()

function knownOf(acl: Uuid, row: AclRow, entries: VtepTables['ACL_entry']): Known {
  const found = known.get(row)
  const isSame = (uuid: Uuid, i: number) => lookup(entries, uuid) === found?.rows[i]
  if (found?.acl === acl && (found.of === entries || row.acl_entries.every(isSame))) {
    found.of = entries
    return found
  }
  const rows = row.acl_entries.map((uuid) => lookup(entries, uuid))
  const realised = realisedFrom(acl, row, entries)
  const directions = aclDirections.filter((direction) =>
    rows.some((one) => one === undefined || isFor(one, direction)),
  )
  const now = { acl, rows, of: entries, realised, directions }
  known.set(row, now)
  return now
}

/** What becomes of an ACL as a whole; null: there is no such ACL. */
export function realise(
  acl: Uuid,
  sight: Pick<Sight, 'indexes' | 'tables' | 'refusals'>,
): Realised | Unrealised | null {
  const { ACL, ACL_entry } = sight.tables
  const row = lookup(ACL, acl)
  if (row === undefined) return null
  const first = firstAlike(acl, sight)
  if (first !== acl) return { trouble: `its UUID begins like ${first}`, fault: 'unspecified_fault' }
  const { realised } = knownOf(acl, row, ACL_entry)
  const refusal = sight.refusals.acls.get(aclDigits(acl))
  return refusal === undefined || 'trouble' in realised ? realised : refusedBy(refusal)
}

/** What OpenFlow calls a table without room (OpenFlow 1.4, 7.5.4.6). */
const noRoom = /TABLES?_FULL/

function refusedBy(reason: string): Unrealised {
  const fault = noRoom.test(reason) ? 'resource_shortage' : 'unspecified_fault'
  return { trouble: `the switch refuses its flows: ${reason}`, fault }
}

function realisedFrom(acl: Uuid, row: AclRow, rows: VtepTables['ACL_entry']): Realised | Unrealised {
  if (row.acl_entries.length > mostElements)
    return { trouble: `it has more than ${mostElements} entries`, fault: 'resource_shortage' }
  const entries: AclEntry[] = []
  for (const uuid of row.acl_entries) {
    const entry = parsed(uuid, rows)
    if (typeof entry === 'string') return { trouble: `entry ${uuid}: ${entry}`, fault: 'invalid_acl' }
    entries.push(entry)
  }
  const sequence = blurredSequence(entries)
  if (sequence !== null)
    return { trouble: `entries near sequence ${sequence} can't be told apart`, fault: 'invalid_acl' }
  const made = aclFlows(acl, entries)
  return typeof made === 'string' ? { trouble: made, fault: 'resource_shortage' } : made
}

/** Why an ACL that is bound lets nothing pass; null: it decides as it should. */
export function troubleOfAcl(acl: Uuid, sight: Sight): string | null {
  const realised = realise(acl, sight)
  if (realised === null) return 'there is no such ACL'
  return 'trouble' in realised ? realised.trouble : null
}

/** Those that an ACL has entries for, also bad ones; both where nothing is known of it. */
export function directionsOf(acl: Uuid, { ACL, ACL_entry }: VtepTables): readonly AclDirection[] {
  const row = lookup(ACL, acl)
  return row === undefined ? aclDirections : knownOf(acl, row, ACL_entry).directions
}

function isFor(row: AclEntryRow, direction: AclDirection): boolean {
  const other = direction === 'ingress' ? 'egress' : 'ingress'
  return row.direction !== other
}

/** By the row, and the UUID that it stands under. */
const parsedRows = new WeakMap<AclEntryRow, { readonly uuid: Uuid; readonly entry: AclEntry | string }>()

export function parsed(uuid: Uuid, rows: VtepTables['ACL_entry']): AclEntry | string {
  const row = lookup(rows, uuid)
  if (row === undefined) return 'there is no such entry'
  const found = parsedRows.get(row)
  if (found?.uuid === uuid) return found.entry
  const entry = parseEntry(uuid, row)
  parsedRows.set(row, { uuid, entry })
  return entry
}
