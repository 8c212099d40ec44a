import { type Address, parseAddress } from '../../model/address.js'
import { type Collection, entriesOf, lookup } from '../../model/collection.js'
import type { BridgeRow, InterfaceRow, OvsRow, OvsTable } from '../../schema/open-vswitch.js'
import type { OvsTables } from '../../model/state.js'
import type { Uuid } from '../../model/uuid.js'
import { addressMark, ownerMark } from './marks.js'
import { valueOf } from '../pairs.js'
import { troubleOf } from './trouble.js'

/**
 * A VXLAN port of the machine on the usual UDP port that is not ours, and which frames it takes
 * (ovs-vswitchd.conf.db(5), "Tunnel Options"). One ovs-vswitchd gives a frame to one port, on whatever
 * bridge: to one with the frame's key before one for all keys, then to one with its sender before one for
 * all, then to one with its destination as local_ip. Two ports that take the same it does not bear.
 */
export interface OtherPort {
  readonly name: string
  readonly bridge: string
  /** The physical switch whose emulator made it; undefined: it is somebody else's. */
  readonly owner: string | undefined
  /** The end point that its emulator claims with it, empty: none. */
  readonly claim: string
  /** Null: all keys. */
  readonly key: number | null
  /** Null: all senders. */
  readonly remote: Address | null
  /** Null: all addresses of the machine. */
  readonly local: Address | null
  /** Why the switch has not made it. */
  readonly trouble: string | null
}

/** `own`: names of ours. In an order that only the data decides. Cost: linear in all ports of the machine. */
export function otherPorts(physicalSwitch: string, ovs: OvsTables, own: ReadonlySet<string>): OtherPort[] {
  const found: OtherPort[] = []
  for (const [, bridge] of entriesOf(ovs.Bridge))
    for (const port of rowsOf(ovs, 'Port', bridge.ports)) {
      if (own.has(port.name)) continue
      const mark = valueOf(port.external_ids, ownerMark)
      // with our mark, but not on our bridge or none that we made: nobody's whom one could ask
      const owner = mark === physicalSwitch ? undefined : mark
      const claim = owner === undefined ? '' : (valueOf(port.external_ids, addressMark) ?? '')
      for (const row of rowsOf(ovs, 'Interface', port.interfaces))
        found.push(...otherPort(row, bridge, owner, claim))
    }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The rows that are there. */
export function rowsOf<T extends OvsTable>(ovs: OvsTables, table: T, uuids: readonly Uuid[]): OvsRow<T>[] {
  const rows = ovs[table] as Collection<OvsRow<T>>
  return uuids.map((uuid) => lookup(rows, uuid)).filter((row) => row !== undefined)
}

const vxlanPort = '4789'

function otherPort(
  row: InterfaceRow,
  bridge: BridgeRow,
  owner: string | undefined,
  claim: string,
): OtherPort[] {
  const { name, type, options } = row
  if (type !== 'vxlan' || (valueOf(options, 'dst_port') ?? vxlanPort) !== vxlanPort) return []
  const key = valueOf(options, 'in_key') ?? valueOf(options, 'key') ?? '0'
  const remote = end(valueOf(options, 'remote_ip') ?? '')
  const local = end(valueOf(options, 'local_ip') ?? 'flow')
  if (remote === undefined || local === undefined) return []
  return [
    {
      name,
      bridge: bridge.name,
      owner,
      claim,
      key: key === 'flow' ? null : Number(key),
      remote,
      local,
      trouble: troubleOf(row),
    },
  ]
}

/** Null: all; undefined: none that a frame could have. */
function end(text: string): Address | null | undefined {
  return text === 'flow' ? null : parseAddress(text)
}
