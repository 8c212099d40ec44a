import { type Address, parseEndPoint } from '../model/address.js'
import type { Uuid } from '../model/uuid.js'
import type { Indexes } from './indexes.js'

/** A remote VTEP, by dst_ip or what that was parsed to, and a logical switch that has rows which name it. */
export function senderKey(address: string, logicalSwitch: Uuid): string {
  return [address, logicalSwitch].join(' ')
}

export function partsOfSender(key: string): {
  readonly address: Address | undefined
  readonly logicalSwitch: Uuid
} {
  const cut = key.lastIndexOf(' ')
  return { address: parseEndPoint(key.slice(0, cut)), logicalSwitch: key.slice(cut + 1) }
}

/** All of a VTEP. */
export function* sendersAt(address: string, indexes: Indexes): Generator<string> {
  for (const locator of indexes.locatorsAt.of(address))
    for (const uuid of indexes.switchesUsing(locator)) yield senderKey(address, uuid)
}

/** Whether a logical switch has rows that name the VTEP. */
export function isSender(address: string, logicalSwitch: Uuid, indexes: Indexes): boolean {
  for (const locator of indexes.locatorsAt.of(address))
    if (indexes.isUsing(logicalSwitch, locator)) return true
  return false
}
