import type { Address } from '../model/address.js'
import type { View } from './view.js'

/** So much depends on these that deriving everything is the sure way. */
export function isFundamental(before: View, after: View): boolean {
  const roots = ({ bridge, physicalSwitch, ownAddresses, announcedAddresses, wantedPorts, exits }: View) =>
    JSON.stringify([
      bridge === null,
      physicalSwitch?.uuid,
      ownAddresses,
      announcedAddresses,
      wantedPorts,
      exits,
    ])
  return roots(before) !== roots(after)
}

/** Whether two views say the same of the tunnel to `address`. What of it did not change is the same row, not one like it. */
export function isSameTunnel(address: Address, a: View, b: View): boolean {
  const [was, is] = [a.tunnels.get(address) ?? [], b.tunnels.get(address) ?? []]
  return (
    a.sessions.get(address) === b.sessions.get(address) &&
    was.length === is.length &&
    was.every(({ uuid, row, local }, i) => {
      const other = is[i]
      return other?.uuid === uuid && other.row === row && other.local === local
    })
  )
}
