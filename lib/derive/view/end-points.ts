import { type Address, parseAddress, noTunnelIp, parseEndPoint, whyNoTunnelIp } from '../../model/address.js'
import { entriesOf } from '../../model/collection.js'
import type { Fault, Problem } from '../../model/problem.js'
import type { OvsTables, VtepTables } from '../../model/state.js'
import type { Uuid } from '../../model/uuid.js'
import type { PhysicalSwitchRow } from '../../schema/hardware-vtep.js'
import { legacyBridges } from './legacy.js'
import type { TunnelPort } from './ports.js'
import { holderOf } from './sharing.js'
import type { OtherPort } from './vxlan-ports.js'

/** Our row of Physical_Switch. */
export interface PhysicalSwitch {
  readonly uuid: Uuid
  readonly row: PhysicalSwitchRow
}

/** Our addresses among tunnel_ips, and what is wrong with the others. */
export interface EndPoints {
  /** Ascending, without those that another switch of the machine has; the first is the one we announce. */
  readonly ownAddresses: readonly Address[]
  /** Those of ours that a switch elsewhere lists too: which rows announce whom can't be told. */
  readonly contestedAddresses: readonly Address[]
  readonly addressProblems: readonly Problem[]
}

export const noEndPoints: EndPoints = { ownAddresses: [], contestedAddresses: [], addressProblems: [] }

export function endPointsOf(
  { uuid, row }: PhysicalSwitch,
  vtep: VtepTables,
  ovs: OvsTables,
  mine: readonly TunnelPort[],
  others: readonly OtherPort[],
): EndPoints {
  const addressProblems: Problem[] = []
  const complain = (fault: Fault | null, reason: string) =>
    addressProblems.push({ table: 'Physical_Switch', uuid, fault, reason })
  if (row.tunnel_ips.length === 0) complain(null, noTunnelIp)
  const own = new Set<Address>()
  for (const text of row.tunnel_ips) {
    const address = parseEndPoint(text)
    const holder = address === undefined ? undefined : holderOf(address, row.name, mine, others)
    if (address === undefined) complain('unspecified_fault', String(whyNoTunnelIp(text)))
    else if (holder === undefined) own.add(address)
    else
      complain(
        'unspecified_fault',
        `tunnel_ips: ${address} is that of bridge ${JSON.stringify(holder.bridge)} of this machine`,
      )
  }
  const ownAddresses = [...own].sort()
  const elsewhere = addressesOf(vtep, (name) => name !== row.name && !isHere(name, ovs))
  const contestedAddresses = ownAddresses.filter((address) => elsewhere.has(address))
  for (const address of contestedAddresses)
    complain(null, `tunnel_ips: ${address} is listed for a switch elsewhere too`)
  return { ownAddresses, contestedAddresses, addressProblems }
}

/**
 * Whose announcements are ours to withdraw: our end points, and those that were ours and have not become
 * another switch's since.
 */
export function announcedBy(
  name: string,
  everAnnounced: readonly string[],
  own: readonly string[],
  vtep: VtepTables,
): string[] {
  const others = addressesOf(vtep, (other) => other !== name)
  return everAnnounced.filter((address) => own.includes(address) || !others.has(address))
}

/** Whether a switch is one of this machine and our kind: then its ports say which end points it has. */
function isHere(name: string, ovs: OvsTables): boolean {
  for (const [, bridge] of entriesOf(ovs.Bridge))
    if (bridge.name === name) return legacyBridges(name, ovs).length === 0
  return false
}

function addressesOf(vtep: VtepTables, isMeant: (name: string) => boolean): ReadonlySet<string> {
  const addresses = new Set<string>()
  for (const [, { name, tunnel_ips }] of entriesOf(vtep.Physical_Switch))
    if (isMeant(name)) for (const text of tunnel_ips) addresses.add(parseAddress(text) ?? text)
  return addresses
}
