import { type Address, parseAddress } from '../model/address.js'
import type { Uuid } from '../model/uuid.js'

interface Addressed {
  readonly logical_switch: Uuid
  readonly ipaddr: string | undefined
}

/** An IP address of a logical switch, however rows spell it; undefined: the row says none that is one. */
export function addressKeyOf({ logical_switch, ipaddr }: Addressed): string | undefined {
  const address = ipaddr === undefined || ipaddr === '' ? undefined : parseAddress(ipaddr)
  return address === undefined ? undefined : addressKey(logical_switch, address)
}

export function addressKey(logicalSwitch: Uuid, address: Address): string {
  return `${logicalSwitch}/${address}`
}

/** Of an `addressKey`. */
export function addressKeyParts(key: string): { readonly logicalSwitch: Uuid; readonly address: string } {
  const at = key.indexOf('/')
  return { logicalSwitch: key.slice(0, at), address: key.slice(at + 1) }
}

export function isSameAddress(before: Addressed, after: Addressed): boolean {
  return before.ipaddr === after.ipaddr && before.logical_switch === after.logical_switch
}
