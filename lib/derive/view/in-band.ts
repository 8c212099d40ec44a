import { entriesOf } from '../../model/collection.js'
import type { OvsTables } from '../../model/state.js'
import type { BridgeRow } from '../../schema/open-vswitch.js'
import { valueOf } from '../pairs.js'
import { rowsOf } from './vxlan-ports.js'

/**
 * The targets for which Open vSwitch keeps hidden flows in a bridge, ascending: its controllers, and the managers of
 * the machine (Open vSwitch's design document, "In-Band Control"). These flows stand above all tables: they let ARP
 * that names the address of a target, and TCP with it, pass as `NORMAL` does.
 */
export function inBandTargets(bridge: BridgeRow, ovs: OvsTables): readonly string[] {
  if (valueOf(bridge.other_config ?? [], 'disable-in-band')?.toLowerCase() === 'true') return []
  const listed = [...entriesOf(ovs.Open_vSwitch)].flatMap(([, row]) => row.manager_options ?? [])
  const managers = rowsOf(ovs, 'Manager', listed)
    .filter(({ connection_mode }) => connection_mode !== 'out-of-band')
    .filter(({ target }) => !/^\w+:127\.0\.0\.1(:|$)/.test(target))
  const controllers = rowsOf(ovs, 'Controller', bridge.controller ?? []).filter(
    ({ connection_mode }) => connection_mode === null || connection_mode === 'in-band',
  )
  const targets = [...controllers, ...managers].map(({ target }) => target).filter(isByIpv4)
  return [...new Set(targets)].sort()
}

/** Those that Open vSwitch connects to by itself, save by IPv6, which it knows no in-band control for. */
function isByIpv4(target: string): boolean {
  return /^(tcp|ssl):[^[]/.test(target)
}
