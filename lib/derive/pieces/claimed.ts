import { type Address, isIpv6, parseAddress } from '../../model/address.js'
import { claimKeyParts } from '../../model/claim.js'
import { lookup } from '../../model/collection.js'
import { parseMac } from '../../model/mac.js'
import type { Uuid } from '../../model/uuid.js'
import { addressKey } from '../addresses.js'
import type { Sight } from './sight.js'

/**
 * The one IP address to report of a learned MAC, for the column holds one: of those that it claims where it was learned the lowest as
 * text, IPv4 before IPv6, and what holds beyond the link before what does not (RFC 4291, 2.5.6). What the controller gave
 * to another MAC it is not told. '': none.
 */
export function claimedAddress(learned: string, logicalSwitch: Uuid, sight: Sight): string {
  if (sight.settings.suppressesArp !== true) return ''
  const found: Address[] = []
  const number = lookup(sight.learned, learned)
  for (const key of sight.claimsOf.of(learned)) {
    const address = parseAddress(claimKeyParts(key).address)
    if (address === undefined || lookup(sight.claims, key)?.binding !== number) continue
    if (!isOthers(learned, addressKey(logicalSwitch, address), sight)) found.push(address)
  }
  return found.sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))[0] ?? ''
}

function rankOf(address: Address): number {
  if (!isIpv6(address)) return address.startsWith('169.254.') ? 1 : 0
  return /^fe[89ab]./.test(address) ? 3 : 2
}

function isOthers(learned: string, key: string, { indexes, tables }: Sight): boolean {
  const mac = learned.slice(learned.indexOf('/') + 1)
  for (const uuid of indexes.rowsOfAddress.of(key))
    if (parseMac(lookup(tables.Ucast_Macs_Remote, uuid)?.MAC ?? '') !== mac) return true
  return false
}
