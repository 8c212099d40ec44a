import { entriesOf } from '../../model/collection.js'
import type { InterfaceRow } from '../../schema/open-vswitch.js'
import type { OvsTables } from '../../model/state.js'
import { valueOf } from '../pairs.js'

/** What the Python ovs-vtep left in the switch, found by its marks and names. */
export interface Legacy {
  /** Its patch ports on our bridge. */
  readonly ports: readonly { readonly name: string; readonly ofport: number | null }[]
  /** Its bridges, ascending: one for each logical switch, and one for BFD. */
  readonly bridges: readonly string[]
}

const bfdBridge = 'vtep_bfd'

/** Its patch ports are named after VLAN and port: `0010-p1-p`, with the peer `0010-p1-l`. */
export function isLegacyPort(name: string, row: InterfaceRow): boolean {
  const isNamedSo = /^\d{4}-.+-p$/.test(name)
  return isNamedSo && row.type === 'patch' && valueOf(row.options, 'peer') === `${name.slice(0, -2)}-l`
}

/** The BFD bridge serves all its processes on the machine: ours to remove only when no other can be there. */
export function legacyBridges(physicalSwitch: string, ovs: OvsTables): string[] {
  const all = [...entriesOf(ovs.Bridge)].map(([, bridge]) => bridge)
  const switches = all.filter((bridge) => valueOf(bridge.external_ids, 'vtep_logical_switch') === 'true')
  const ours = switches.filter(({ name }) => isLegacyBridge(name, physicalSwitch))
  const isAlone = ours.length > 0 && ours.length === switches.length
  const bfd = isAlone && all.some(({ name }) => name === bfdBridge) ? [bfdBridge] : []
  return [...ours.map(({ name }) => name), ...bfd].sort()
}

/** Whether the bridge of a logical switch would be named so. */
export function isLegacyBridge(name: string, physicalSwitch: string): boolean {
  return name.startsWith(`${physicalSwitch}_vtep_ls`)
}
