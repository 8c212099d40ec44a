import { type Address, parseAddress } from '../model/address.js'
import { lookup } from '../model/buckets.js'
import { localDefaults } from '../model/bfd.js'
import type { InterfaceRow } from '../model/ovs.js'
import type { VtepTables } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import type { TunnelRow } from '../model/vtep.js'

/** A Tunnel row of our switch. */
export interface Tunnel {
  readonly uuid: Uuid
  readonly row: TunnelRow
  /** Its local end point, in canonical form if it has one. */
  readonly local: string
}

/** Our switch's Tunnel rows by the remote end point, ascending by UUID; rows without usable end points left out. */
export function tunnelsOf(
  uuids: readonly Uuid[],
  tables: VtepTables,
): ReadonlyMap<Address, readonly Tunnel[]> {
  const tunnels = new Map<Address, Tunnel[]>()
  for (const uuid of uuids) {
    const row = lookup(tables.Tunnel, uuid)
    if (row === undefined) continue
    const [local, remote] = [row.local, row.remote].map(
      (at) => lookup(tables.Physical_Locator, at)?.dst_ip ?? '',
    )
    const address = parseAddress(remote ?? '')
    const tunnel = { uuid, row, local: parseAddress(local ?? '') ?? local ?? '' }
    if (address !== undefined) tunnels.set(address, [...(tunnels.get(address) ?? []), tunnel])
  }
  return tunnels
}

/** Whether nobody but us wrote into the row: it is ours to delete when its remote is no longer used. */
export function isOurs({ row }: Tunnel): boolean {
  return (
    row.bfd_config_remote.length === 0 &&
    JSON.stringify(row.bfd_config_local) === JSON.stringify(localDefaults)
  )
}

/** End points that BFD says can't be reached; those without a session are taken to be alive. */
export function unreachable(sessions: ReadonlyMap<Address, InterfaceRow>): ReadonlySet<Address> {
  const down = [...sessions].filter(([, { bfd_status }]) =>
    bfd_status.some(([key, value]) => key === 'forwarding' && value === 'false'),
  )
  return new Set(down.map(([address]) => address))
}

/** What we answer for in a Tunnel row, as text: whether bfd_config_local is complete, and the rest. */
export function tunnelValue(
  { bfd_config_local, bfd_status }: Pick<TunnelRow, 'bfd_config_local' | 'bfd_status'>,
  local: string,
): string {
  const keys = bfd_config_local.map(([key]) => key)
  return JSON.stringify([localDefaults.every(([key]) => keys.includes(key)), bfd_status, local])
}
