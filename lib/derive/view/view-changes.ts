import type { Address } from '../../model/address.js'
import { type Binding, isSameBinding } from '../../model/binding.js'
import { metadataOf } from '../../model/identity.js'
import type { Dirt } from '../dirt.js'
import type { Groups } from '../groups.js'
import type { Sight } from '../pieces/sight.js'
import type { Uuid } from '../../model/uuid.js'
import { sendersAt } from '../senders.js'
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

/** Bindings that came, went or changed; what stands on a switch's being bound follows it. `learnedOf`: metadata → learned keys. */
export function followBindings(
  { bindings: before, portRows }: View,
  { view: { bindings: after, portRows: portRowsNow }, indexes, tables }: Sight,
  learnedOf: Groups,
  dirt: Dirt,
): void {
  for (const name of differing(portRows, portRowsNow))
    for (const port of [portRows.get(name), portRowsNow.get(name)])
      if (port !== undefined) dirt.followAcls(port, tables)
  for (const uuid of differing(before, after, areSameBindings)) {
    const was = before.get(uuid) ?? []
    const is = after.get(uuid) ?? []
    followFlood(uuid, { indexes, tables }, dirt)
    if (was.length === 0 || is.length === 0) followBound(uuid, { indexes, tables }, dirt)
    for (const key of learnedOf.of(metadataOf(uuid))) dirt.learned.add(key)
    const stale = new Map(was.map((binding) => [binding.number, binding]))
    for (const binding of is)
      if (isSameBinding(binding, stale.get(binding.number))) stale.delete(binding.number)
      else {
        dirt.bindings.add(binding)
        dirt.followAcls(binding.port, tables)
      }
    for (const binding of stale.values()) {
      dirt.unbound.add(binding)
      dirt.followAcls(binding.port, tables)
    }
  }
}

/** A switch has got its first binding or lost its last. */
function followBound(uuid: Uuid, { indexes, tables }: Rows, dirt: Dirt): void {
  for (const entry of indexes.macsOf(uuid, tables)) dirt.macs.add(entry)
  dirt.followUses(uuid, tables, indexes)
  for (const key of indexes.locatorsKeyed.keys()) dirt.keys.add(key)
}

/** Where the number of bindings has changed what each of them may learn. */
export function followShares({ shareOf: before }: Sight, { shareOf: after, view }: Sight, dirt: Dirt): void {
  if (before === after) return
  for (const bindings of view.bindings.values())
    for (const binding of bindings) if (before(binding) !== after(binding)) dirt.bindings.add(binding)
}

export function followVnis(
  { vnis: before }: Sight,
  { vnis: after, indexes, tables }: Sight,
  dirt: Dirt,
): void {
  for (const vni of differing(before.byVni, after.byVni)) dirt.vnis.add(vni)
  for (const uuid of differing(before.bySwitch, after.bySwitch)) {
    dirt.switches.add(uuid)
    for (const entry of indexes.macsOf(uuid, tables)) dirt.macs.add(entry)
    dirt.followUses(uuid, tables, indexes)
  }
}

/** The port by which all frames leave: floods name it. Where there is one for all, the flows of a MAC do not. */
export function followExits(
  { exits: before }: View,
  { view, vnis, indexes, tables }: Sight,
  dirt: Dirt,
): void {
  if (JSON.stringify(before) === JSON.stringify(view.exits)) return
  for (const uuid of view.bindings.keys()) followFlood(uuid, { indexes, tables }, dirt)
  if (before.length > 0 && view.exits.length > 0) return
  for (const vni of vnis.byVni.keys()) dirt.vnis.add(vni)
  for (const address of indexes.locatorsAt.keys())
    for (const key of sendersAt(address, indexes)) dirt.senders.add(key)
}

type Rows = Pick<Sight, 'indexes' | 'tables'>

function followFlood(uuid: Uuid, { indexes, tables }: Rows, dirt: Dirt): void {
  dirt.switches.add(uuid)
  for (const entry of indexes.groupsOf(uuid, tables)) dirt.macs.add(entry)
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

function areSameBindings(some: readonly Binding[], others: readonly Binding[]): boolean {
  return some.length === others.length && some.every((one, i) => isSameBinding(one, others[i]))
}

/** The keys whose values differ, or that only one of both has. */
function differing<K, V>(
  before: ReadonlyMap<K, V>,
  after: ReadonlyMap<K, V>,
  isSame: (was: V, is: V) => boolean = Object.is,
): readonly K[] {
  const keys: K[] = []
  for (const [key, is] of after) {
    const was = before.get(key)
    if (was === undefined || !isSame(was, is)) keys.push(key)
  }
  for (const key of before.keys()) if (!after.has(key)) keys.push(key)
  return keys
}
