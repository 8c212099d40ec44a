import { lookup } from '../model/collection.js'
import type { Problem } from '../model/problem.js'
import type { VtepTables } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import { isVni, noVni } from '../model/vni.js'
import type { Indexes } from './indexes.js'
import type { View } from './view/view.js'

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
  const without: [Uuid, number][] = []
  for (const uuid of view.bindings.keys()) {
    const key = lookup(tables.Logical_Switch, uuid)?.tunnel_key ?? null
    if (key === null || (key === 0 && !indexes.hasRemotes(uuid))) continue
    const owner = byVni.get(key)
    if (!isVni(key) || (owner !== undefined && owner < uuid)) without.push([uuid, key])
    else {
      byVni.set(key, uuid)
      bySwitch.set(uuid, key)
      if (owner === undefined) continue
      bySwitch.delete(owner)
      without.push([owner, key])
    }
  }
  without.sort(([a], [b]) => (a < b ? -1 : 1))
  return { byVni, bySwitch, problems: without.map(([uuid, key]) => keyProblem(uuid, key, byVni)) }
}

function keyProblem(uuid: Uuid, key: number, byVni: Vnis['byVni']): Problem {
  const reason = `tunnel_key ${key} ${isVni(key) ? `belongs to ${String(byVni.get(key))}` : noVni}`
  return { table: 'Logical_Switch', uuid, fault: 'unspecified_fault', reason }
}
