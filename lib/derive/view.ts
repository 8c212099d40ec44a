import { type Address, parseAddress } from '../model/address.js'
import { type Buckets, entriesOf } from '../model/buckets.js'
import type { BridgeRow } from '../model/ovs.js'
import type { Problem } from '../model/problem.js'
import type { State, VtepTables } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import type { PhysicalSwitchRow } from '../model/vtep.js'
import { type Bindings, bindingsOf } from './bindings.js'
import { type SortedPorts, sortPorts } from './ports.js'
import { type Tunnel, tunnelsOf, unreachable } from './tunnels.js'

/** The small part of both databases that nearly everything depends on, joined up. */
export interface View extends SortedPorts, Bindings {
  readonly bridge: BridgeRow | null
  readonly physicalSwitch: { readonly uuid: Uuid; readonly row: PhysicalSwitchRow } | null
  /** Our tunnel end points, ascending; the first is the one we announce. */
  readonly ownAddresses: readonly Address[]
  /** Also those that were ours: rows that announce them are still ours to withdraw. */
  readonly announcedAddresses: readonly string[]
  readonly tunnels: ReadonlyMap<Address, readonly Tunnel[]>
  readonly unreachable: ReadonlySet<Address>
}

/** Null while one of the databases is not known. Cost: linear in ports and bindings. */
export function viewOf(state: State): View | null {
  const { settings, vtep, ovs } = state
  if (settings === null || vtep === null || ovs === null) return null
  const name = settings.physicalSwitch
  const bridge = find(ovs.Bridge, (row) => row.name === name)?.row ?? null
  const physicalSwitch = find(vtep.Physical_Switch, (row) => row.name === name)
  const sorted = sortPorts(name, bridge, ovs)
  const { bindings, problems } = bindingsOf(physicalSwitch?.row.ports ?? [], vtep.Physical_Port, sorted.ports)
  const ownAddresses = (physicalSwitch?.row.tunnel_ips ?? [])
    .map(parseAddress)
    .filter((address) => address !== undefined)
  return {
    bridge,
    physicalSwitch,
    ownAddresses: [...new Set(ownAddresses)].sort(),
    announcedAddresses: announced(state, vtep),
    ...sorted,
    tunnels: tunnelsOf(physicalSwitch?.row.tunnels ?? [], vtep),
    unreachable: unreachable(sorted.sessions),
    bindings,
    problems: [...problems, ...switchProblems(physicalSwitch, sorted)],
  }
}

/** An end point that has become another switch's is not ours any more. */
function announced({ announcedAddresses, settings }: State, vtep: VtepTables): string[] {
  const others = new Set<string>()
  for (const [, row] of entriesOf(vtep.Physical_Switch))
    if (row.name !== settings?.physicalSwitch) for (const text of row.tunnel_ips) others.add(text)
  return announcedAddresses.filter((address) => !others.has(address))
}

function switchProblems(physicalSwitch: View['physicalSwitch'], { tunnel }: SortedPorts): Problem[] {
  if (physicalSwitch === null) return []
  const { uuid, row } = physicalSwitch
  const bad = row.tunnel_ips.filter((text) => parseAddress(text) === undefined)
  const error = tunnel?.row.error ?? null
  const table = 'Physical_Switch'
  const none = { table, uuid, fault: null, reason: 'no tunnel_ips: nothing can be announced' } as const
  return [
    ...(row.tunnel_ips.length === 0 ? [none] : []),
    ...bad.map((text): Problem => {
      const reason = `tunnel_ips is not a unicast IP address: ${JSON.stringify(text.slice(0, 80))}`
      return { table, uuid, fault: 'unspecified_fault', reason }
    }),
    ...(error === null ? [] : [{ table, uuid, fault: 'tunnel_exhaustion', reason: error } as const]),
  ]
}

function find<R>(rows: Buckets<R>, isIt: (row: R) => boolean): { uuid: Uuid; row: R } | null {
  for (const [uuid, row] of entriesOf(rows)) if (isIt(row)) return { uuid, row }
  return null
}
