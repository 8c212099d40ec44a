import { pipelineFlows } from '../../pipeline/always.js'
import { isVlan } from '../../model/binding.js'
import { lookup } from '../../model/collection.js'
import type { Report } from '../../model/report.js'
import { arpSourceMac } from '../../model/routing/virtual-mac.js'
import type { Uuid } from '../../model/uuid.js'
import type { PhysicalPortRow } from '../../schema/hardware-vtep.js'
import { nothing, type Output } from '../output.js'
import { pieceKind } from './kind.js'
import type { Sight } from './sight.js'

/** The predecessor's word for itself, for switches that nobody described. */
export const ownDescription = 'OVS VTEP Emulator'

/** The flows that hold whatever is configured, the list of ports, and what does not fit anywhere. */
export const pipelinePiece = pieceKind<''>({
  name: 'pipeline',
  all: () => [''],
  turn: ({ isViewStale, areVnisStale }, { stale }) => {
    if (isViewStale || areVnisStale) stale.add('')
  },
  derive: (_, sight) => derivePipeline(sight),
})

function derivePipeline(sight: Sight): Output {
  const { view, vnis } = sight
  if (view.bridge === null) return nothing
  return {
    ...nothing,
    flows: pipelineFlows(
      view.exits.map(({ ofport }) => ofport),
      view.vlanLimit !== 1,
      sight.settings.suppressesArp === true,
      isRouting(sight),
    ),
    reports: [...switchReports(sight), ...sourceReports(sight)],
    problems: [...view.problems, ...vnis.problems],
  }
}

function switchReports({ view, tables }: Sight): Report[] {
  if (view.physicalSwitch === null) return []
  const { description } = view.physicalSwitch.row
  return [
    { table: 'Physical_Switch', value: description === '' ? ownDescription : description },
    ...[...view.ports.keys()].map((name): Report => ({ table: 'Physical_Port', name, value: '' })),
    ...[...view.portRows.values()].flatMap((port) =>
      statisticsOf(port, lookup(tables.Physical_Port, port)?.vlan_bindings ?? []),
    ),
  ]
}

/** A row of counters for every VLAN that is bound. */
function statisticsOf(uuid: Uuid, bindings: PhysicalPortRow['vlan_bindings']): Report[] {
  const vlans = bindings.map(([vlan]) => vlan).filter(isVlan)
  return vlans.length === 0 ? [] : [{ table: 'vlan_stats', uuid, vlans, value: vlans.join(' ') }]
}

/** Whether a router works here. */
function isRouting({ view }: Pick<Sight, 'view'>): boolean {
  for (const logicalSwitch of view.routers.bySwitch.keys()) if (view.bindings.has(logicalSwitch)) return true
  return false
}

/** By which MAC routers here ask for their neighbours. */
function sourceReports({ view }: Sight): Report[] {
  const [own] = view.ownAddresses
  if (own === undefined || !isRouting({ view })) return []
  return [{ table: 'Arp_Sources_Local', mac: arpSourceMac(own), value: own }]
}
