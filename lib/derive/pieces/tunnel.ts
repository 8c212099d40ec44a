import { keyedVniFlow, peerFlow, vniFlow } from '../../layout/remote.js'
import { parseAddress } from '../../model/address.js'
import type { Uuid } from '../../model/uuid.js'
import { nothing, type Output, type Sight } from './sight.js'
import { targetAt } from './target.js'

export function deriveVni(vni: number, { vnis, view }: Sight): Output {
  const owner = vnis.byVni.get(vni)
  return owner === undefined || view.tunnel === null ? nothing : { ...nothing, flows: [vniFlow(vni, owner)] }
}

/** `text` is a dst_ip, or what it was parsed to. */
export function derivePeer(text: string, { indexes, view }: Sight): Output {
  const address = parseAddress(text)
  if (address === undefined || view.bridge === null || view.ownAddresses.includes(address)) return nothing
  return indexes.isInUse(address) ? { ...nothing, flows: [peerFlow(address)] } : nothing
}

/** A VTEP with a key of its own, by `keyAt`: with this key it sends to the switch that uses it. */
export function deriveKey(key: string, owner: Uuid | undefined, sight: Sight): Output {
  const [locator] = sight.indexes.locatorsKeyed.of(key)
  if (owner === undefined || locator === undefined) return nothing
  const target = targetAt(locator, owner, sight)
  return target === null || typeof target === 'string'
    ? nothing
    : { ...nothing, flows: [keyedVniFlow(target, owner)] }
}
