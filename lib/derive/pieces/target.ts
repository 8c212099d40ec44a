import type { Copying } from '../../pipeline/replication.js'
import type { Target } from '../../pipeline/target.js'
import { lookup } from '../../model/collection.js'
import { keyAt } from '../indexes.js'
import { isVni, noVni } from '../../model/vni.js'
import type { Problem } from '../../model/problem.js'
import type { Uuid } from '../../model/uuid.js'
import type { Sight } from './sight.js'

/**
 * Where frames of a logical switch go for a locator. Null: nowhere (our own end point, one too many, or no VNI or port yet);
 * a text: why it can't be used. A locator's own tunnel_key goes before the switch's.
 */
export function targetAt(locator: Uuid, logicalSwitch: Uuid, sight: Sight): Target | null | string {
  const { vnis, admission, keyOwners } = sight
  const end = sight.ends.at(locator)
  if (end === null || typeof end === 'string') return end
  const { address, key, exit } = end
  if (!admission.isVtepAdmitted(address)) return null
  if (exit === null || typeof exit === 'string') return exit
  if (key === null) {
    const vni = vnis.bySwitch.get(logicalSwitch)
    return vni === undefined ? null : { address, vni, via: exit.via }
  }
  if (!isVni(key)) return `tunnel_key ${key} of locator ${locator} ${noVni}`
  const owner = keyOwners.get(keyAt(address, key))
  if (owner !== logicalSwitch) return `tunnel_key ${key} at ${address} belongs to ${String(owner)}`
  return { address, vni: key, via: exit.via }
}

/**
 * To whom frames with a VTEP's own key belong, for `Sight.keyOwners`: of several bound switches the one with the lowest UUID.
 * Cost: linear in the switches that use the key.
 */
export function keyOwner(key: string, { indexes, view }: Pick<Sight, 'indexes' | 'view'>): Uuid | undefined {
  let owner: Uuid | undefined
  for (const locator of indexes.locatorsKeyed.of(key))
    for (const uuid of indexes.switchesUsing(locator))
      if ((owner === undefined || uuid < owner) && view.bindings.has(uuid)) owner = uuid
  return owner
}

/** The end points of a locator set, each once. */
export interface Targets {
  readonly targets: readonly Target[]
  readonly problems: readonly Problem[]
}

/**
 * The end points of all locator sets of some Mcast_Macs_Remote rows, each once, in ascending order. In
 * service_node mode only one of them serves.
 */
export function targetsOf(rows: readonly Uuid[], logicalSwitch: Uuid, sight: Sight): Targets {
  const targets = new Map<string, Target>()
  const problems: Problem[] = []
  for (const uuid of [...rows].sort()) {
    const set = lookup(sight.tables.Mcast_Macs_Remote, uuid)?.locator_set ?? ''
    for (const locator of lookup(sight.tables.Physical_Locator_Set, set)?.locators ?? []) {
      const target = targetAt(locator, logicalSwitch, sight)
      if (typeof target === 'string') problems.push(rowProblem('Mcast_Macs_Remote', uuid, target))
      else if (target !== null) targets.set(`${target.address} ${target.vni}`, target)
    }
  }
  const ascending = [...targets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, target]) => target)
  const isReplicatedHere =
    lookup(sight.tables.Logical_Switch, logicalSwitch)?.replication_mode === 'source_node'
  return { targets: isReplicatedHere ? ascending : serving(ascending, sight), problems }
}

/** What is wrong where the switch can't make all copies; `frames`: which ones, in words. */
export function shortfall(
  { asked, made }: Copying,
  { targets }: Targets,
  row: Pick<Problem, 'table' | 'uuid'>,
  frames: string,
): Problem[] {
  if (made === asked) return []
  // bindings come first, so where there are VTEPs some of them are not reached
  const fault = targets.length > 0 ? 'tunnel_exhaustion' : 'unspecified_fault'
  const reason = `${frames} ask for ${asked} copies, of which ${made} can be made`
  return [{ ...row, fault, reason }]
}

/** The one that serves: of those that BFD ranks best the first. */
function serving(targets: readonly Target[], { view }: Sight): readonly Target[] {
  const rank = ({ address }: Target) => view.ranks.get(address) ?? 0
  return [...targets].sort((a, b) => rank(a) - rank(b)).slice(0, 1)
}

export function rowProblem(table: Problem['table'], uuid: Uuid, reason: string): Problem {
  return { table, uuid, fault: 'unspecified_fault', reason }
}
