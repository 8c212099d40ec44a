import type { InterfaceRow, PortRow } from '../../schema/open-vswitch.js'

/**
 * The OpenFlow ports that carry a port's frames, ascending. Of a bond without LACP only the active member does,
 * as with the switch's own forwarding (ovs-vswitchd.conf.db(5), "Bonding Configuration"): the other side does not
 * know of the bond and floods to every member, what we flooded included.
 */
export function carriers(
  { lacp, bond_active_slave }: PortRow,
  interfaces: readonly InterfaceRow[],
): number[] {
  const all = ofportsOf(interfaces)
  if (all.length < 2 || lacp === 'active' || lacp === 'passive') return all
  const active = ofportsOf(interfaces.filter(({ mac_in_use }) => mac_in_use === bond_active_slave))
  return (active.length > 0 ? active : all).slice(0, 1)
}

/** The OpenFlow ports of interfaces that have one, ascending. */
export function ofportsOf(interfaces: readonly InterfaceRow[]): number[] {
  const ofports = interfaces.map(({ ofport }) => ofport ?? 0).filter((ofport) => ofport > 0)
  return ofports.sort((a, b) => a - b)
}
