import { bindingFlows } from '../layout/binding.js'
import { floodFlows } from '../layout/flood.js'
import { pipelineFlows } from '../layout/pipeline.js'
import { peerFlow, remoteMacFlow, type Target, vniFlow } from '../layout/remote.js'
import { parseAddress } from '../model/address.js'
import type { Binding } from '../model/binding.js'
import { type Buckets, lookup } from '../model/buckets.js'
import type { Settings } from '../model/event.js'
import type { Flow } from '../model/flow.js'
import { parseMac, unknownDestination } from '../model/mac.js'
import type { Problem } from '../model/problem.js'
import type { Report } from '../model/report.js'
import type { VtepTables } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import type { Indexes } from './indexes.js'
import type { View } from './view.js'
import type { Vnis } from './vnis.js'

/** Everything a piece may look at. */
export interface Sight {
  readonly settings: Settings
  readonly tables: VtepTables
  /** State.seen. */
  readonly seen: Buckets<number>
  readonly learned: Buckets<number>
  readonly view: View
  readonly vnis: Vnis
  readonly indexes: Indexes
}

/** What one piece of the derivation asks for. */
export interface Output {
  readonly flows: readonly Flow[]
  readonly reports: readonly Report[]
  readonly problems: readonly Problem[]
}

export const nothing: Output = { flows: [], reports: [], problems: [] }

/** The flows that hold whatever is configured, the list of ports, and what does not fit anywhere. */
export function derivePipeline({ view, vnis }: Sight): Output {
  if (view.bridge === null) return nothing
  return {
    flows: pipelineFlows(view.tunnel?.ofport ?? null),
    reports: view.physicalSwitch === null ? [] : switchReports(view, view.physicalSwitch.row.description),
    problems: [...view.problems, ...vnis.problems],
  }
}

/** The predecessor's word for itself, for switches that nobody described. */
export const ownDescription = 'OVS VTEP Emulator'

function switchReports(view: View, description: string): Report[] {
  return [
    { table: 'Physical_Switch', value: description === '' ? ownDescription : description },
    ...[...view.ports.keys()].map((name): Report => ({ table: 'Physical_Port', name, value: '' })),
  ]
}

export function deriveBinding(binding: Binding, { settings }: Sight): Output {
  return { ...nothing, flows: bindingFlows(binding, settings.macAgingSeconds) }
}

export function deriveVni(vni: number, { vnis, view }: Sight): Output {
  const owner = vnis.byVni.get(vni)
  return owner === undefined || view.tunnel === null ? nothing : { ...nothing, flows: [vniFlow(vni, owner)] }
}

/** `text` is a dst_ip, or what it was parsed to. */
export function derivePeer(text: string, { indexes, view }: Sight): Output {
  const address = parseAddress(text)
  if (address === undefined || view.bridge === null || view.ownAddresses.includes(address)) return nothing
  return indexes.isInUse(address) ? { ...nothing, flows: [peerFlow(address)] } : nothing
}

/** A bound logical switch's flooding, and the announcement that we take its unknown frames. */
export function deriveSwitch(logicalSwitch: Uuid, sight: Sight): Output {
  const bindings = sight.view.bindings.get(logicalSwitch)
  if (bindings === undefined) return nothing
  const { targets, problems } = unknownTargets(logicalSwitch, sight)
  const [own] = sight.view.ownAddresses
  const chosen = isReplicatedAtSource(logicalSwitch, sight) ? targets : targets.slice(0, 1)
  return {
    flows: floodFlows(logicalSwitch, bindings, chosen, sight.view.tunnel?.ofport ?? null),
    reports: own === undefined ? [] : [{ table: 'Mcast_Macs_Local', logicalSwitch, value: own }],
    problems,
  }
}

function isReplicatedAtSource(logicalSwitch: Uuid, { tables }: Sight): boolean {
  return lookup(tables.Logical_Switch, logicalSwitch)?.replication_mode === 'source_node'
}

/** The end points of all unknown-dst rows of a switch, each once, ascending, our own left out. */
function unknownTargets(logicalSwitch: Uuid, sight: Sight): { targets: Target[]; problems: Problem[] } {
  const targets = new Map<string, Target>()
  const problems: Problem[] = []
  for (const uuid of [...sight.indexes.groupRows.of(logicalSwitch)].sort()) {
    const row = lookup(sight.tables.Mcast_Macs_Remote, uuid)
    if (row?.MAC !== unknownDestination) continue
    for (const locator of lookup(sight.tables.Physical_Locator_Set, row.locator_set)?.locators ?? []) {
      const target = targetOf(locator, logicalSwitch, sight)
      if (typeof target === 'string') problems.push({ table: 'Mcast_Macs_Remote', uuid, reason: target })
      else if (target !== null) targets.set(`${target.address} ${target.vni}`, target)
    }
  }
  const ascending = [...targets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, target]) => target)
  return { targets: ascending, problems }
}

/**
 * A remote MAC's flow. Where several rows name one MAC, as while a controller moves it, the row that
 * was seen last decides, among rows seen together the one with the lowest UUID.
 */
export function deriveMac(key: string, sight: Sight): Output {
  const rows = [...sight.indexes.rowsOfMac.of(key)].sort(
    (a, b) => seenAt(b, sight) - seenAt(a, sight) || (a < b ? -1 : 1),
  )
  const problems: Problem[] = []
  for (const uuid of rows) {
    const row = lookup(sight.tables.Ucast_Macs_Remote, uuid)
    if (row === undefined || !sight.view.bindings.has(row.logical_switch)) continue
    const mac = parseMac(row.MAC)
    const target =
      mac === undefined
        ? `MAC is not an Ethernet address: ${JSON.stringify(row.MAC.slice(0, 80))}`
        : targetOf(row.locator, row.logical_switch, sight)
    if (typeof target === 'string') problems.push({ table: 'Ucast_Macs_Remote', uuid, reason: target })
    else if (target !== null && mac !== undefined)
      return { ...nothing, flows: [remoteMacFlow(row.logical_switch, mac, target, uuid)], problems }
  }
  return { ...nothing, problems }
}

function seenAt(uuid: Uuid, { seen }: Sight): number {
  return lookup(seen, uuid) ?? 0
}

/** Null: nothing to send there (our own end point, or no VNI yet); a text: why it can't be used. */
function targetOf(locator: Uuid, logicalSwitch: Uuid, { tables, view, vnis }: Sight): Target | null | string {
  const row = lookup(tables.Physical_Locator, locator)
  if (row === undefined) return `locator ${locator} is not there`
  const address = parseAddress(row.dst_ip)
  if (address === undefined)
    return `dst_ip is not a unicast IP address: ${JSON.stringify(row.dst_ip.slice(0, 80))}`
  const vni = vnis.bySwitch.get(logicalSwitch)
  return vni === undefined || view.ownAddresses.includes(address) ? null : { address, vni }
}

/** A learned MAC is reported while the binding it was learned at is still part of that switch. */
export function deriveLearned(key: string, sight: Sight, switchOf: ReadonlyMap<string, Uuid>): Output {
  const [metadata = '', text = ''] = key.split('/')
  const logicalSwitch = switchOf.get(metadata)
  const number = lookup(sight.learned, key)
  const mac = parseMac(text)
  const [own] = sight.view.ownAddresses
  if (logicalSwitch === undefined || mac === undefined || own === undefined) return nothing
  const isBound =
    sight.view.bindings.get(logicalSwitch)?.some((binding) => binding.number === number) === true
  return isBound
    ? { ...nothing, reports: [{ table: 'Ucast_Macs_Local', logicalSwitch, mac, value: own }] }
    : nothing
}
