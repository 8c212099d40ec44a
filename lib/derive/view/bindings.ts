import { type Binding, isVlan } from '../../model/binding.js'
import { type Collection, lookup } from '../../model/collection.js'
import { bindingOf, metadataOf } from '../../model/identity.js'
import type { Fault, Problem } from '../../model/problem.js'
import type { Uuid } from '../../model/uuid.js'
import type { PhysicalPortRow } from '../../schema/hardware-vtep.js'
import { joinedTo, type Routers } from './routers.js'

/** A port of our bridge that stands in the world outside. */
export interface PhysicalPort {
  readonly name: string
  /** Its OpenFlow port, of a bond the first; null until the switch gave it one. */
  readonly ofport: number | null
  /** The OpenFlow ports that carry its frames, ascending: several for a bond, but not always all of them. */
  readonly carriers: readonly number[]
  /** What the switch says of interfaces that it could not make. */
  readonly troubles: readonly string[]
}

/**
 * The bindings of a physical switch by logical switch, each in ascending order, and what is wrong with others. A
 * logical switch that a router joins with a bound one is here without a binding.
 */
export interface Bindings {
  readonly bindings: ReadonlyMap<Uuid, readonly Binding[]>
  /** The row that counts of those with a name, by that name. */
  readonly portRows: ReadonlyMap<string, Uuid>
  readonly problems: readonly Problem[]
}

/** `candidates`: the physical switch's ports, ascending. */
export function bindingsOf(
  candidates: readonly Uuid[],
  rows: Collection<PhysicalPortRow>,
  ports: ReadonlyMap<string, PhysicalPort>,
  routers: Routers,
): Bindings {
  const bindings = new Map<Uuid, Binding[]>()
  const problems: Problem[] = []
  const portRows = rowsByName(candidates, rows)
  for (const port of candidates) {
    const row = lookup(rows, port)
    if (row === undefined) continue
    const complain = (fault: Fault, reason: string) =>
      problems.push({ table: 'Physical_Port', uuid: port, fault, reason })
    if (portRows.get(row.name) === port) bindPort(port, row, ports.get(row.name), bindings, complain)
    else complain('unspecified_fault', `a second port named ${JSON.stringify(row.name)}`)
  }
  for (const group of bindings.values()) group.sort((a, b) => a.number - b.number)
  for (const uuid of [...joinedTo(routers, (one) => bindings.has(one))])
    if (!bindings.has(uuid)) bindings.set(uuid, [])
  withoutTwins(bindings, problems)
  return { bindings, portRows, problems }
}

/**
 * Of rows with one name the one that has vlan_stats counts, which we write to no other: so a row that comes later takes nothing
 * away, and after a restart without a journal neither. Else the first.
 */
function rowsByName(candidates: readonly Uuid[], rows: Collection<PhysicalPortRow>): Map<string, Uuid> {
  const found = new Map<string, Uuid>()
  const counted = new Set<string>()
  for (const port of candidates) {
    const row = lookup(rows, port)
    if (row === undefined || (found.has(row.name) && (row.vlan_stats.length === 0 || counted.has(row.name))))
      continue
    found.set(row.name, port)
    if (row.vlan_stats.length > 0) counted.add(row.name)
  }
  return found
}

function bindPort(
  port: Uuid,
  row: PhysicalPortRow,
  physical: PhysicalPort | undefined,
  bindings: Map<Uuid, Binding[]>,
  complain: (fault: Fault, reason: string) => void,
): void {
  const { ofport = null, carriers: ofports = [], troubles = [] } = physical ?? {}
  if (row.vlan_bindings.length > 0) for (const trouble of troubles) complain('unspecified_fault', trouble)
  for (const [vlan, logicalSwitch] of row.vlan_bindings) {
    if (!isVlan(vlan)) complain('invalid_vlan_map', `VLAN ${vlan} is not one of 0 to 4094`)
    else if (ofport !== null) {
      const group = bindings.get(logicalSwitch) ?? []
      group.push({ number: bindingOf(ofport, vlan), ofports, vlan, port, logicalSwitch })
      bindings.set(logicalSwitch, group)
    }
  }
}

/** Logical switches whose UUIDs begin alike would be one switch in the pipeline: all but the first go without. */
function withoutTwins(bindings: Map<Uuid, Binding[]>, problems: Problem[]): void {
  const first = new Map<string, Uuid>()
  const others: Uuid[] = []
  for (const uuid of bindings.keys()) {
    const twin = first.get(metadataOf(uuid)) ?? uuid
    first.set(metadataOf(uuid), twin < uuid ? twin : uuid)
    if (twin !== uuid) others.push(twin < uuid ? uuid : twin)
  }
  for (const uuid of others.sort()) {
    bindings.delete(uuid)
    const reason = `its UUID begins like that of ${String(first.get(metadataOf(uuid)))}`
    problems.push({ table: 'Logical_Switch', uuid, fault: 'unspecified_fault', reason })
  }
}

/** By the Physical_Port row that binds. */
export function bindingsByPort(bindings: Bindings['bindings']): ReadonlyMap<Uuid, readonly Binding[]> {
  const byPort = new Map<Uuid, Binding[]>()
  for (const group of bindings.values())
    for (const binding of group) byPort.set(binding.port, [...(byPort.get(binding.port) ?? []), binding])
  return byPort
}
