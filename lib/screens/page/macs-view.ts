import { entriesOf, lookup, none } from '../../model/collection.js'
import { claimKeyParts } from '../../model/claim.js'
import { learnedKey, learnedKeyParts, metadataOf, ofportOf, vlanOf } from '../../model/identity.js'
import type { State } from '../../model/state.js'
import type { Uuid } from '../../model/uuid.js'
import { Names } from '../../words/names.js'
import { First } from './first.js'
import type { MacsView } from './api.js'

const mostMacs = 200
type MacView = MacsView['shown'][number]

/** The MACs of a logical switch, or of all, that have `find` in themselves or in where they are; by MAC. */
export function macsOf(state: State, of: string | null, find: string): MacsView {
  const wanted = find.trim().toLowerCase()
  const first = new First<MacView>(mostMacs, (a, b) => (a.mac < b.mac ? -1 : a.mac > b.mac ? 1 : 0))
  for (const mac of macsIn(state, of))
    if (wanted === '' || textOf(mac).toLowerCase().includes(wanted)) first.add(mac)
  return { total: first.total, shown: first.list() }
}

function textOf({ mac, addresses, name, port, at }: MacView): string {
  return [mac, ...addresses, name, port ?? '', ...at].join(' ')
}

function* macsIn(state: State, of: string | null): Generator<MacView> {
  const { vtep, learned } = state
  const names = new Names(state)
  const wanted = of === null ? null : metadataOf(of)
  const claimed = claimedIn(state)
  for (const [key, binding] of entriesOf(learned ?? none)) {
    const { metadata, mac } = learnedKeyParts(key)
    if (wanted !== null && metadata !== wanted) continue
    const uuid = names.logicalSwitchRow(metadata) ?? ''
    const port = names.port(ofportOf(binding))
    const addresses = claimed.get(key) ?? []
    const name = names.logicalSwitch(metadata)
    yield { mac, addresses, switch: uuid, name, port, vlan: vlanOf(binding), at: [] }
  }
  if (vtep === null) return
  const nameOf = remembered((uuid) => lookup(vtep.Logical_Switch, uuid)?.name ?? uuid.slice(0, 8))
  const address = remembered((uuid) => lookup(vtep.Physical_Locator, uuid)?.dst_ip ?? uuid.slice(0, 8))
  const remote = (mac: string, uuid: Uuid, at: readonly string[], ipaddr = ''): MacView => ({
    mac,
    addresses: ipaddr === '' ? [] : [ipaddr],
    switch: uuid,
    name: nameOf(uuid),
    port: null,
    vlan: null,
    at,
  })
  for (const [, { MAC, logical_switch, locator, ipaddr }] of entriesOf(vtep.Ucast_Macs_Remote))
    if (of === null || of === logical_switch) yield remote(MAC, logical_switch, [address(locator)], ipaddr)
  for (const [, { MAC, logical_switch, locator_set }] of entriesOf(vtep.Mcast_Macs_Remote)) {
    const at = (lookup(vtep.Physical_Locator_Set, locator_set)?.locators ?? []).map(address)
    if (of === null || of === logical_switch) yield remote(MAC, logical_switch, at)
  }
}

/** IP addresses by the `learnedKey` of who claims them. */
function claimedIn({ claims }: State): ReadonlyMap<string, readonly string[]> {
  const claimed = new Map<string, string[]>()
  for (const [key, { mac }] of entriesOf(claims ?? none)) {
    const { metadata, address } = claimKeyParts(key)
    const place = learnedKey(metadata, mac)
    const known = claimed.get(place)
    if (known === undefined) claimed.set(place, [address])
    else known.push(address)
  }
  return claimed
}

/** Many rows point at few. */
function remembered(make: (uuid: Uuid) => string): (uuid: Uuid) => string {
  const known = new Map<Uuid, string>()
  return (uuid) => {
    const text = known.get(uuid) ?? make(uuid)
    known.set(uuid, text)
    return text
  }
}
