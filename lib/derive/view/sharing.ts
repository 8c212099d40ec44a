import { type Address, isIpv6 } from '../../model/address.js'
import type { InterfaceRow } from '../../schema/open-vswitch.js'
import { localOf, type TunnelPort } from './ports.js'
import type { OtherPort } from './vxlan-ports.js'

/** A tunnel port that must be. */
export interface WantedPort {
  /** As TunnelPort. */
  readonly local: Address | null
  /** The end point of ours that it stands for; null: we have none. */
  readonly address: Address | null
}

interface Shared {
  readonly ownAddresses: readonly Address[]
  readonly wantedPorts: readonly WantedPort[]
  readonly others: readonly OtherPort[]
}

/** The port by which another switch of this machine has an end point already; undefined: it is free, or ours. */
export function holderOf(
  address: Address,
  physicalSwitch: string,
  mine: readonly TunnelPort[],
  others: readonly OtherPort[],
): OtherPort | undefined {
  const isMine = mine.some(({ mark }) => mark === address)
  // both have it only when both took it in one moment
  return others.find(
    ({ owner, claim }) => owner !== undefined && claim === address && (!isMine || owner < physicalSwitch),
  )
}

/**
 * The tunnel ports for our end points, `own`: a switch that is alone with one end point has one port for
 * whatever comes in, like the predecessor's; a dummy datapath can't encapsulate otherwise (before 3.4). With
 * several end points, or beside another switch, each has a port that is tied to it; without one there is
 * none then. Tied once, ports stay so: that others leave changes nothing here.
 */
export function portsWanted(
  own: readonly Address[],
  mine: readonly TunnelPort[],
  others: readonly OtherPort[],
): WantedPort[] {
  const isTied =
    own.length > 1 ||
    mine.some(({ local }) => local !== null) ||
    others.some(
      ({ owner, key, remote, local }) =>
        key === null && remote === null && (owner !== undefined || local === null),
    )
  if (isTied) return own.map((address) => ({ local: address, address }))
  return [{ local: null, address: own[0] ?? null }]
}

/** Of our end points the one that frames to `remote` leave from: the first of its kind. */
export function sourceFor(remote: Address, own: readonly Address[]): Address | undefined {
  return own.find((source) => isIpv6(source) === isIpv6(remote))
}

/**
 * What the BFD port to `remote` is tied to. `local`: what its Tunnel row says. Unless tunnel ports are
 * tied, or it is already, it is so only where a port like it is in the way: the predecessor's.
 */
export function sessionLocal(
  remote: Address,
  local: string,
  port: InterfaceRow | undefined,
  { ownAddresses, wantedPorts, others }: Shared,
): Address | null {
  const isTied =
    wantedPorts.some((wanted) => wanted.local !== null) ||
    (port !== undefined && localOf(port) !== null) ||
    others.some((other) => other.key === 0 && other.remote === remote && other.local === null)
  if (!isTied) return null
  return ownAddresses.find((address) => address === local) ?? sourceFor(remote, ownAddresses) ?? null
}

/** Whether frames with one of our VNIs that `remote` sends us come out of another's port. */
export function takesPort(
  other: OtherPort,
  remote: Address,
  own: readonly Address[],
  isOurVni: (vni: number) => boolean,
): boolean {
  const isForUs =
    (other.key === null || isOurVni(other.key)) &&
    (other.remote === null || other.remote === remote) &&
    (other.local === null || own.includes(other.local))
  return isForUs && (other.key !== null || other.remote !== null || other.local !== null)
}
