import type { Address } from '../../model/address.js'
import { claimKey } from '../../model/claim.js'
import { entriesOf, lookup } from '../../model/collection.js'
import { learnedKey, learnedKeyParts, metadataOf } from '../../model/identity.js'
import { localMac } from '../../model/report.js'
import { addressKeyParts } from '../addresses.js'
import { nothing } from '../output.js'
import { claimedAddress } from './claimed.js'
import { pieceKind } from './kind.js'

/** A learned MAC, by its `learnedKey`, is reported while the binding it was learned at is still part of that switch. */
export const learnedPiece = pieceKind<string>({
  name: 'learned',
  *all({ learned }) {
    for (const [key] of entriesOf(learned)) yield key
  },
  turn: ({ sight, learned, rebound, addresses }, { stale }) => {
    for (const key of learned) stale.add(key)
    for (const { logicalSwitch } of rebound)
      for (const key of sight.learnedOf.of(metadataOf(logicalSwitch))) stale.add(key)
    // what is reported of a claim hangs on what the controller says of the address
    for (const key of addresses) {
      const { logicalSwitch, address } = addressKeyParts(key)
      const metadata = metadataOf(logicalSwitch)
      const claim = lookup(sight.claims, claimKey(metadata, address as Address))
      if (claim !== undefined) stale.add(learnedKey(metadata, claim.mac))
    }
  },
  derive: (key, sight) => {
    const { metadata, mac } = learnedKeyParts(key)
    const logicalSwitch = sight.boundAs.of(metadata)
    const [own] = sight.view.ownAddresses
    if (logicalSwitch === undefined || own === undefined) return nothing
    const number = lookup(sight.learned, key)
    const bindings = sight.view.bindings.get(logicalSwitch) ?? []
    if (!bindings.some((binding) => binding.number === number)) return nothing
    const address = claimedAddress(key, logicalSwitch, sight)
    return { ...nothing, reports: [localMac(logicalSwitch, mac, own, address)] }
  },
})
