import type { Entry } from '../../model/event.js'
import { sizeOf } from '../../model/collection.js'
import type { State } from '../../model/state.js'
import { type Picture, rowsPictureOf } from '../picture.js'
import type { MacsView, SceneView } from './api.js'
import { litBy } from './lit.js'
import { rowsView } from './rows-view.js'

const mostRows = 100
const mostMacs = 200

/** The switch after `entry`, and what of it the entry changed; MACs are only counted. */
export function sceneOf(entry: Entry, before: State, after: State): SceneView {
  const picture = rowsPictureOf(after)
  const known = new Set(picture.logicalSwitches.map(({ uuid }) => uuid))
  const macsAt = new Map<string, number>()
  const switches = picture.logicalSwitches.map(({ uuid, name, vni, local, remote }) => {
    const at = new Map<string, number>()
    for (const mac of remote) for (const ip of mac.at) at.set(ip, (at.get(ip) ?? 0) + 1)
    for (const [ip, macs] of at) macsAt.set(ip, (macsAt.get(ip) ?? 0) + macs)
    const ends = [...at].map(([ip, macs]) => ({ ip, macs }))
    return { uuid, name, vni, local: local.length, remote: remote.length, at: ends }
  })
  const tunnels = new Map(picture.tunnels.map((tunnel) => [tunnel.remote, tunnel]))
  const remotes = [...new Set([...tunnels.keys(), ...macsAt.keys()])].sort(byNumber).map((ip) => ({
    ip,
    local: tunnels.get(ip)?.local ?? null,
    bfd: tunnels.get(ip)?.bfd ?? {},
    macs: macsAt.get(ip) ?? 0,
  }))
  const ports = picture.ports.map(({ name, faults, bindings }) => ({
    name,
    faults,
    bindings: bindings.map(({ vlan, logicalSwitch, uuid }) => ({
      vlan,
      to: known.has(uuid) ? uuid : null,
      name: logicalSwitch,
    })),
  }))
  const rows = rowsView(entry, before, mostRows)
  const { event } = entry
  const changed = event.type === 'VtepUpdated' || event.type === 'OvsUpdated' ? event.updates.length : 0
  return {
    seq: entry.seq,
    switch: picture.switch,
    phase: picture.phase,
    tunnelIps: picture.tunnelIps,
    faults: picture.faults,
    flows: after.flows && sizeOf(after.flows),
    ports,
    switches,
    remotes,
    lit: litBy(entry, before, after, { ports, switches, remotes }),
    rows,
    rowsLeftOut: changed - rows.length,
  }
}

/** The MACs of a logical switch, or of all, that have `find` in themselves or in where they are. */
export function macsOf(state: State, of: string | null, find: string): MacsView {
  const wanted = find.trim().toLowerCase()
  const switches = rowsPictureOf(state).logicalSwitches.filter(({ uuid }) => of === null || uuid === of)
  const all = switches.flatMap((one) => macsIn(one))
  const found = all.filter(
    (mac) =>
      wanted === '' || `${mac.mac} ${mac.port ?? ''} ${mac.at.join(' ')}`.toLowerCase().includes(wanted),
  )
  return { total: found.length, shown: found.slice(0, mostMacs) }
}

type LogicalSwitch = Picture['logicalSwitches'][number]

function macsIn({ uuid, name, local, remote }: LogicalSwitch): readonly MacsView['shown'][number][] {
  return [
    ...local.map(({ mac, port, vlan }) => ({ mac, switch: uuid, name, port, vlan, at: [] })),
    ...remote.map(({ mac, at }) => ({ mac, switch: uuid, name, port: null, vlan: null, at })),
  ]
}

/** Addresses as people sort them. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
