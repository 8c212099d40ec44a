import type { AclEntryRow } from '../../schema/hardware-vtep.js'
import { quoted } from '../quoted.js'
import { InvalidEntry } from './fields.js'
import { fullMask, type Ip, masked, type MaskedIp, parseIp } from './ip.js'

export interface Addresses {
  /** Null: no address says it. */
  readonly family: Ip['family'] | null
  readonly source: MaskedIp | null
  readonly dest: MaskedIp | null
}

export function addressesIn(row: AclEntryRow): Addresses {
  const [source, dest] = [addressIn(row, 'source'), addressIn(row, 'dest')]
  if (source !== null && dest !== null && source.family !== dest.family)
    throw new InvalidEntry(`source_ip is of IPv${source.family}, dest_ip of IPv${dest.family}`)
  return {
    family: source?.family ?? dest?.family ?? null,
    source: source?.masked ?? null,
    dest: dest?.masked ?? null,
  }
}

interface Address {
  readonly family: Ip['family']
  /** Null: no bit counts. */
  readonly masked: MaskedIp | null
}

function addressIn(row: AclEntryRow, end: 'source' | 'dest'): Address | null {
  const [address, mask] = [`${end}_ip`, `${end}_mask`] as const
  const [text, maskText] = [row[address], row[mask]]
  if (text === null) {
    if (maskText !== null) throw new InvalidEntry(`${mask} without ${address}`)
    return null
  }
  const ip = ipIn(address, text)
  const bits = maskText === null ? fullMask(ip.family) : ipIn(mask, maskText)
  if (bits.family !== ip.family)
    throw new InvalidEntry(`${address} is of IPv${ip.family}, ${mask} of IPv${bits.family}`)
  return { family: ip.family, masked: bits.bits === 0n ? null : masked(ip, bits) }
}

function ipIn(column: string, text: string): Ip {
  const ip = parseIp(text)
  if (ip === undefined) throw new InvalidEntry(`${column} is not an IP address: ${quoted(text)}`)
  return ip
}
