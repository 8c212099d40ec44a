import { isSameFlow } from '../../model/flow.js'
import type { Uuid } from '../../model/uuid.js'
import { anySenderFlow, pairFlow } from '../../pipeline/rules/sender.js'
import { keyAt } from '../indexes.js'
import { isFlow, nothing, type Output } from '../output.js'
import { isSender, partsOfSender } from '../senders.js'
import type { Sight } from './sight.js'
import { targetAt } from './target.js'

/**
 * A VTEP and a logical switch, by `senderKey`: it may send there with the switch's own key while rows of the switch name it. What a
 * VTEP means by a key of its own goes before. `was`: what the piece asked for until now.
 */
export function deriveSender(key: string, sight: Sight, was: Output): Output {
  const { settings, view, vnis, indexes, keyOwners, admission } = sight
  const { address, logicalSwitch } = partsOfSender(key)
  const vni = vnis.bySwitch.get(logicalSwitch)
  if (settings.acceptsAnyPeer === true || vni === undefined || view.exits.length === 0) return nothing
  if (address === undefined || view.ownAddresses.includes(address)) return nothing
  if (!admission.isVtepAdmitted(address) || keyOwners.has(keyAt(address, vni))) return nothing
  if (!isSender(address, logicalSwitch, indexes)) return nothing
  const flow = pairFlow(address, vni, logicalSwitch)
  return isFlow(was) && was.key === flow.key && isSameFlow(was, flow) ? was : flow
}

/** A VTEP with a key of its own, by `keyAt`: with this key it sends to the switch that uses it. */
export function deriveKey(key: string, owner: Uuid | undefined, sight: Sight): Output {
  const [locator] = sight.indexes.locatorsKeyed.of(key)
  if (owner === undefined || locator === undefined) return nothing
  const target = targetAt(locator, owner, sight)
  return target === null || typeof target === 'string' ? nothing : pairFlow(target.address, target.vni, owner)
}

/** With `--accept-any-peer`: all VTEPs may send to the switch that has the VNI. */
export function deriveVni(vni: number, { settings, vnis, view }: Sight): Output {
  const owner = vnis.byVni.get(vni)
  const isNone = settings.acceptsAnyPeer !== true || owner === undefined || view.exits.length === 0
  return isNone ? nothing : anySenderFlow(vni, owner)
}
