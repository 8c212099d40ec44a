import { lookup } from '../model/collection.js'
import type { Problem } from '../model/problem.js'
import type { VtepTables } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import { isVni } from '../model/vni.js'
import type { Indexes } from './indexes.js'
import type { View } from './view.js'

/** Who owns which VNI, both ways. Only bound logical switches own one. */
export interface Vnis {
  readonly byVni: ReadonlyMap<number, Uuid>
  readonly bySwitch: ReadonlyMap<Uuid, number>
  readonly problems: readonly Problem[]
}

/**
 * Of bound switches with one tunnel_key the one with the lowest UUID has it, the others go without
 * tunnels: sharing would join them. Key 0 is claimed only by switches with remote rows, for OVN writes
 * it to every switch it does not use. Cost: linear in the bound switches.
 */
export function assignVnis(view: View, tables: VtepTables, indexes: Indexes): Vnis {
  const byVni = new Map<number, Uuid>()
  const bySwitch = new Map<Uuid, number>()
  const problems: Problem[] = []
  for (const uuid of [...view.bindings.keys()].sort()) {
    const key = lookup(tables.Logical_Switch, uuid)?.tunnel_key ?? null
    if (key === null || (key === 0 && !indexes.hasRemotes(uuid))) continue
    const owner = byVni.get(key)
    const complain = (reason: string) =>
      problems.push({ table: 'Logical_Switch', uuid, fault: 'unspecified_fault', reason })
    if (!isVni(key)) complain(`tunnel_key ${key} is out of range`)
    else if (owner !== undefined) complain(`tunnel_key ${key} belongs to ${owner}`)
    else {
      byVni.set(key, uuid)
      bySwitch.set(uuid, key)
    }
  }
  return { byVni, bySwitch, problems }
}
