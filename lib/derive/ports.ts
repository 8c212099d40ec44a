import { type Address, parseAddress } from '../model/address.js'
import { type Buckets, lookup } from '../model/buckets.js'
import type { BridgeRow, InterfaceRow, OvsRow, OvsTable } from '../model/ovs.js'
import type { OvsTables } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import type { PhysicalPort } from './bindings.js'
import { isLegacyPort, type Legacy, legacyBridges } from './legacy.js'
import { valueOf } from './pairs.js'

/** The external-ids key that marks a port as ours; its value is the physical switch's name. */
export const ownerMark = 'vtep_physical_switch'

/** The external-ids key of a BFD port of ours; its value is the remote end point. */
export const bfdMark = 'vtep_bfd'

/** Our tunnel port; its ofport is null until the switch gave it one. */
export interface TunnelPort {
  readonly row: InterfaceRow
  readonly ofport: number | null
}

/** The ports of our bridge, sorted by what they are to us. */
export interface SortedPorts {
  readonly ports: ReadonlyMap<string, PhysicalPort>
  readonly tunnel: TunnelPort | null
  /** Our BFD ports by remote end point. */
  readonly sessions: ReadonlyMap<Address, InterfaceRow>
  readonly legacy: Legacy
}

/** The bridge's own internal port belongs to none of them. */
export function sortPorts(bridgeName: string, bridge: BridgeRow | null, ovs: OvsTables): SortedPorts {
  const ports = new Map<string, PhysicalPort>()
  const legacyPorts: { name: string; ofport: number | null }[] = []
  const sessions = new Map<Address, InterfaceRow>()
  let tunnel: TunnelPort | null = null
  for (const port of rowsOf(ovs, 'Port', bridge?.ports ?? [])) {
    if (port.name === bridgeName) continue
    const interfaces = rowsOf(ovs, 'Interface', port.interfaces)
    const [row] = interfaces
    const ofports = interfaces.map(({ ofport }) => ofport ?? 0).filter((ofport) => ofport > 0)
    const ofport = ofports[0] ?? null
    if (row !== undefined && valueOf(port.external_ids, ownerMark) === bridgeName) {
      const remote = parseAddress(valueOf(port.external_ids, bfdMark) ?? '')
      if (remote === undefined) tunnel = { row, ofport }
      else sessions.set(remote, row)
    } else if (row !== undefined && isLegacyPort(port.name, row))
      legacyPorts.push({ name: port.name, ofport })
    else ports.set(port.name, { name: port.name, ofports: ofports.sort((a, b) => a - b) })
  }
  return { ports, tunnel, sessions, legacy: { ports: legacyPorts, bridges: legacyBridges(bridgeName, ovs) } }
}

function rowsOf<T extends OvsTable>(ovs: OvsTables, table: T, uuids: readonly Uuid[]): OvsRow<T>[] {
  const rows = ovs[table] as Buckets<OvsRow<T>>
  return uuids.map((uuid) => lookup(rows, uuid)).filter((row) => row !== undefined)
}
