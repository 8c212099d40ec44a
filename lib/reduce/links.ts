import { rowNamed } from '../model/named.js'
import { ofportsOf } from '../derive/view/bonds.js'
import { rowsOf } from '../derive/view/vxlan-ports.js'
import { lookup } from '../model/collection.js'
import type { OvsRowUpdate } from '../model/event.js'
import type { OvsTables, State } from '../model/state.js'

/**
 * The OpenFlow ports of our bridge whose link went down with these updates: of a bond the first, when none of its links
 * is left. Whoever was behind it may be anywhere now. `after`: the tables with the updates.
 */
export function linksLost(
  { settings, ovs }: Pick<State, 'settings' | 'ovs'>,
  after: OvsTables,
  updates: readonly OvsRowUpdate[],
): ReadonlySet<number> {
  const lost = new Set<string>()
  for (const { table, uuid, row } of updates)
    if (table === 'Interface' && row?.link_state === 'down' && stateBefore(ovs, uuid) !== 'down')
      lost.add(uuid)
  if (lost.size === 0) return new Set()
  const own = rowNamed(after.Bridge, settings?.physicalSwitch)
  const ports = rowsOf(after, 'Port', own?.row.ports ?? []).filter(({ interfaces }) =>
    interfaces.some((uuid) => lost.has(uuid)),
  )
  return new Set(
    ports.flatMap(({ interfaces }) => {
      const rows = rowsOf(after, 'Interface', interfaces)
      return rows.every(({ link_state }) => link_state === 'down') ? ofportsOf(rows).slice(0, 1) : []
    }),
  )
}

function stateBefore(ovs: OvsTables | null, uuid: string): string | null | undefined {
  return ovs === null ? undefined : lookup(ovs.Interface, uuid)?.link_state
}
