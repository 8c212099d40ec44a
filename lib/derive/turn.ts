import type { Address } from '../model/address.js'
import { type Binding, isSameBinding } from '../model/binding.js'
import type { Uuid } from '../model/uuid.js'
import type { MacEntry } from './macs.js'
import type { Sight } from './pieces/sight.js'
import type { View } from './view/view.js'

/** A logical switch whose bindings are others than before. */
export interface Rebound {
  readonly logicalSwitch: Uuid
  readonly was: readonly Binding[]
  readonly is: readonly Binding[]
}

/** Changes that are known when a turn begins. */
export interface SightTurnBegin {
  readonly old: Sight
  readonly sight: Sight
  readonly isViewStale: boolean
  readonly areVnisStale: boolean
  /** By `learnedKey`: learned elsewhere than before, or no more; and those whose claims to addresses changed. */
  readonly learned: ReadonlySet<string>
  /** `crowdPlaceOf`: where another number of MACs is learned. */
  readonly crowdPlaces: ReadonlySet<string>
  /** MACs whose rows changed. */
  readonly rowsOf: ReadonlySet<MacEntry>
}

/** What differs between two sights apart from rows, and what kinds of pieces have found that matters to those after them. */
export class SightTurn implements SightTurnBegin {
  readonly old: Sight
  readonly sight: Sight
  readonly isViewStale: boolean
  readonly areVnisStale: boolean
  readonly learned: ReadonlySet<string>
  readonly crowdPlaces: ReadonlySet<string>
  readonly rowsOf: ReadonlySet<MacEntry>

  readonly rebound: readonly Rebound[] = none
  /** Physical_Port rows with other bindings, or that count now and did not before, or the other way round. */
  readonly ports: ReadonlySet<Uuid> = noPorts
  /** Logical switches that got their first binding or lost their last. */
  readonly bound: readonly Uuid[] = none
  /** Those whose VNI is another, or theirs no more. */
  readonly renumbered: readonly Uuid[] = none
  /** VNIs that belong to others. */
  readonly vnis: readonly number[] = none
  /** Logical switches whose copies may go elsewhere, for their bindings, the port of tunnels or who serves changed. */
  readonly flooding: readonly Uuid[] = none
  /** The first tunnel port has come, or the last has gone. */
  readonly isTunnelled: boolean = false
  /** VTEPs whose tunnel or BFD session changed. */
  readonly tunnels: readonly Address[] = none

  /** VTEPs that came into use or out of it. */
  readonly used = new Set<string>()
  /** VTEPs that came within a limit or fell out of it. */
  readonly admitted = new Set<string>()
  /** Locators to which frames go otherwise than before. */
  readonly retargeted = new Set<Uuid>()
  /** `keyAt` that were looked at. */
  readonly keys = new Set<string>()
  /** MACs that are derived again. */
  readonly macs = new Set<MacEntry>()
  /** `addressKey` that are derived again. */
  readonly addresses = new Set<string>()

  constructor({ old, sight, isViewStale, areVnisStale, learned, crowdPlaces, rowsOf }: SightTurnBegin) {
    this.old = old
    this.sight = sight
    this.isViewStale = isViewStale
    this.areVnisStale = areVnisStale
    this.learned = learned
    this.crowdPlaces = crowdPlaces
    this.rowsOf = rowsOf
    if (old.vnis !== sight.vnis) {
      this.renumbered = differing(old.vnis.bySwitch, sight.vnis.bySwitch)
      this.vnis = differing(old.vnis.byVni, sight.vnis.byVni)
    }
    const [was, is] = [old.view, sight.view]
    // as for most changes of rows
    if (was === is) return
    this.rebound = reboundIn(was, is)
    this.bound = this.rebound
      .filter(({ was, is }) => was.length === 0 || is.length === 0)
      .map(({ logicalSwitch }) => logicalSwitch)
    this.ports = portsIn(this.rebound, was, is)
    this.tunnels = tunnelsIn(was, is)
    const haveExitsChanged = JSON.stringify(was.exits) !== JSON.stringify(is.exits)
    const haveRanksChanged = was.ranks !== is.ranks && [...was.ranks].join() !== [...is.ranks].join()
    this.isTunnelled = haveExitsChanged && was.exits.length * is.exits.length === 0
    this.flooding =
      haveExitsChanged || haveRanksChanged
        ? [...new Set([...was.bindings.keys(), ...is.bindings.keys()])]
        : this.rebound.map(({ logicalSwitch }) => logicalSwitch)
  }
}

const none: readonly never[] = []
const noPorts: ReadonlySet<Uuid> = new Set()

/** Bindings that came, went or are others than before. */
export function* changedBindings(rebound: readonly Rebound[]): Generator<Binding> {
  for (const { was, is } of rebound) {
    const stale = new Map(was.map((binding) => [binding.number, binding]))
    for (const binding of is)
      if (isSameBinding(binding, stale.get(binding.number))) stale.delete(binding.number)
      else yield binding
    yield* stale.values()
  }
}

function reboundIn({ bindings: before }: View, { bindings: after }: View): readonly Rebound[] {
  if (before === after) return []
  return differing(before, after, areSameBindings).map((logicalSwitch) => ({
    logicalSwitch,
    was: before.get(logicalSwitch) ?? [],
    is: after.get(logicalSwitch) ?? [],
  }))
}

function portsIn(rebound: readonly Rebound[], was: View, is: View): ReadonlySet<Uuid> {
  const ports = new Set([...changedBindings(rebound)].map(({ port }) => port))
  if (was.portRows === is.portRows) return ports
  for (const name of differing(was.portRows, is.portRows))
    for (const port of [was.portRows.get(name), is.portRows.get(name)])
      if (port !== undefined) ports.add(port)
  return ports
}

function tunnelsIn(before: View, after: View): readonly Address[] {
  if (before.tunnels === after.tunnels && before.sessions === after.sessions) return []
  const known = [before, after].flatMap(({ tunnels, sessions }) => [...tunnels.keys(), ...sessions.keys()])
  return [...new Set(known)].filter((address) => !isSameTunnel(address, before, after))
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
export function differing<K, V>(
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

/** So much depends on these that deriving everything is the sure way. */
export function isFundamental(before: View, after: View): boolean {
  if (before === after) return false
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
