import type { AclEntry } from '../../model/acl/entry.js'
import { keysOf, lookup } from '../../model/collection.js'
import { aclDigits } from '../../model/identity.js'
import type { Problem } from '../../model/problem.js'
import type { Uuid } from '../../model/uuid.js'
import { closedFlows } from '../../pipeline/acl.js'
import { isFlow, nothing, type Output } from '../output.js'
import { refusedAnew } from '../refusals.js'
import { present } from '../rows-toward.js'
import { directionsOf, firstAlike, parsed, realise } from './acl-realised.js'
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
  turn: ({ old, sight, ports }, { stale }) => {
    for (const acl of aclsRefusedAnew(old, sight)) stale.add(acl)
    // whether it is asked hangs on the bindings of its ports
    for (const port of ports)
      for (const [, acl] of lookup(sight.tables.Physical_Port, port)?.acl_bindings ?? []) stale.add(acl)
  },
  derive: deriveAcl,
})

/** ACLs that are refused now and were not, or the other way round. */
export function* aclsRefusedAnew(old: Sight, { indexes, refusals }: Sight): Generator<Uuid> {
  if (old.refusals === refusals) return
  for (const digits of refusedAnew(old.refusals.acls, refusals.acls)) yield* indexes.aclsAlike.of(digits)
}

function deriveAcl(acl: Uuid, sight: Sight, was: Output): Output {
  const realised = realise(acl, sight)
  if (realised === null) return nothing
  const isWanted = isAsked(acl, sight)
  if (!('trouble' in realised)) {
    const flows = isWanted ? realised.flows : nothing.flows
    const problems = realised.shadowed.map(shadowProblem)
    // a port of it changed, and nothing of its own
    if (!isFlow(was) && was.flows === flows && was.problems.length + problems.length === 0) return was
    return { ...nothing, flows, problems }
  }
  const { trouble, fault } = realised
  const isFirst = firstAlike(acl, sight) === acl
  // where no flow of it is, frames that come to it are dropped, too
  const isRefused = sight.refusals.acls.has(aclDigits(acl))
  const flows = isWanted && isFirst && !isRefused ? closedFlows(acl, directionsOf(acl, sight.tables)) : []
  const problem = { table: 'ACL', uuid: acl, fault, reason: `nothing passes: ${trouble}` } as const
  return { ...nothing, flows, problems: [problem] }
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
