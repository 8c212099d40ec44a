import { tunnelEntrance } from '../../pipeline/rules/tunnel.js'
import { type Address, parseEndPoint } from '../../model/address.js'
import { bfdRequest, bfdStatus, localDefaults } from '../../model/bfd.js'
import type { Flow } from '../../model/flow.js'
import type { InterfaceRow } from '../../schema/open-vswitch.js'
import type { Problem } from '../../model/problem.js'
import type { Report } from '../../model/report.js'
import { nothing, type Output } from '../output.js'
import { pieceKind } from './kind.js'
import type { Sight } from './sight.js'
import { isUsed } from '../admission.js'
import { keyAt } from '../indexes.js'
import { vtepAddressOf, present } from '../rows-toward.js'
import type { SightTurn } from '../turn.js'
import { sessionLocal, sourceFor, takesPort } from '../view/sharing.js'
import { isOurs, type KnownTunnel, tunnelValue } from '../view/tunnels.js'
import { rowProblem } from './target.js'

/**
 * A remote VTEP, by dst_ip or what that was parsed to. Used by a bound switch, there is a Tunnel row, with a BFD session if the
 * controller enables one. A Tunnel row that the controller made stays as it is when the VTEP is not used.
 */
export const tunnelPiece = pieceKind<string>({
  name: 'peer',
  *all({ indexes }) {
    yield* indexes.locatorsAt.keys()
  },
  rows: {
    Physical_Locator: (change, _, { stale }) => {
      for (const row of present(change)) stale.add(vtepAddressOf(row))
    },
  },
  turn: (turn, { stale }) => {
    for (const addresses of [turn.tunnels, turn.used, turn.admitted])
      for (const address of addresses) stale.add(address)
    if (areOthersOtherwise(turn))
      for (const address of turn.sight.indexes.locatorsAt.keys()) stale.add(address)
  },
  derive: deriveTunnel,
})

/** What ports of others take away from us depends on them and on our keys. */
function areOthersOtherwise({ old, sight, keys }: SightTurn): boolean {
  if (old.view.others.length + sight.view.others.length === 0) return false
  if (keys.size > 0) return true
  if (old.view === sight.view && old.vnis === sight.vnis) return false
  const text = ({ view, vnis }: Sight) => JSON.stringify([view.others, [...vnis.byVni.keys()]])
  return text(old) !== text(sight)
}

function deriveTunnel(text: string, sight: Sight): Output {
  const { view } = sight
  const remote = parseEndPoint(text)
  if (remote === undefined || view.bridge === null || view.ownAddresses.includes(remote)) return nothing
  const tunnels = view.tunnels.get(remote) ?? []
  const left = { ...nothing, reports: tunnels.every(isOurs) ? [] : [unchanged(remote, tunnels)] }
  if (!isUsed(remote, sight)) return left
  if (!sight.admission.isVtepAdmitted(remote)) return { ...left, problems: exhausted(remote, sight) }
  const local = localFor(remote, tunnels, view.ownAddresses)
  const lost = lostFrames(remote, sight)
  if (view.physicalSwitch === null || local === undefined) return { ...nothing, problems: lost }
  const { sessions, problems, status } = deriveBfd(remote, local, tunnels, sight)
  const value = tunnelValue({ bfd_config_local: localDefaults, bfd_status: status }, local)
  return {
    flows: sessions.flatMap(() => entrances(view.sessions.get(remote))),
    reports: [{ table: 'Tunnel', local, remote, status, value }],
    problems: [...problems, ...lost],
    sessions,
  }
}

/** Frames that the remote VTEP sends us and a port of somebody else's takes. */
function lostFrames(remote: Address, sight: Sight): Problem[] {
  const { physicalSwitch, others, ownAddresses } = sight.view
  const isOurKey = (key: number) => sight.vnis.byVni.has(key) || sight.keyOwners.has(keyAt(remote, key))
  if (physicalSwitch === null) return []
  return others
    .filter((other) => takesPort(other, remote, ownAddresses, isOurKey))
    .map(({ name, bridge, key }) => {
      const what = `frames from ${remote}${key === null ? '' : ` with VNI ${key}`}`
      const reason = `${what} go to port ${JSON.stringify(name)} of bridge ${JSON.stringify(bridge)}`
      return rowProblem('Physical_Switch', physicalSwitch.uuid, reason)
    })
}

/** The controller's word where it made the row, else the end point we send from. */
function localFor(
  remote: Address,
  [first]: readonly KnownTunnel[],
  own: readonly Address[],
): string | undefined {
  return first === undefined || isOurs(first) ? (sourceFor(remote, own) ?? own[0]) : first.local
}

/** The VTEP's frames with VNI 0 come out of its BFD port, which is the closer match, not of the tunnel port. */
function entrances(port: InterfaceRow | undefined): Flow[] {
  const ofport = port?.ofport ?? 0
  return ofport > 0 ? [tunnelEntrance.print({ port: ofport })] : []
}

/** Said once for each VTEP, whatever its rows. */
function exhausted(remote: Address, { indexes, settings }: Sight): Problem[] {
  const [uuid] = [...indexes.locatorsAt.of(remote)].sort()
  const reason = `${remote} is one too many for --max-tunnels=${String(settings.limits?.tunnels)}`
  return uuid === undefined ? [] : [{ table: 'Physical_Locator', uuid, fault: 'tunnel_exhaustion', reason }]
}

function unchanged(remote: Address, tunnels: readonly KnownTunnel[]): Report {
  const [first] = tunnels
  const status = first?.row.bfd_status ?? []
  const value = first === undefined ? '' : tunnelValue(first.row, first.local)
  return { table: 'Tunnel', local: first?.local ?? '', remote, status, value }
}

/** Of several Tunnel rows for one remote the first decides. */
function deriveBfd(remote: Address, local: string, [tunnel]: readonly KnownTunnel[], { view }: Sight) {
  const port = view.sessions.get(remote)
  const row = tunnel?.row ?? { bfd_params: [], bfd_config_local: [], bfd_config_remote: [] }
  const { isEnabled, settings, mistakes } = bfdRequest(
    row.bfd_params,
    row.bfd_config_local,
    row.bfd_config_remote,
  )
  const status = isEnabled && port !== undefined ? bfdStatus(port.bfd_status, port.error) : []
  return {
    status,
    sessions: isEnabled ? [{ remote, local: sessionLocal(remote, local, port, view), settings }] : [],
    problems: mistakes.map((reason) => rowProblem('Tunnel', tunnel?.uuid ?? '', reason)),
  }
}
