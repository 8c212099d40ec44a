import { type Address, parseAddress } from '../../model/address.js'
import { lookup } from '../../model/collection.js'
import { localDefaults } from '../../model/bfd.js'
import type { InterfaceRow } from '../../schema/open-vswitch.js'
import type { VtepTables } from '../../model/state.js'
import type { Uuid } from '../../model/uuid.js'
import type { TunnelRow } from '../../schema/hardware-vtep.js'
import { valueOf } from '../pairs.js'

/** A Tunnel row of our switch. */
export interface KnownTunnel {
  readonly uuid: Uuid
  readonly row: TunnelRow
  /** Its local end point, in canonical form if it has one. */
  readonly local: string
}

/** Our switch's Tunnel rows by the remote end point, ascending by UUID; rows without usable end points left out. */
export function tunnelsOf(
  uuids: readonly Uuid[],
  rows: VtepTables['Tunnel'],
  locators: VtepTables['Physical_Locator'],
): ReadonlyMap<Address, readonly KnownTunnel[]> {
  const tunnels = new Map<Address, KnownTunnel[]>()
  for (const uuid of uuids) {
    const row = lookup(rows, uuid)
    if (row === undefined) continue
    const addressAt = (locator: Uuid) => lookup(locators, locator)?.dst_ip ?? ''
    const local = addressAt(row.local)
    const address = parseAddress(addressAt(row.remote))
    if (address === undefined) continue
    const tunnel = { uuid, row, local: parseAddress(local) ?? local }
    const known = tunnels.get(address)
    if (known === undefined) tunnels.set(address, [tunnel])
    else known.push(tunnel)
  }
  return tunnels
}

/** Whether nobody but us wrote into the row: it is ours to delete when its remote is no longer used. */
export function isOurs({ row }: Pick<KnownTunnel, 'row'>): boolean {
  const { bfd_config_remote: remote, bfd_config_local: local } = row
  const isDefault = ([key, value]: readonly [string, string], i: number) => {
    const [name, usual] = localDefaults[i] ?? []
    return key === name && value === usual
  }
  return remote.length === 0 && local.length === localDefaults.length && local.every(isDefault)
}

/** Ours among rows for one remote, where the controller has made one as well: both made theirs at the same time. */
export function surplusOf<T extends Pick<KnownTunnel, 'row'>>(tunnels: readonly T[]): readonly T[] {
  const ours = tunnels.filter(isOurs)
  return ours.length < tunnels.length ? ours : []
}

/** The rank of an end point that BFD calls unreachable. */
const lastRank = Number.MAX_SAFE_INTEGER

/** So many changes of mind, four deaths and returns, cost an end point a rank. */
const flapsPerRank = 8

/**
 * In which order BFD recommends end points, the lowest rank first; those without a session are taken to be
 * alive and have rank 0. One that dies again and again is not relied on as long as there is a steadier one.
 */
export function ranksOf(sessions: ReadonlyMap<Address, InterfaceRow>): ReadonlyMap<Address, number> {
  return new Map(
    [...sessions].map(([address, { bfd_status }]) => {
      const flaps = Number(valueOf(bfd_status, 'flap_count')) || 0
      const isDown = valueOf(bfd_status, 'forwarding') === 'false'
      return [address, isDown ? lastRank : Math.floor(flaps / flapsPerRank)]
    }),
  )
}

/** What we answer for in a Tunnel row, as text: whether bfd_config_local is complete, and the rest. */
export function tunnelValue(
  { bfd_config_local, bfd_status }: Pick<TunnelRow, 'bfd_config_local' | 'bfd_status'>,
  local: string,
): string {
  const keys = bfd_config_local.map(([key]) => key)
  return JSON.stringify([localDefaults.every(([key]) => keys.includes(key)), bfd_status, local])
}
