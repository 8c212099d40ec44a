import { addressMark, bfdMark, ownerMark } from '../../derive/view/marks.js'
import { valueOf } from '../../derive/pairs.js'
import { rowsOf } from '../../derive/view/vxlan-ports.js'
import type { Intake } from '../../ingest/intake.js'
import { parseAddress } from '../../model/address.js'
import { entriesOf, lookup } from '../../model/collection.js'
import type { OvsRowUpdate } from '../../model/event.js'
import type { BridgeRow, InterfaceRow } from '../../schema/open-vswitch.js'
import { type State, emptyVtepTables } from '../../model/state.js'
import { sessionName, tunnelName } from '../../derive/view/port-names.js'

/**
 * Marks our ports where a text of Open_vSwitch does not say external_ids: they are told by their names, which are functions
 * of the bridge and of the remote end point. One that is tied to no end point stands for the first of its switch, as it must.
 */
export const marksByName: Intake = (state) => {
  const { ovs } = state
  if (ovs === null) return []
  const updates = [...entriesOf(ovs.Bridge)].flatMap(([, bridge]) =>
    bridge.ports.flatMap((uuid): OvsRowUpdate[] => {
      const row = lookup(ovs.Port, uuid)
      const [own] = rowsOf(ovs, 'Interface', row?.interfaces ?? [])
      const mark = row && own && markOf(bridge, row.name, own, state)
      if (row === undefined || mark === undefined) return []
      return [{ table: 'Port', uuid, row: { ...row, external_ids: [mark, [ownerMark, bridge.name]] } }]
    }),
  )
  return [{ type: 'OvsUpdated', isCatchUp: true, updates }]
}

/** What it says besides whose it is; undefined: it is not ours. */
function markOf(
  bridge: BridgeRow,
  port: string,
  { type, options }: InterfaceRow,
  { vtep }: State,
): readonly [key: string, value: string] | undefined {
  if (type !== 'vxlan') return undefined
  const remote = valueOf(options, 'remote_ip') ?? ''
  if (port === sessionName(bridge.name, remote)) return [bfdMark, remote]
  if (!bridge.ports.some((_, i) => port === tunnelName(bridge.name, i))) return undefined
  const switches = entriesOf((vtep ?? emptyVtepTables()).Physical_Switch)
  const addresses = [...switches].flatMap(([, row]) => (row.name === bridge.name ? row.tunnel_ips : []))
  const [first = ''] = addresses.flatMap((text) => parseAddress(text) ?? []).sort()
  return [addressMark, parseAddress(valueOf(options, 'local_ip') ?? '') ?? first]
}
