import type { Quarantined } from '../model/quarantine.js'
import { aclInUnit, steeredBy } from '../pipeline/acl-unit.js'

/** What the switch refuses for ACLs, each with its words. Both are closed as long as it does. */
export interface Refusals {
  /** By `aclDigits`. */
  readonly acls: ReadonlyMap<string, string>
  /** Bindings for whose frames no ACL can be asked, by their number. */
  readonly bindings: ReadonlyMap<number, string>
}

export const noRefusals: Refusals = { acls: new Map(), bindings: new Map() }

export function refusalsIn(quarantined: readonly Quarantined[]): Refusals {
  const acls = new Map<string, string>()
  const bindings = new Map<number, string>()
  for (const { key, content, reason, isDue, isContested } of quarantined) {
    if (isDue || isContested === true) continue
    const acl = aclInUnit(key)
    if (acl !== undefined) acls.set(acl, reason)
    const binding = content === '' ? undefined : steeredBy(key)
    if (binding !== undefined) bindings.set(binding, reason)
  }
  return acls.size + bindings.size === 0 ? noRefusals : { acls, bindings }
}

/** Whether a change in quarantine is one that `refusalsIn` tells of. */
export function isRefusal({ key }: Pick<Quarantined, 'key'>): boolean {
  return aclInUnit(key) !== undefined || steeredBy(key) !== undefined
}

/** Bindings that are closed now and were not, or the other way round, or for another reason. */
export function bindingsRefusedAnew(was: Refusals, is: Refusals): ReadonlySet<number> {
  return new Set(was === is ? [] : refusedAnew(was.bindings, is.bindings))
}

/** The keys whose words differ, or that only one of two maps has. */
export function* refusedAnew<K>(was: ReadonlyMap<K, string>, is: ReadonlyMap<K, string>): Generator<K> {
  for (const key of new Set([...was.keys(), ...is.keys()])) if (was.get(key) !== is.get(key)) yield key
}
