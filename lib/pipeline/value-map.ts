import type { Address } from '../model/address.js'
import type { MaskedIp } from '../model/acl/ip.js'
import type { Mac } from '../model/mac.js'

/**
 * The kinds of values in our flows, and what becomes of each where a flow is changed (redacted, say) or looked through. A new
 * kind has to say here what becomes of it.
 */
export interface Values {
  /** A logical switch, see `metadataOf`. */
  metadata(text: string): string
  cookie(text: string): string
  mac(mac: Mac): Mac
  /** A remote VTEP. */
  address(address: Address): Address
  /** The IP address of a station. */
  station(address: Address): Address
  vni(vni: number): number
  /** An OpenFlow port. */
  port(ofport: number): number
  vlan(vlan: number): number
  /** See `bindingOf`. */
  binding(number: number): number
  /** An ACL, see `aclDigits`. */
  acl(digits: string): string
  /** In packets. */
  ip(address: MaskedIp): MaskedIp
  /** Of a router: an address of it, a subnet or a next hop. */
  routed(address: MaskedIp): MaskedIp
}
