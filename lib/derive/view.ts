import { type Address, parseAddress } from '../model/address.js'
import type { Binding } from '../model/binding.js'
import { type Buckets, entriesOf, lookup } from '../model/buckets.js'
import { bindingOf, metadataOf } from '../model/identity.js'
import type { BridgeRow, InterfaceRow, OvsRow, OvsTable, PortRow } from '../model/ovs.js'
import type { Problem } from '../model/problem.js'
import type { Settings } from '../model/event.js'
import type { OvsTables, State, VtepTables } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import { isLegacyPort, type Legacy, legacyBridges } from './legacy.js'
import { valueOf } from './pairs.js'
import type { PhysicalPortRow, PhysicalSwitchRow } from '../model/vtep.js'

/** A port of our bridge that stands in the world outside: its name and its OpenFlow port; null: none yet. */
export interface PhysicalPort {
  readonly name: string
  readonly ofport: number | null
}

/** The small part of both databases that nearly everything depends on, joined up. */
export interface View {
  readonly bridge: BridgeRow | null
  readonly physicalSwitch: { readonly uuid: Uuid; readonly row: PhysicalSwitchRow } | null
  /** Our tunnel end points, ascending. */
  readonly ownAddresses: readonly Address[]
  readonly ports: ReadonlyMap<string, PhysicalPort>
  /** Our tunnel port, by its owner mark; its ofport is null until the switch gave it one. */
  readonly tunnel: { readonly row: InterfaceRow; readonly ofport: number | null } | null
  readonly legacy: Legacy
  readonly bindings: ReadonlyMap<Uuid, readonly Binding[]>
  readonly problems: readonly Problem[]
}

/** The external-ids key that marks a port as ours; its value is the physical switch's name. */
export const ownerMark = 'vtep_physical_switch'

/** Cost: linear in the ports and bindings of one switch, and in the bridges of the machine. */
export function viewOf(settings: Settings, vtep: VtepTables, ovs: OvsTables): View {
  const name = settings.physicalSwitch
  const bridge = find(ovs.Bridge, (row) => row.name === name)?.row ?? null
  const physicalSwitch = find(vtep.Physical_Switch, (row) => row.name === name)
  const sorted = sortPorts(name, bridge, ovs)
  const problems: Problem[] = []
  return {
    bridge,
    physicalSwitch,
    ownAddresses: addresses(physicalSwitch?.row.tunnel_ips ?? []),
    ...sorted,
    bindings: bindingsOf(physicalSwitch?.row.ports ?? [], vtep.Physical_Port, sorted.ports, problems),
    problems,
  }
}

/** The view of a state that knows both databases. */
export function viewOfState({ settings, vtep, ovs }: State): View | null {
  return settings === null || vtep === null || ovs === null ? null : viewOf(settings, vtep, ovs)
}

function find<R>(rows: Buckets<R>, isIt: (row: R) => boolean): { uuid: Uuid; row: R } | null {
  for (const [uuid, row] of entriesOf(rows)) if (isIt(row)) return { uuid, row }
  return null
}

function addresses(texts: readonly string[]): Address[] {
  return texts.map(parseAddress).filter((address) => address !== undefined)
}

type SortedPorts = Pick<View, 'ports' | 'tunnel' | 'legacy'>

function sortPorts(bridgeName: string, bridge: BridgeRow | null, ovs: OvsTables): SortedPorts {
  const ports = new Map<string, PhysicalPort>()
  const legacyPorts: PhysicalPort[] = []
  let tunnel: View['tunnel'] = null
  for (const port of rowsOf(ovs, 'Port', bridge?.ports ?? [])) {
    const row = firstInterface(ovs, port)
    const ofport = row !== undefined && row.ofport !== null && row.ofport > 0 ? row.ofport : null
    const physical = { name: port.name, ofport }
    if (port.name === bridgeName) continue
    if (row !== undefined && valueOf(port.external_ids, ownerMark) === bridgeName) tunnel = { row, ofport }
    else if (row !== undefined && isLegacyPort(port.name, row)) legacyPorts.push(physical)
    else ports.set(port.name, physical)
  }
  return { ports, tunnel, legacy: { ports: legacyPorts, bridges: legacyBridges(bridgeName, ovs) } }
}

function firstInterface(ovs: OvsTables, port: PortRow): InterfaceRow | undefined {
  return rowsOf(ovs, 'Interface', port.interfaces)[0]
}

function rowsOf<T extends OvsTable>(ovs: OvsTables, table: T, uuids: readonly Uuid[]): OvsRow<T>[] {
  const rows = ovs[table] as Buckets<OvsRow<T>>
  return uuids.map((uuid) => lookup(rows, uuid)).filter((row) => row !== undefined)
}

function bindingsOf(
  portRows: readonly Uuid[],
  rows: Buckets<PhysicalPortRow>,
  ports: ReadonlyMap<string, PhysicalPort>,
  problems: Problem[],
): Map<Uuid, Binding[]> {
  const bindings = new Map<Uuid, Binding[]>()
  const seen = new Set<string>()
  for (const port of portRows) {
    const row = lookup(rows, port)
    if (row === undefined) continue
    const isRepeated = seen.has(row.name)
    if (isRepeated)
      problems.push({
        table: 'Physical_Port',
        uuid: port,
        reason: `a second port named ${JSON.stringify(row.name)}`,
      })
    seen.add(row.name)
    const ofport = ports.get(row.name)?.ofport ?? null
    if (ofport === null || isRepeated) continue
    for (const [vlan, logicalSwitch] of row.vlan_bindings) {
      if (vlan < 0 || vlan > 4094)
        problems.push({ table: 'Physical_Port', uuid: port, reason: `VLAN ${vlan} is not one of 0 to 4094` })
      else
        grouped(bindings, logicalSwitch).push({
          number: bindingOf(ofport, vlan),
          ofport,
          vlan,
          port,
          logicalSwitch,
        })
    }
  }
  for (const group of bindings.values()) group.sort((a, b) => a.number - b.number)
  withoutTwins(bindings, problems)
  return bindings
}

/** Logical switches whose UUIDs begin alike would be one switch in the pipeline: all but the first go without. */
function withoutTwins(bindings: Map<Uuid, Binding[]>, problems: Problem[]): void {
  const first = new Map<string, Uuid>()
  for (const logicalSwitch of [...bindings.keys()].sort()) {
    const metadata = metadataOf(logicalSwitch)
    const twin = first.get(metadata)
    if (twin === undefined) first.set(metadata, logicalSwitch)
    else {
      bindings.delete(logicalSwitch)
      problems.push({
        table: 'Logical_Switch',
        uuid: logicalSwitch,
        reason: `its UUID begins like that of ${twin}`,
      })
    }
  }
}

function grouped<T>(groups: Map<string, T[]>, key: string): T[] {
  const group = groups.get(key) ?? []
  groups.set(key, group)
  return group
}
