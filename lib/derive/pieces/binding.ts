import { bindingFlows } from '../../pipeline/binding.js'
import type { Binding } from '../../model/binding.js'
import { lookup } from '../../model/collection.js'
import { metadataOf } from '../../model/identity.js'
import { localMac } from '../../model/report.js'
import { parseMac } from '../../model/mac.js'
import type { Uuid } from '../../model/uuid.js'
import { claimedAddress } from './claimed.js'
import { nothing, type Output } from '../output.js'
import type { Sight } from './sight.js'

export function deriveBinding(binding: Binding, { settings, shareOf }: Sight): Output {
  return { ...nothing, flows: bindingFlows(binding, settings.macAgingSeconds, shareOf(binding)) }
}

/**
 * Says that a binding has learned about as many MACs as it may; from there on others are flooded. No fault: the controller
 * asked for none of them. Not at the very limit, or it would come and go with each that is forgotten.
 */
export function deriveCrowd(binding: Binding, { shareOf, crowds }: Sight): Output {
  const share = shareOf(binding)
  const count = crowds.sizeAt(metadataOf(binding.logicalSwitch), binding.number)
  if (share === null || count < share - Math.floor(share / 8)) return nothing
  const reason = `VLAN ${binding.vlan}: about as many MACs are learned as may be, ${share}`
  return { ...nothing, problems: [{ table: 'Physical_Port', uuid: binding.port, fault: null, reason }] }
}

/**
 * A learned MAC, by its `learnedKey`, is reported while the binding it was learned at is still part of
 * that switch. `switchOf`: bound logical switches by metadata.
 */
export function deriveLearned(key: string, sight: Sight, switchOf: ReadonlyMap<string, Uuid>): Output {
  const [metadata = '', text = ''] = key.split('/')
  const logicalSwitch = switchOf.get(metadata)
  const mac = parseMac(text)
  const [own] = sight.view.ownAddresses
  if (logicalSwitch === undefined || mac === undefined || own === undefined) return nothing
  const number = lookup(sight.learned, key)
  const bindings = sight.view.bindings.get(logicalSwitch) ?? []
  return bindings.some((binding) => binding.number === number)
    ? { ...nothing, reports: [localMac(logicalSwitch, mac, own, claimedAddress(key, logicalSwitch, sight))] }
    : nothing
}
