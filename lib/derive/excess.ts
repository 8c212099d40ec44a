import { lookup } from '../model/collection.js'
import { mostElements } from '../model/limits.js'
import type { Problem } from '../model/problem.js'
import type { VtepTables } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import type { PhysicalSwitch } from './view/end-points.js'

type Table = 'Physical_Switch' | 'Physical_Port' | 'Tunnel'

/** Of a switch, its ports and its tunnels: sets and maps with more than we make sense of. What those of locators have too much of, floods say. */
export function excessOf(
  physicalSwitch: PhysicalSwitch | null,
  ports: VtepTables['Physical_Port'],
  tunnels: VtepTables['Tunnel'],
): readonly Problem[] {
  if (physicalSwitch === null) return []
  const { uuid, row } = physicalSwitch
  return [
    ...excessIn('Physical_Switch', uuid, row),
    ...row.ports.flatMap((port) => excessIn('Physical_Port', port, lookup(ports, port))),
    ...row.tunnels.flatMap((tunnel) => excessIn('Tunnel', tunnel, lookup(tunnels, tunnel))),
  ]
}

function excessIn(table: Table, uuid: Uuid, row: object = {}): readonly Problem[] {
  return Object.entries(row).flatMap(([column, value]: [string, unknown]) => {
    if (!Array.isArray(value) || value.length <= mostElements) return []
    const reason = `${column} has more than ${mostElements} elements: the others are passed over`
    return [{ table, uuid, fault: 'unspecified_fault', reason } as const]
  })
}
