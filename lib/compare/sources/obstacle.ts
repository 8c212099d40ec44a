import { isLegacyBridge } from '../../derive/view/legacy.js'
import { bfdMark } from '../../derive/view/marks.js'
import { valueOf } from '../../derive/pairs.js'
import { rowsOf } from '../../derive/view/vxlan-ports.js'
import { entriesOf } from '../../model/collection.js'
import type { InterfaceRow, PortRow } from '../../schema/open-vswitch.js'
import type { OvsTables } from '../../model/state.js'

/** A column that is lacking, and what hangs on it. */
type Obstacle = readonly [column: string, what: string]

/** What nobody can say of `bridge` without the columns that a text of Open_vSwitch lacks; null: nothing hangs on them. */
export function obstacle(ovs: OvsTables, bridge: string, lacks: readonly string[]): string | null {
  const missing = [...obstacles(ovs, bridge)].find(([column]) => lacks.includes(column))
  return missing === undefined ? null : `it does not say ${missing[0]}, which tells ${missing[1]}`
}

function* obstacles(ovs: OvsTables, name: string): Generator<Obstacle> {
  for (const [, bridge] of entriesOf(ovs.Bridge)) {
    // the predecessor marks its bridges, and others may have such names
    if (isLegacyBridge(bridge.name, name))
      yield ['Bridge:external_ids', `whether ${bridge.name} is a bridge of the Python ovs-vtep`]
    if (bridge.name !== name) continue
    for (const port of rowsOf(ovs, 'Port', bridge.ports).toSorted((a, b) => (a.name < b.name ? -1 : 1)))
      if (port.name !== name) yield* ofPort(port, rowsOf(ovs, 'Interface', port.interfaces))
  }
}

function* ofPort(port: PortRow, interfaces: readonly InterfaceRow[]): Generator<Obstacle> {
  // where the switch says why, there is none
  const unnumbered = interfaces.find(({ ofport, error }) => ofport === null && error === null)
  if (unnumbered !== undefined)
    yield ['Interface:ofport', `the number of ${unnumbered.name}; "ovs-ofctl show" does, too`]
  if (interfaces.length > 1) {
    yield ['Port:lacp', `the members of the bond ${port.name}`]
    if (port.lacp !== 'active' && port.lacp !== 'passive')
      yield ['Interface:mac_in_use', `the active member of the bond ${port.name}`]
  }
  const session = interfaces.find(
    ({ bfd }) => valueOf(bfd, 'enable') === 'true' || valueOf(port.external_ids, bfdMark) !== undefined,
  )
  if (session !== undefined) yield ['Interface:bfd_status', `whether the tunnel of ${session.name} is up`]
}
