import { lookup } from '../../model/collection.js'
import { pairFlow } from '../../pipeline/rules/sender.js'
import { keyAt } from '../indexes.js'
import { nothing } from '../output.js'
import { locatorsIn, locatorsOf, present } from '../rows-toward.js'
import { pieceKind, type Rows } from './kind.js'
import type { Sight } from './sight.js'
import { keyOwner, targetAt } from './target.js'

/** A VTEP with a key of its own, by `keyAt`: with this key it sends to the switch that uses it. */
export const keyPiece = pieceKind<string>({
  name: 'key',
  *all(sight) {
    for (const key of sight.indexes.locatorsKeyed.keys()) {
      noteOwner(key, sight)
      yield key
    }
  },
  rows: {
    Physical_Locator: (change, _, { stale }) => {
      for (const { dst_ip, tunnel_key } of present(change))
        if (tunnel_key !== null) stale.add(keyAt(dst_ip, tunnel_key))
    },
    Ucast_Macs_Remote: ({ before, after }, _, { locators }) => {
      if (before?.locator === after?.locator && before?.logical_switch === after?.logical_switch) return
      for (const row of [before, after]) if (row !== undefined) locators.add(row.locator)
    },
    Mcast_Macs_Remote: (change, rows, { locators }) => {
      for (const { locator_set } of present(change))
        for (const locator of locatorsIn(locator_set, rows)) locators.add(locator)
    },
    Physical_Locator_Set: ({ uuid }, rows, { locators }) => {
      for (const locator of locatorsIn(uuid, rows)) locators.add(locator)
    },
  },
  turn: ({ sight, bound, renumbered, admitted, keys, retargeted }, { stale, locators }) => {
    const { indexes, keyOwners } = sight
    if (bound.length > 0) for (const key of indexes.locatorsKeyed.keys()) stale.add(key)
    for (const uuid of renumbered) for (const locator of locatorsOf(uuid, sight)) locators.add(locator)
    for (const address of admitted)
      for (const locator of indexes.locatorsAt.of(address)) locators.add(locator)
    for (const locator of locators) for (const key of keysAt(locator, sight)) stale.add(key)
    for (const key of stale) {
      keys.add(key)
      const was = keyOwners.get(key)
      // then everything that is sent there changes
      if (noteOwner(key, sight) !== was)
        for (const locator of indexes.locatorsKeyed.of(key)) retargeted.add(locator)
    }
  },
  derive: (key, sight) => {
    const owner = sight.keyOwners.get(key)
    const [locator] = sight.indexes.locatorsKeyed.of(key)
    if (owner === undefined || locator === undefined) return nothing
    const target = targetAt(locator, owner, sight)
    return target === null || typeof target === 'string'
      ? nothing
      : pairFlow(target.address, target.vni, owner)
  },
})

function* keysAt(locator: string, { tables }: Pick<Rows, 'tables'>): Generator<string> {
  const row = lookup(tables.Physical_Locator, locator)
  if (row?.tunnel_key != null) yield keyAt(row.dst_ip, row.tunnel_key)
}

function noteOwner(key: string, sight: Sight): string | undefined {
  const owner = keyOwner(key, sight)
  if (owner === undefined) sight.keyOwners.delete(key)
  else sight.keyOwners.set(key, owner)
  return owner
}
