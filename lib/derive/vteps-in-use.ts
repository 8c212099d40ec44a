import { lookup } from '../model/collection.js'
import { follower } from './pieces/kind.js'
import { vtepAddressOf, locatorsIn, locatorsOf, present } from './rows-toward.js'

/** Remote VTEPs by dst_ip or what that was parsed to: which of them bound logical switches send to, and which a limit admits. */
export const vtepsInUse = follower<string>({
  *all({ indexes }) {
    yield* indexes.locatorsAt.keys()
  },
  rows: {
    Physical_Locator: (change, _, { stale }) => {
      for (const row of present(change)) stale.add(vtepAddressOf(row))
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
  turn: ({ sight, bound, renumbered, used, admitted, retargeted }, { stale, locators }) => {
    const { tables, indexes, uses, admission } = sight
    for (const uuid of [...bound, ...renumbered])
      for (const locator of locatorsOf(uuid, sight)) locators.add(locator)
    for (const locator of locators) {
      const row = lookup(tables.Physical_Locator, locator)
      if (row !== undefined) stale.add(vtepAddressOf(row))
    }
    for (const address of uses.changed(stale, sight)) used.add(address)
    for (const address of admission.changedVteps(stale, sight)) {
      admitted.add(address)
      for (const locator of indexes.locatorsAt.of(address)) retargeted.add(locator)
    }
  },
})
