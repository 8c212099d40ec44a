import { keyedVniFlow, peerFlow, vniFlow } from '../../layout/remote.js'
import { type Address, parseAddress } from '../../model/address.js'
import { bfdRequest, bfdStatus, localDefaults } from '../../model/bfd.js'
import type { InterfaceRow } from '../../model/ovs.js'
import type { Report } from '../../model/report.js'
import type { Uuid } from '../../model/uuid.js'
import { nothing, type Output, type Sight } from './sight.js'
import { isOurs, type Tunnel, tunnelValue } from '../tunnels.js'
import { rowProblem, sourceFor, targetAt } from './target.js'

export function deriveVni(vni: number, { vnis, view }: Sight): Output {
  const owner = vnis.byVni.get(vni)
  return owner === undefined || view.tunnel?.ofport == null
    ? nothing
    : { ...nothing, flows: [vniFlow(vni, owner)] }
}

/**
 * A remote VTEP, by dst_ip or what that was parsed to. Used by a bound switch, its frames are let in and
 * there is a Tunnel row, with a BFD session if the controller enables one. A Tunnel row that the controller
 * made stays as it is when the VTEP is not used.
 */
export function derivePeer(text: string, sight: Sight): Output {
  const { view } = sight
  const remote = parseAddress(text)
  if (remote === undefined || view.bridge === null || view.ownAddresses.includes(remote)) return nothing
  const tunnels = view.tunnels.get(remote) ?? []
  if (!isUsed(remote, sight))
    return { ...nothing, reports: tunnels.every(isOurs) ? [] : [unchanged(remote, tunnels)] }
  const local = localFor(remote, tunnels, view.ownAddresses)
  if (view.physicalSwitch === null || local === undefined) return { ...nothing, flows: [peerFlow(remote)] }
  const { sessions, problems, status } = deriveBfd(remote, tunnels, view.sessions.get(remote))
  const value = tunnelValue({ bfd_config_local: localDefaults, bfd_status: status }, local)
  return {
    flows: [peerFlow(remote)],
    reports: [{ table: 'Tunnel', local, remote, status, value }],
    problems,
    sessions,
  }
}

/** The controller's word where it made the row, else the end point we send from. */
function localFor(remote: Address, [first]: readonly Tunnel[], own: readonly Address[]): string | undefined {
  return first === undefined || isOurs(first) ? (sourceFor(remote, own) ?? own[0]) : first.local
}

function isUsed(remote: Address, { indexes, view }: Sight): boolean {
  for (const locator of indexes.locatorsAt.of(remote))
    for (const logicalSwitch of indexes.switchesUsing(locator))
      if (view.bindings.has(logicalSwitch)) return true
  return false
}

function unchanged(remote: Address, tunnels: readonly Tunnel[]): Report {
  const [first] = tunnels
  const status = first?.row.bfd_status ?? []
  const value = first === undefined ? '' : tunnelValue(first.row, first.local)
  return { table: 'Tunnel', local: first?.local ?? '', remote, status, value }
}

/** Of several Tunnel rows for one remote the first decides. */
function deriveBfd(remote: Address, [tunnel]: readonly Tunnel[], port: InterfaceRow | undefined) {
  const row = tunnel?.row ?? { bfd_params: [], bfd_config_local: [], bfd_config_remote: [] }
  const { isEnabled, settings, mistakes } = bfdRequest(
    row.bfd_params,
    row.bfd_config_local,
    row.bfd_config_remote,
  )
  const status = isEnabled && port !== undefined ? bfdStatus(port.bfd_status, port.error) : []
  return {
    status,
    sessions: isEnabled ? [{ remote, settings }] : [],
    problems: mistakes.map((reason) => rowProblem('Tunnel', tunnel?.uuid ?? '', reason)),
  }
}

/** A VTEP with a key of its own, by `keyAt`: with this key it sends to the switch that uses it. */
export function deriveKey(key: string, owner: Uuid | undefined, sight: Sight): Output {
  const [locator] = sight.indexes.locatorsKeyed.of(key)
  if (owner === undefined || locator === undefined) return nothing
  const target = targetAt(locator, owner, sight)
  return target === null || typeof target === 'string'
    ? nothing
    : { ...nothing, flows: [keyedVniFlow(target, owner)] }
}
