import { isIpv6 } from '../model/address.js'
import type { Binding } from '../model/binding.js'
import type { Flow } from '../model/flow.js'
import { cookieOf, metadataOf } from '../model/identity.js'
import type { Mac } from '../model/mac.js'
import type { Uuid } from '../model/uuid.js'
import { type Copy, copyText } from './copies.js'
import { type FloodLink, linksOf, madeIn } from './links.js'
import { flood, floodLink, group, groupLink } from './rules/flood.js'
import type { Target } from './target.js'

/** Whom a frame is copied to. `targets` must be in a stable order, without repeats. */
export interface Replication {
  readonly logicalSwitch: Uuid
  readonly bindings: readonly Binding[]
  readonly targets: readonly Target[]
  /** The first tunnel port; null: none yet, nothing is tunnelled. */
  readonly tunnelPort: number | null
}

/** What copies frames, and how far that goes. */
export interface Copying {
  readonly flows: readonly Flow[]
  /** How many copies of one frame are asked for, and how many of them the switch makes: those to bindings first. */
  readonly asked: number
  readonly made: number
}

/** Where frames go whose destination is in no other row. */
export function floodFlows(replication: Replication): Copying {
  return chains(replication, (link, args) =>
    link === 0 ? flood.print(args) : floodLink.print({ ...args, link }),
  )
}

/** Where frames to a group address go. */
export function groupFlows(replication: Replication, mac: Mac): Copying {
  return chains(replication, (link, args) =>
    link === 0 ? group.print({ ...args, mac }) : groupLink.print({ ...args, mac, link }),
  )
}

type Args = Parameters<typeof flood.print>[0]
type PrintLink = (link: number, args: Args) => Flow

/** From a binding to the other bindings and the targets; from the tunnel to the bindings only (split horizon). */
function chains({ logicalSwitch, bindings, targets, tunnelPort }: Replication, print: PrintLink): Copying {
  const local = bindings.map(({ number }): Copy => ({ binding: number }))
  const remote = tunnelPort === null ? [] : copiesTo(targets, tunnelPort)
  const fromBinding = linksOf(local, remote, copyText)
  const flows = [
    ...chain(logicalSwitch, true, linksOf(local, [], copyText), print),
    ...chain(logicalSwitch, false, fromBinding, print),
  ]
  return { flows, asked: local.length + remote.flat().length, made: madeIn(fromBinding) }
}

/** Each link but the last leads to the next. */
function chain(
  logicalSwitch: Uuid,
  isFromTunnel: boolean,
  links: readonly FloodLink<Copy>[],
  print: PrintLink,
): Flow[] {
  const [metadata, cookie] = [metadataOf(logicalSwitch), cookieOf(logicalSwitch)]
  return links.map(({ copies }, link) => {
    const next = links[link + 1]
    const args = { isFromTunnel, metadata, copies, cookie }
    return print(link, { ...args, next: next === undefined ? null : { link: link + 1, isAnew: next.isAnew } })
  })
}

/**
 * Those to IPv6 end points before the others: an IPv4 destination that a copy before it set would win over an IPv6
 * one, and could not be cleared.
 */
function copiesTo(targets: readonly Target[], tunnelPort: number): Copy[][] {
  const isFirst = ({ address }: Target) => isIpv6(address)
  const groups = [targets.filter(isFirst), targets.filter((target) => !isFirst(target))]
  return groups.map((of) => of.map(({ address, vni, via }) => ({ address, vni, port: via ?? tunnelPort })))
}
