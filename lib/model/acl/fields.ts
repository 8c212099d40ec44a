import { quoted } from '../quoted.js'
import type { AclEntryRow } from '../../schema/hardware-vtep.js'

/** The columns of an entry ask for what can't be matched; the message says which. */
export class InvalidEntry extends Error {
  override readonly name = 'InvalidEntry'
}

type NumberColumn = {
  [C in keyof AclEntryRow]: AclEntryRow[C] extends number | null ? C : never
}[keyof AclEntryRow]

export function number(row: AclEntryRow, column: NumberColumn, most: number): number | null {
  const value = row[column]
  if (value !== null && (value < 0 || value > most))
    throw new InvalidEntry(`${column} ${value} is not one of 0 to ${most}`)
  return value
}

/** Below it are lengths of frames (IEEE 802.3). */
const lowestType = 0x600
/** A tag stands before the type (IEEE 802.1Q, 802.1ad). */
const tagTypes: readonly number[] = [0x8100, 0x88a8]

export function ethertypeIn({ ethertype }: AclEntryRow): number | null {
  if (ethertype === null) return null
  if (!/^0x[0-9a-f]{1,4}$/i.test(ethertype))
    throw new InvalidEntry(`ethertype is not hexadecimal as 0x0800: ${quoted(ethertype)}`)
  const type = Number(ethertype)
  if (type < lowestType) throw new InvalidEntry(`ethertype ${ethertype} is a length: types begin at 0x0600`)
  if (tagTypes.includes(type))
    throw new InvalidEntry(`ethertype ${ethertype} is a tag: acl_bindings tell the VLANs that an ACL is for`)
  return type
}
