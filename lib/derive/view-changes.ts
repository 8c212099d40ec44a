import type { Address } from '../model/address.js'
import type { Dirt } from './dirt.js'
import type { Sight } from './pieces/sight.js'
import type { Uuid } from '../model/uuid.js'
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
      exits[0]?.local == null ? null : exits,
    ])
  return roots(before) !== roots(after)
}

/** The port by which all frames leave: floods name it. Where there is one for all, the flows of a MAC do not. */
export function followExits({ exits: before }: View, { view, indexes, tables }: Sight, dirt: Dirt): boolean {
  if (JSON.stringify(before) === JSON.stringify(view.exits)) return false
  for (const uuid of view.bindings.keys()) followFlood(uuid, { indexes, tables }, dirt)
  return true
}

function followFlood(uuid: Uuid, { indexes, tables }: Pick<Sight, 'indexes' | 'tables'>, dirt: Dirt): void {
  dirt.switches.add(uuid)
  for (const key of indexes.groupsOf(uuid, tables)) dirt.macs.add(key)
}

/** What ports of others take away from us depends on them and on our keys. */
export function followOthers(old: Sight, now: Sight, dirt: Dirt): void {
  const text = ({ view, vnis }: Sight) => JSON.stringify([view.others, [...vnis.byVni.keys()]])
  if (old.view.others.length + now.view.others.length === 0) return
  if (dirt.keys.size === 0 && text(old) === text(now)) return
  for (const address of now.indexes.locatorsAt.keys()) dirt.peers.add(address)
}

/** Tunnel rows and BFD sessions: a node that dies must be left at once wherever it serves. */
export function followTunnels(before: View, { view, indexes, tables }: Sight, dirt: Dirt): void {
  if (before.tunnels === view.tunnels && before.sessions === view.sessions) return
  const known = [before, view].flatMap(({ tunnels, sessions }) => [...tunnels.keys(), ...sessions.keys()])
  for (const address of new Set(known)) if (!isSameTunnel(address, before, view)) dirt.peers.add(address)
  if (before.ranks === view.ranks || [...before.ranks].join() === [...view.ranks].join()) return
  for (const uuid of view.bindings.keys()) followFlood(uuid, { indexes, tables }, dirt)
}

/** Whether two views say the same of the tunnel to `address`. What of it did not change is the same row, not one like it. */
function isSameTunnel(address: Address, a: View, b: View): boolean {
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
