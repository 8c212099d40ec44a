import { keysOf, lookup } from '../../model/collection.js'
import { type AclDirection, type AclEntry, aclDirections } from '../../model/acl/entry.js'
import { parseEntry } from '../../model/acl/parse-entry.js'
import { mostElements } from '../../model/limits.js'
import type { Fault, Problem } from '../../model/problem.js'
import type { VtepTables } from '../../model/state.js'
import type { Uuid } from '../../model/uuid.js'
import { aclFlows, closedFlows } from '../../pipeline/acl.js'
import { aclDigits } from '../../model/identity.js'
import type { AclEntryRow, AclRow } from '../../schema/hardware-vtep.js'
import { nothing, type Output } from '../output.js'
import { present } from '../rows-toward.js'
import { pieceKind } from './kind.js'
import type { Sight } from './sight.js'

/** What is wrong with an entry by itself. */
export const entryPiece = pieceKind<Uuid>({
  name: 'acl entry',
  all: ({ tables }) => keysOf(tables.ACL_entry),
  rows: { ACL_entry: ({ uuid }, _, { stale }) => stale.add(uuid) },
  derive: deriveEntry,
})

function deriveEntry(uuid: Uuid, { tables }: Sight): Output {
  if (lookup(tables.ACL_entry, uuid) === undefined) return nothing
  const entry = parsed(uuid, tables.ACL_entry)
  if (typeof entry !== 'string') return nothing
  return { ...nothing, problems: [{ table: 'ACL_entry', uuid, fault: 'invalid_acl_entry', reason: entry }] }
}

/**
 * The flows of an ACL that is asked at some binding, and what is wrong with it. One that can't be realised as a whole lets nothing
 * pass in the directions that it has entries for: docs/decisions/acls.md.
 */
export const aclPiece = pieceKind<Uuid>({
  name: 'acl',
  all: ({ tables }) => keysOf(tables.ACL),
  rows: {
    ACL: ({ uuid }, { indexes }, { stale }) => {
      stale.add(uuid)
      for (const acl of indexes.aclsAlike.of(aclDigits(uuid))) stale.add(acl)
    },
    ACL_entry: ({ uuid }, { indexes }, { stale }) => {
      for (const acl of indexes.aclsWith.of(uuid)) stale.add(acl)
    },
    Physical_Port: (change, _, { stale }) => {
      for (const { acl_bindings } of present(change)) for (const [, acl] of acl_bindings) stale.add(acl)
    },
  },
  turn: ({ sight, ports }, { stale }) => {
    // whether it is asked hangs on the bindings of its ports
    for (const port of ports)
      for (const [, acl] of lookup(sight.tables.Physical_Port, port)?.acl_bindings ?? []) stale.add(acl)
  },
  derive: deriveAcl,
})

function deriveAcl(acl: Uuid, sight: Sight): Output {
  const realised = realise(acl, sight)
  if (realised === null) return nothing
  const isWanted = isAsked(acl, sight)
  if (!('trouble' in realised))
    return {
      ...nothing,
      flows: isWanted ? realised.flows : [],
      problems: realised.shadowed.map(shadowProblem),
    }
  const { trouble, fault } = realised
  const isFirst = firstAlike(acl, sight) === acl
  const flows = isWanted && isFirst ? closedFlows(acl, directionsOf(acl, sight.tables)) : []
  const problem = { table: 'ACL', uuid: acl, fault, reason: `nothing passes: ${trouble}` } as const
  return { ...nothing, flows, problems: [problem] }
}

/** Stands for ACLs that have no flows: what is asked of it is dropped. */
export const noAcl: Uuid = '00000000-0000-0000-0000-000000000000'

/** Of ACLs whose UUIDs begin alike, which would be one in the switch, the one that is made. */
export function firstAlike(acl: Uuid, { indexes }: Pick<Sight, 'indexes'>): Uuid {
  const digits = aclDigits(acl)
  if (digits === aclDigits(noAcl)) return noAcl
  return [...indexes.aclsAlike.of(digits)].reduce((first, other) => (other < first ? other : first), acl)
}

/** Whether some binding is asked for by it. */
function isAsked(acl: Uuid, { indexes, tables, bindingsAt }: Sight): boolean {
  for (const port of indexes.portsWithAcl.of(acl)) {
    const bindings = bindingsAt.get(port) ?? []
    for (const [vlan, bound] of lookup(tables.Physical_Port, port)?.acl_bindings ?? [])
      if (bound === acl && bindings.some((binding) => vlan === 0 || binding.vlan === vlan)) return true
  }
  return false
}

function shadowProblem({ entry, by }: { readonly entry: AclEntry; readonly by: AclEntry }): Problem {
  const reason = `no frame gets to it: entry ${by.sequence} matches the same and is asked before`
  return { table: 'ACL_entry', uuid: entry.uuid, fault: null, reason }
}

interface Unrealised {
  readonly trouble: string
  readonly fault: Fault
}

type Realised = Exclude<ReturnType<typeof aclFlows>, string>

/** What an ACL became, and of which rows. */
interface Known {
  readonly acl: Uuid
  readonly rows: readonly (AclEntryRow | undefined)[]
  readonly realised: Realised | Unrealised
}

/** As long as no entry of it changes: the pieces of an ACL and of all its ports ask for it. */
const known = new WeakMap<AclRow, Known>()

/** Null: there is no such ACL. */
function realise(acl: Uuid, sight: Pick<Sight, 'indexes' | 'tables'>): Realised | Unrealised | null {
  const { ACL, ACL_entry } = sight.tables
  const row = lookup(ACL, acl)
  if (row === undefined) return null
  const first = firstAlike(acl, sight)
  if (first !== acl) return { trouble: `its UUID begins like ${first}`, fault: 'unspecified_fault' }
  const found = known.get(row)
  const isSame = (uuid: Uuid, i: number) => lookup(ACL_entry, uuid) === found?.rows[i]
  if (found?.acl === acl && row.acl_entries.every(isSame)) return found.realised
  const realised = realisedFrom(acl, row, ACL_entry)
  known.set(row, { acl, rows: row.acl_entries.map((uuid) => lookup(ACL_entry, uuid)), realised })
  return realised
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
  const rows = lookup(ACL, acl)?.acl_entries.map((uuid) => lookup(ACL_entry, uuid))
  return aclDirections.filter(
    (direction) => rows?.some((row) => row === undefined || isFor(row, direction)) ?? true,
  )
}

function isFor(row: AclEntryRow, direction: AclDirection): boolean {
  const other = direction === 'ingress' ? 'egress' : 'ingress'
  return row.direction !== other
}

/** By the row, and the UUID that it stands under. */
const parsedRows = new WeakMap<AclEntryRow, { readonly uuid: Uuid; readonly entry: AclEntry | string }>()

function parsed(uuid: Uuid, rows: VtepTables['ACL_entry']): AclEntry | string {
  const row = lookup(rows, uuid)
  if (row === undefined) return 'there is no such entry'
  const found = parsedRows.get(row)
  if (found?.uuid === uuid) return found.entry
  const entry = parseEntry(uuid, row)
  parsedRows.set(row, { uuid, entry })
  return entry
}
