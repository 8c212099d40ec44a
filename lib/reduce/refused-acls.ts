import { entriesOf, lookup } from '../model/collection.js'
import type { VtepRowUpdate } from '../model/event.js'
import { aclDigits } from '../model/identity.js'
import type { Quarantined } from '../model/quarantine.js'
import type { VtepTables } from '../model/state.js'
import { aclInUnit, steeredBy } from '../pipeline/acl-unit.js'

/** What was refused for ACLs is tried again when somebody changed what they ask for, or where they are bound. */
export function withAclsDue(
  quarantined: readonly Quarantined[],
  tables: VtepTables | null,
  updates: readonly VtepRowUpdate[],
): readonly Quarantined[] {
  if (quarantined.length === 0 || tables === null) return quarantined
  const changed = new Set(updates.flatMap((update) => [...aclsOf(update, tables)]))
  if (changed.size === 0) return quarantined
  // which ACLs are asked at a binding hangs on all that its port has
  const isDue = ({ key }: Quarantined) => changed.has(aclInUnit(key) ?? '') || steeredBy(key) !== undefined
  return quarantined.map((one) => (isDue(one) ? { ...one, isDue: true } : one))
}

/** The digits of ACLs for which an update is another word of the controller, not one of ours about faults. */
function* aclsOf(update: VtepRowUpdate, tables: VtepTables): Generator<string> {
  const { table, uuid } = update
  if (table === 'ACL') {
    if (isSame(lookup(tables.ACL, uuid)?.acl_entries, update.row?.acl_entries)) return
    yield aclDigits(uuid)
  } else if (table === 'ACL_entry') {
    const [was, is] = [lookup(tables.ACL_entry, uuid), update.row]
    if (was && is && isSame(was, { ...is, acle_fault_status: was.acle_fault_status })) return
    for (const [acl, { acl_entries }] of entriesOf(tables.ACL))
      if (acl_entries.includes(uuid)) yield aclDigits(acl)
  } else if (table === 'Physical_Port') {
    const [was, is] = [lookup(tables.Physical_Port, uuid)?.acl_bindings, update.row?.acl_bindings]
    if (!isSame(was, is)) for (const [, acl] of [...(was ?? []), ...(is ?? [])]) yield aclDigits(acl)
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
