import { type Address, parseAddress } from '../../model/address.js'
import type { BridgeRow, InterfaceRow, PortRow } from '../../schema/open-vswitch.js'
import type { OvsTables } from '../../model/state.js'
import type { PhysicalPort } from './bindings.js'
import { carriers, ofportsOf } from './bonds.js'
import { isLegacyPort, type Legacy, legacyBridges } from './legacy.js'
import { addressMark, againMark } from './marks.js'
import { ownPort } from './own-port.js'
import { valueOf } from '../pairs.js'
import { troubleOf } from './trouble.js'
import { rowsOf } from './vxlan-ports.js'

/** A tunnel port of ours; its ofport is null until the switch gave it one. */
export interface TunnelPort {
  readonly row: InterfaceRow
  readonly ofport: number | null
  /** Where frames must be sent to and what they leave from; null: whatever the machine has, by its routing. */
  readonly local: Address | null
  /** The end point that it stands for, empty: none. */
  readonly mark: string
  /** `againMark`; empty: none. */
  readonly again: string
}

/** The ports of our bridge, sorted by what they are to us. */
export interface SortedPorts {
  readonly ports: ReadonlyMap<string, PhysicalPort>
  /** Ascending by name. */
  readonly tunnelPorts: readonly TunnelPort[]
  /** Our BFD ports by remote end point. */
  readonly sessions: ReadonlyMap<Address, InterfaceRow>
  /** Names of ours that do not say, or not rightly, that they are. */
  readonly unmarked: ReadonlySet<string>
  /** Names of BFD ports of ours beside another one for the same end point, or for none. */
  readonly surplus: readonly string[]
  readonly legacy: Legacy
}

/** The bridge's own internal port belongs to none of them. */
export function sortPorts(bridgeName: string, bridge: BridgeRow | null, ovs: OvsTables): SortedPorts {
  const ports = new Map<string, PhysicalPort>()
  const legacyPorts: { name: string; ofport: number | null }[] = []
  const sessions = new Map<Address, InterfaceRow>()
  const tunnelPorts: TunnelPort[] = []
  const unmarked = new Set<string>()
  const surplus: string[] = []
  for (const port of rowsOf(ovs, 'Port', bridge?.ports ?? [])) {
    if (port.name === bridgeName) continue
    const interfaces = rowsOf(ovs, 'Interface', port.interfaces)
    const [row] = interfaces
    const [ofport = null] = ofportsOf(interfaces)
    const own = row === undefined ? null : ownPort(bridgeName, port, row)
    if (row !== undefined && own !== null) {
      const { remote, isMarked } = own
      if (remote !== null && !sessions.has(remote)) sessions.set(remote, row)
      else if (remote !== null || row.name.startsWith('bfd-')) surplus.push(row.name)
      else tunnelPorts.push(tunnelPort(row, ofport, port.external_ids))
      if (!isMarked) unmarked.add(row.name)
    } else if (row !== undefined && isLegacyPort(port.name, row))
      legacyPorts.push({ name: port.name, ofport })
    else
      ports.set(port.name, {
        name: port.name,
        ofport,
        carriers: carriers(port, interfaces),
        troubles: interfaces.flatMap((one) => troubleOf(one) ?? []),
      })
  }
  tunnelPorts.sort((a, b) => (a.row.name < b.row.name ? -1 : 1))
  const legacy = { ports: legacyPorts, bridges: legacyBridges(bridgeName, ovs) }
  return { ports, tunnelPorts, sessions, unmarked, surplus, legacy }
}

function tunnelPort(row: InterfaceRow, ofport: number | null, ids: PortRow['external_ids']): TunnelPort {
  const [mark = '', again = ''] = [valueOf(ids, addressMark), valueOf(ids, againMark)]
  return { row, ofport, local: localOf(row), mark, again }
}

/** What a port of ours is tied to. */
export function localOf({ options }: InterfaceRow): Address | null {
  return parseAddress(valueOf(options, 'local_ip') ?? '') ?? null
}
