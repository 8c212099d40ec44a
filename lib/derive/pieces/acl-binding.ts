import { aclDirections } from '../../model/acl/entry.js'
import type { Binding } from '../../model/binding.js'
import { isVlan } from '../../model/binding.js'
import { keysOf, lookup } from '../../model/collection.js'
import { aclDigits } from '../../model/identity.js'
import type { Problem } from '../../model/problem.js'
import type { Uuid } from '../../model/uuid.js'
import { type AclOrder, steeringFlows } from '../../pipeline/acl.js'
import type { PhysicalPortRow } from '../../schema/hardware-vtep.js'
import { nothing, type Output } from '../output.js'
import { bindingsRefusedAnew } from '../refusals.js'
import { aclsRefusedAnew } from './acl.js'
import { directionsOf, firstAlike, noAcl, troubleOfAcl } from './acl-realised.js'
import { pieceKind } from './kind.js'
import type { Sight } from './sight.js'

/** That ACLs are asked for the frames of a port, and what is wrong with these. */
export const aclsAtPiece = pieceKind<Uuid>({
  name: 'acls at',
  all: ({ tables }) => keysOf(tables.Physical_Port),
  rows: {
    Physical_Port: ({ uuid }, _, { stale }) => stale.add(uuid),
    ACL: ({ uuid }, { indexes }, { stale }) => {
      for (const acl of [uuid, ...indexes.aclsAlike.of(aclDigits(uuid))])
        for (const port of indexes.portsWithAcl.of(acl)) stale.add(port)
    },
    ACL_entry: ({ uuid }, { indexes }, { stale }) => {
      for (const acl of indexes.aclsWith.of(uuid))
        for (const port of indexes.portsWithAcl.of(acl)) stale.add(port)
    },
  },
  turn: (turn, { stale }) => {
    for (const port of turn.ports) stale.add(port)
    const { old, sight } = turn
    for (const acl of aclsRefusedAnew(old, sight))
      for (const port of sight.indexes.portsWithAcl.of(acl)) stale.add(port)
    const numbers = bindingsRefusedAnew(old.refusals, sight.refusals)
    if (numbers.size === 0) return
    for (const [port, bindings] of sight.bindingsAt)
      if (bindings.some(({ number }) => numbers.has(number))) stale.add(port)
  },
  derive: deriveAclBindings,
})

function deriveAclBindings(port: Uuid, sight: Sight): Output {
  const { tables, bindingsAt, view } = sight
  const row = lookup(tables.Physical_Port, port)
  if (row === undefined || row.acl_bindings.length === 0) return nothing
  // another switch's, or a second row of one name
  if (view.portRows.get(row.name) !== port) return nothing
  const bindings = bindingsAt.get(port) ?? []
  const flows = bindings.flatMap((binding) => steeringFlows(binding, orderAt(binding, row, sight)))
  const problems = [
    ...row.acl_bindings.flatMap(([vlan, acl]) => problemOf(port, row, vlan, acl, sight) ?? []),
    ...bindings.flatMap((binding) => closedProblem(binding, sight) ?? []),
  ]
  return { ...nothing, flows, problems }
}

/**
 * The ACLs that are asked at a binding, of each direction, one after another: that of the port, then that of its VLAN. One
 * without entries for a direction is not asked.
 */
function orderAt({ vlan }: Binding, { acl_bindings }: PhysicalPortRow, sight: Sight): AclOrder {
  const bound = new Map(acl_bindings)
  const acls = [bound.get(0), vlan === 0 ? undefined : bound.get(vlan)].filter((acl) => acl !== undefined)
  const [ingress = [], egress = []] = aclDirections.map((direction) =>
    [...new Set(acls)]
      .filter((acl) => directionsOf(acl, sight.tables).includes(direction))
      .map((acl) => (firstAlike(acl, sight) === acl ? acl : noAcl)),
  )
  return { ingress, egress }
}

/** Of a binding that is closed because no ACL can be asked there. */
function closedProblem({ number, port, vlan }: Binding, { refusals }: Sight): Problem | null {
  const refusal = refusals.bindings.get(number)
  if (refusal === undefined) return null
  const where = vlan === 0 ? 'untagged' : `VLAN ${vlan}`
  const reason = `acl_bindings: ${where} frames are dropped, for the switch refuses that an ACL is asked: ${refusal}`
  return { table: 'Physical_Port', uuid: port, fault: 'invalid_ACL_binding', reason }
}

function problemOf(port: Uuid, row: PhysicalPortRow, vlan: number, acl: Uuid, sight: Sight): Problem | null {
  const where = vlan === 0 ? 'the port' : `VLAN ${vlan}`
  const problem = (fault: Problem['fault'], reason: string): Problem => ({
    table: 'Physical_Port',
    uuid: port,
    fault,
    reason: `acl_bindings, ${where}: ${reason}`,
  })
  if (!isVlan(vlan)) return problem('invalid_ACL_binding', 'it is not one of 0 to 4094')
  const trouble = troubleOfAcl(acl, sight)
  if (trouble !== null) return problem('invalid_ACL_binding', `ACL ${acl} lets nothing pass: ${trouble}`)
  if (vlan === 0 || row.vlan_bindings.some(([bound]) => bound === vlan)) return null
  return problem(null, `ACL ${acl} is asked for no frame: the VLAN belongs to no logical switch here`)
}
