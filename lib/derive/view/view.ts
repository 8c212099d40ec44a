import type { Address } from '../../model/address.js'
import type { Collection } from '../../model/collection.js'
import { rowNamed } from '../../model/named.js'
import type { BridgeRow } from '../../schema/open-vswitch.js'
import type { Fault, Problem } from '../../model/problem.js'
import type { State } from '../../model/state.js'
import type { PhysicalSwitchRow } from '../../schema/hardware-vtep.js'
import { type Bindings, bindingsOf } from './bindings.js'
import { excessOf } from '../excess.js'
import { announcedBy, type EndPoints, endPointsOf, noEndPoints, type PhysicalSwitch } from './end-points.js'
import { type SortedPorts, sortPorts } from './ports.js'
import { Kept } from './kept.js'
import { type Routers, routersOf } from './routers.js'
import { portsWanted, type WantedPort } from './sharing.js'
import { ranksOf, type KnownTunnel, tunnelsOf } from './tunnels.js'
import { settingProblems, vlanLimitOf } from './settings.js'
import { troubleOf } from './trouble.js'
import { type OtherPort, otherPorts } from './vxlan-ports.js'

/** The small part of both databases that nearly everything depends on, joined up. */
export interface View extends SortedPorts, Bindings, EndPoints {
  readonly bridge: BridgeRow | null
  readonly routers: Routers
  /** How many tags of a frame the switch looks at; 0: all that it can. */
  readonly vlanLimit: number
  readonly physicalSwitch: PhysicalSwitch | null
  /** Also those that were ours: rows that announce them are still ours to withdraw. */
  readonly announcedAddresses: readonly string[]
  readonly others: readonly OtherPort[]
  /** Ports of others for all keys and senders, as ours are, that the switch could not make. */
  readonly hindered: readonly OtherPort[]
  readonly wantedPorts: readonly WantedPort[]
  /** The wanted ports that the switch has, in the same order; frames leave by the first unless said otherwise. */
  readonly exits: readonly Exit[]
  readonly tunnels: ReadonlyMap<Address, readonly KnownTunnel[]>
  /** As BFD ranks them. */
  readonly ranks: ReadonlyMap<Address, number>
}

/** A tunnel port in use. */
export interface Exit {
  /** As TunnelPort. */
  readonly local: Address | null
  readonly ofport: number
}

/**
 * The views of one state after another. What of a view is made of the very same as before is the very same, so that whoever
 * follows it needs not look.
 */
export class Views {
  readonly #physicalSwitch = new Kept(switchNamed)
  readonly #ports = new Kept(sortPorts)
  readonly #routers = new Kept(routersOf)
  readonly #bindings = new Kept(bindingsOf)
  readonly #tunnels = new Kept(tunnelsOf)
  readonly #ranks = new Kept(ranksOf)
  readonly #excess = new Kept(excessOf)

  /** Null while one of the databases is not known. Cost: linear in ports and bindings, in tunnels, where they changed. */
  of(state: State): View | null {
    const { settings, vtep, ovs } = state
    if (settings === null || vtep === null || ovs === null) return null
    const name = settings.physicalSwitch
    const bridge = rowNamed(ovs.Bridge, name)?.row ?? null
    const physicalSwitch = this.#physicalSwitch.of(vtep.Physical_Switch, name)
    const { ports: candidates, tunnels } = physicalSwitch?.row ?? portless
    const sorted = this.#ports.of(name, bridge, ovs)
    const routers = this.#routers.of(vtep.Logical_Router)
    const { bindings, portRows, problems } = this.#bindings.of(
      candidates,
      vtep.Physical_Port,
      sorted.ports,
      routers,
    )
    const { tunnelPorts } = sorted
    const own = [...tunnelPorts.map(({ row }) => row), ...sorted.sessions.values()].map((row) => row.name)
    const others = otherPorts(name, ovs, new Set([...own, ...sorted.surplus]))
    const hindered = others.filter(
      ({ key, remote, trouble }) => key === null && remote === null && trouble !== null,
    )
    const endPoints =
      physicalSwitch === null ? noEndPoints : endPointsOf(physicalSwitch, vtep, ovs, tunnelPorts, others)
    const { ownAddresses, addressProblems } = endPoints
    const wantedPorts = portsWanted(ownAddresses, tunnelPorts, others)
    return {
      bridge,
      routers,
      vlanLimit: vlanLimitOf(ovs),
      physicalSwitch,
      ...endPoints,
      announcedAddresses: announcedBy(name, state.announcedAddresses, ownAddresses, vtep),
      others,
      hindered,
      wantedPorts,
      exits: exitsOf(wantedPorts, sorted),
      ...sorted,
      tunnels: this.#tunnels.of(tunnels, vtep.Tunnel, vtep.Physical_Locator),
      ranks: this.#ranks.of(sorted.sessions),
      bindings,
      portRows,
      problems: [
        ...problems,
        ...this.#excess.of(physicalSwitch, vtep.Physical_Port, vtep.Tunnel),
        ...addressProblems,
        ...portProblems(physicalSwitch, sorted, hindered),
        ...settingProblems(physicalSwitch, bridge, ovs),
      ],
    }
  }
}

const portless = { ports: [], tunnels: [] } as const

function exitsOf(wanted: readonly WantedPort[], { tunnelPorts }: SortedPorts): Exit[] {
  return wanted.flatMap(({ local }) => {
    const ofport = tunnelPorts.find((port) => port.local === local)?.ofport
    return ofport == null ? [] : [{ local, ofport }]
  })
}

/** Our own ports, and those of others that ours kept from being made (`sharing.ts`). */
function portProblems(
  physicalSwitch: PhysicalSwitch | null,
  { tunnelPorts, sessions }: SortedPorts,
  hindered: readonly OtherPort[],
): Problem[] {
  if (physicalSwitch === null) return []
  const { uuid } = physicalSwitch
  const ours = [...tunnelPorts.map(({ row }) => row), ...sessions.values()]
  const problem = (fault: Fault | null, reason: string): Problem => ({
    table: 'Physical_Switch',
    uuid,
    fault,
    reason,
  })
  return [
    ...ours.flatMap((row) => troubleOf(row) ?? []).map((reason) => problem('tunnel_exhaustion', reason)),
    ...hindered.map(({ bridge, trouble }) =>
      problem(null, `on bridge ${JSON.stringify(bridge)}: ${String(trouble)}`),
    ),
  ]
}

function switchNamed(rows: Collection<PhysicalSwitchRow>, name: string): PhysicalSwitch | null {
  return rowNamed(rows, name) ?? null
}
