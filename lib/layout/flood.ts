import { isIpv6 } from '../model/address.js'
import type { Binding } from '../model/binding.js'
import { type Flow, flowKey } from '../model/flow.js'
import { cookieOf, metadataOf } from '../model/identity.js'
import type { Mac } from '../model/mac.js'
import type { Uuid } from '../model/uuid.js'
import { type Link, linksOf } from './links.js'
import { goto, hex, table } from './tables.js'
import { type Target, tunnelTo } from './remote.js'

/** Whom a frame is copied to. `targets` must be in a stable order, without repeats. */
export interface Replication {
  readonly logicalSwitch: Uuid
  readonly bindings: readonly Binding[]
  readonly targets: readonly Target[]
  /** The first tunnel port; null: none yet, nothing is tunnelled. */
  readonly tunnelPort: number | null
}

/** Where frames go whose destination is in no other row. */
export function floodFlows(replication: Replication): Flow[] {
  return replicate(replication, { table: table.flood, match: '', priority: 100 })
}

/** Where frames to a group address go. */
export function groupFlows(replication: Replication, group: Mac): Flow[] {
  return replicate(replication, { table: table.remote, match: `,dl_dst=${group}`, priority: 140 })
}

interface Entrance {
  readonly table: number
  readonly match: string
  readonly priority: number
}

/** From a binding to the other bindings and the targets; from the tunnel to the bindings only (split horizon). */
function replicate(
  { logicalSwitch, bindings, targets, tunnelPort }: Replication,
  entrance: Entrance,
): Flow[] {
  const local = bindings.map(({ number }) => `clone(set_field:${hex(number)}->reg1,${goto(table.egress)})`)
  const remote = tunnelPort === null ? [] : copiesTo(targets, tunnelPort)
  const fromTunnel = { origin: 'reg0=0,', priority: entrance.priority + 20 }
  const fromBinding = { origin: '', priority: entrance.priority }
  return [
    ...chain(logicalSwitch, { ...entrance, ...fromTunnel }, linksOf(local, [])),
    ...chain(logicalSwitch, { ...entrance, ...fromBinding }, linksOf(local, remote)),
  ]
}

/** Each link but the last leads to the next, which is in the flood table. */
function chain(
  logicalSwitch: Uuid,
  entrance: Entrance & { readonly origin: string },
  links: readonly Link[],
): Flow[] {
  const metadata = `metadata=${metadataOf(logicalSwitch)}${entrance.match}`
  return links.map(({ copies }, link): Flow => {
    const isFirst = link === 0
    const match = `${entrance.origin}${isFirst ? '' : `reg3=${hex(link)},`}${metadata}`
    const next = links[link + 1]
    const actions = [...copies]
    if (next !== undefined)
      actions.push(`set_field:${hex(link + 1)}->reg3,${goto(next.isAnew ? table.next : table.flood)}`)
    return {
      key: flowKey(isFirst ? entrance.table : table.flood, entrance.priority + (isFirst ? 0 : 10), match),
      cookie: cookieOf(logicalSwitch),
      actions: actions.join(','),
    }
  })
}

function copyTo(target: Target, tunnelPort: number): string {
  const copy = `${tunnelTo(target)},output:${target.via ?? tunnelPort}`
  return isIpv6(target.address) ? `clone(${copy})` : copy
}

/**
 * Those to IPv6 end points before the others: an IPv4 destination that a copy before it set would win over an IPv6
 * one, and could not be cleared; after it both would stand side by side but for the clone.
 */
function copiesTo(targets: readonly Target[], tunnelPort: number): string[][] {
  const isFirst = ({ address }: Target) => isIpv6(address)
  const groups = [targets.filter(isFirst), targets.filter((target) => !isFirst(target))]
  return groups.map((group) => group.map((target) => copyTo(target, tunnelPort)))
}
