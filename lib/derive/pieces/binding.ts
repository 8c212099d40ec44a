import { bindingFlows } from '../../layout/binding.js'
import type { Binding } from '../../model/binding.js'
import { lookup } from '../../model/buckets.js'
import { parseMac } from '../../model/mac.js'
import type { Uuid } from '../../model/uuid.js'
import { nothing, type Output, type Sight } from './sight.js'

export function deriveBinding(binding: Binding, { settings }: Sight): Output {
  return { ...nothing, flows: bindingFlows(binding, settings.macAgingSeconds) }
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
    ? { ...nothing, reports: [{ table: 'Ucast_Macs_Local', logicalSwitch, mac, value: own }] }
    : nothing
}
