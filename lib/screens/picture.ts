import type { Core } from '../daemon/core.js'
import { rowsOf } from '../derive/view/vxlan-ports.js'
import { entriesOf, lookup, sizeOf, none } from '../model/collection.js'
import { learnedKeyParts, metadataOf, ofportOf, vlanOf } from '../model/identity.js'
import type { State } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'

/** The emulated switch as a person thinks of it; names as the controller wrote them. */
export interface Picture {
  readonly switch: string
  readonly phase: State['phase']
  readonly tunnelIps: readonly string[]
  readonly faults: readonly string[]
  readonly ports: readonly {
    readonly name: string
    readonly bindings: readonly {
      readonly vlan: number
      readonly logicalSwitch: string
      readonly uuid: Uuid
    }[]
    readonly faults: readonly string[]
  }[]
  readonly logicalSwitches: readonly {
    readonly name: string
    readonly uuid: Uuid
    readonly vni: number | null
    /** Learned here: MAC → port and VLAN. */
    readonly local: readonly { readonly mac: string; readonly port: string; readonly vlan: number }[]
    /** Told by the controller: MAC (or `unknown-dst`) → end points. */
    readonly remote: readonly { readonly mac: string; readonly at: readonly string[] }[]
  }[]
  readonly tunnels: readonly {
    readonly local: string
    readonly remote: string
    readonly bfd: Readonly<Record<string, string>>
  }[]
  readonly flows: { readonly installed: number; readonly desired: number; readonly foreign: number }
}

/** Sorted by name; rows of hardware_vtep that are not known yet are none. */
export function pictureOf(core: Core): Picture {
  const { state } = core
  return {
    ...rowsPictureOf(state),
    flows: {
      installed: sizeOf(state.flows ?? none),
      desired: sizeOf(core.derived()?.desired.flows ?? none),
      foreign: state.foreign.length,
    },
  }
}

/** As much of the picture as can be had without deriving. */
export function rowsPictureOf(state: State): Omit<Picture, 'flows'> {
  const { vtep, settings } = state
  const own = rows(vtep?.Physical_Switch).find(([, row]) => row.name === settings?.physicalSwitch)?.[1]
  const switchName = (uuid: Uuid): string =>
    (vtep && lookup(vtep.Logical_Switch, uuid)?.name) ?? `${uuid} (no row)`
  const address = (uuid: Uuid): string =>
    (vtep && lookup(vtep.Physical_Locator, uuid)?.dst_ip) ?? `${uuid} (no row)`
  const ports = (own?.ports ?? []).flatMap((uuid) => (vtep && lookup(vtep.Physical_Port, uuid)) ?? [])
  const tunnels = (own?.tunnels ?? []).flatMap((uuid) => (vtep && lookup(vtep.Tunnel, uuid)) ?? [])
  const learned = learnedBySwitch(state)
  const remote = remoteBySwitch(state, address)
  return {
    switch: settings?.physicalSwitch ?? '',
    phase: state.phase,
    tunnelIps: own?.tunnel_ips ?? [],
    faults: own?.switch_fault_status ?? [],
    ports: sorted(
      ports.map(({ name, vlan_bindings, port_fault_status }) => ({
        name,
        bindings: vlan_bindings.map(([vlan, uuid]) => ({ vlan, logicalSwitch: switchName(uuid), uuid })),
        faults: port_fault_status,
      })),
      ({ name }) => name,
    ),
    logicalSwitches: sorted(
      rows(vtep?.Logical_Switch).map(([uuid, row]) => ({
        name: row.name,
        uuid,
        vni: row.tunnel_key,
        local: sorted(learned.get(metadataOf(uuid)) ?? [], ({ mac }) => mac),
        remote: sorted(remote.get(uuid) ?? [], ({ mac }) => mac),
      })),
      ({ name }) => name,
    ),
    tunnels: sorted(
      tunnels.map((row) => ({
        local: address(row.local),
        remote: address(row.remote),
        bfd: Object.fromEntries(row.bfd_status),
      })),
      (tunnel) => tunnel.remote,
    ),
  }
}

type Local = Picture['logicalSwitches'][number]['local'][number]
type Remote = Picture['logicalSwitches'][number]['remote'][number]

function learnedBySwitch({ learned, ovs, settings }: State): ReadonlyMap<string, Local[]> {
  // other bridges have ports of the same numbers
  const bridge = rows(ovs?.Bridge).find(([, { name }]) => name === settings?.physicalSwitch)?.[1]
  const ports = ovs === null ? [] : rowsOf(ovs, 'Port', bridge?.ports ?? [])
  const interfaces = ovs === null ? [] : ports.flatMap((port) => rowsOf(ovs, 'Interface', port.interfaces))
  const names = new Map(interfaces.map(({ ofport, name }) => [ofport, name]))
  const macs = new Map<string, Local[]>()
  for (const [key, binding] of rows(learned)) {
    const { metadata, mac } = learnedKeyParts(key)
    const ofport = ofportOf(binding)
    const one = { mac, port: names.get(ofport) ?? `port ${ofport}`, vlan: vlanOf(binding) }
    listIn(macs, metadata).push(one)
  }
  return macs
}

function remoteBySwitch({ vtep }: State, address: (uuid: Uuid) => string): ReadonlyMap<Uuid, Remote[]> {
  const macs = new Map<Uuid, Remote[]>()
  for (const [, { MAC, logical_switch, locator }] of rows(vtep?.Ucast_Macs_Remote))
    listIn(macs, logical_switch).push({ mac: MAC, at: [address(locator)] })
  for (const [, { MAC, logical_switch, locator_set }] of rows(vtep?.Mcast_Macs_Remote)) {
    const locators = (vtep && lookup(vtep.Physical_Locator_Set, locator_set)?.locators) ?? []
    listIn(macs, logical_switch).push({ mac: MAC, at: locators.map(address) })
  }
  return macs
}

function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

function rows<T>(table: Parameters<typeof entriesOf<T>>[0] | null | undefined): (readonly [string, T])[] {
  return table === null || table === undefined ? [] : [...entriesOf(table)]
}

function sorted<T>(list: readonly T[], by: (one: T) => string): readonly T[] {
  return list.toSorted((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0))
}

/** A line for each thing, what belongs to it below it. */
export function* pictureText(picture: Picture): Generator<string> {
  const { flows } = picture
  yield `switch ${picture.switch} (${picture.phase}), tunnel IPs ${picture.tunnelIps.join(', ') || 'none'}`
  if (picture.faults.length > 0) yield `faults: ${picture.faults.join(' ')}`
  yield `flows: ${flows.installed} installed, ${flows.desired} desired, ${flows.foreign} of others`
  for (const { name, bindings, faults } of picture.ports) {
    yield `port ${name}${faults.length === 0 ? '' : `, faults: ${faults.join(' ')}`}`
    for (const { vlan, logicalSwitch } of bindings) yield `  ${vlanText(vlan)} in ${logicalSwitch}`
  }
  for (const { name, vni, local, remote } of picture.logicalSwitches) {
    yield `logical switch ${name}, VNI ${vni ?? 'none'}`
    for (const { mac, port, vlan } of local) yield `  ${mac} here at ${port}, ${vlanText(vlan)}`
    for (const { mac, at } of remote) yield `  ${mac} at ${at.join(', ') || 'nowhere'}`
  }
  for (const { local, remote, bfd } of picture.tunnels)
    yield `tunnel ${local} to ${remote}${bfd['state'] === undefined ? '' : `, BFD ${bfd['state']}`}`
}

function vlanText(vlan: number): string {
  return vlan === 0 ? 'untagged' : `VLAN ${vlan}`
}
