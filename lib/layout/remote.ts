import { type Address, isIpv6 } from '../model/address.js'
import { type Flow, flowKey } from '../model/flow.js'
import { cookieOf, isCookieOf, metadataOf, pipelineCookie } from '../model/identity.js'
import type { Mac } from '../model/mac.js'
import { Remembered } from '../model/remembered.js'
import type { Uuid } from '../model/uuid.js'
import { goto, hex, table, usual } from './tables.js'

/** A remote VTEP and the VNI that names a logical switch to it. */
export interface Target {
  readonly address: Address
  readonly vni: number
  /** The tunnel port to leave by; null: the first one. */
  readonly via: number | null
}

/** Frames from `address` are let in. */
export function peerFlow(address: Address): Flow {
  const field = isIpv6(address) ? 'tun_ipv6_src' : 'tun_src'
  return {
    key: flowKey(table.peer, usual, `${field}=${address}`),
    cookie: pipelineCookie,
    actions: goto(table.vni),
  }
}

/** Frames with `vni` belong to the logical switch. */
export function vniFlow(vni: number, logicalSwitch: Uuid): Flow {
  return {
    key: flowKey(table.vni, usual, `tun_id=${hex(vni)}`),
    cookie: cookieOf(logicalSwitch),
    actions: `set_field:${metadataOf(logicalSwitch)}->metadata,${goto(table.remote)}`,
  }
}

/** Frames with `vni` from that one VTEP belong to the logical switch, whatever others mean by the VNI. */
export function keyedVniFlow({ vni, address }: Target, logicalSwitch: Uuid): Flow {
  const { cookie, actions } = vniFlow(vni, logicalSwitch)
  const match = `tun_id=${hex(vni)},${isIpv6(address) ? 'tun_ipv6_src' : 'tun_src'}=${address}`
  return { key: flowKey(table.vni, 110, match), cookie, actions }
}

/** How the keys of all remote MACs of a logical switch begin. */
const macsOf = new Remembered((logicalSwitch: Uuid) =>
  flowKey(table.remote, usual, `metadata=${metadataOf(logicalSwitch)},dl_dst=`),
)

/**
 * Frames to `mac` go to `target`; `row` is the Ucast_Macs_Remote row that says so. `was`: where they went before; what stays of
 * its texts is kept but once.
 */
export function remoteMacFlow(logicalSwitch: Uuid, mac: Mac, target: Target, row: Uuid, was?: Flow): Flow {
  return {
    key: was?.key ?? [macsOf.of(logicalSwitch), mac].join(''),
    cookie: was !== undefined && isCookieOf(was.cookie, row) ? was.cookie : cookieOf(row),
    // one that moves seldom finds others that move alike, and is not worth remembering
    actions: target.via === null && was === undefined ? commonActionsTo(target) : actionsTo(target),
  }
}

function actionsTo(target: Target): string {
  const leave = target.via === null ? '' : `,set_field:${hex(target.via)}->reg4`
  return addressed(target, `${leave},${goto(table.tunnel)}`)
}

/** Those of all MACs of a logical switch at one VTEP, by address and VNI: the very same text for the same target. */
const actionsAt = new Map<Address, Map<number, string>>()
/** So many are remembered at most, of all VTEPs together; then it begins anew. */
const mostActions = 32_768
let remembered = 0

function commonActionsTo({ address, vni }: Target): string {
  const known = actionsAt.get(address)?.get(vni)
  if (known !== undefined) return known
  if (remembered++ === mostActions) {
    actionsAt.clear()
    remembered = 1
  }
  const made = actionsTo({ address, vni, via: null })
  const texts = actionsAt.get(address)
  if (texts === undefined) actionsAt.set(address, new Map([[vni, made]]))
  else texts.set(vni, made)
  return made
}

/** The actions that address a frame to a remote VTEP. */
export function tunnelTo(target: Target): string {
  return addressed(target, '')
}

function addressed({ address, vni }: Target, rest: string): string {
  const field = isIpv6(address) ? '->tun_ipv6_dst' : '->tun_dst'
  // joined, for there may be 100,000: what a template makes is kept as all its pieces until it is read
  return ['set_field:', hex(vni), '->tun_id,set_field:', address, field, rest].join('')
}
