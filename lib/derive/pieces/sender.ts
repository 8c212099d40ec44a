import { lookup } from '../../model/collection.js'
import { isSameFlow } from '../../model/flow.js'
import type { Uuid } from '../../model/uuid.js'
import { pairFlow } from '../../pipeline/rules/sender.js'
import { keyAt } from '../indexes.js'
import { isFlow, nothing } from '../output.js'
import { vtepAddressOf, locatorsIn, locatorsOf, present } from '../rows-toward.js'
import { isSender, partsOfSender, senderKey, sendersAt } from '../senders.js'
import { type Marked, pieceKind, type Rows } from './kind.js'
import type { Sight } from './sight.js'

/**
 * A VTEP and a logical switch, by `senderKey`: it may send there with the switch's own key while rows of the switch name it. What a
 * VTEP means by a key of its own goes before.
 */
export const senderPiece = pieceKind<string>({
  name: 'sender',
  all: everyone,
  rows: {
    Ucast_Macs_Remote: ({ before, after }, rows, marked) => {
      if (before?.locator === after?.locator && before?.logical_switch === after?.logical_switch) return
      for (const row of [before, after])
        if (row !== undefined) markAt(row.locator, row.logical_switch, rows, marked)
    },
    Mcast_Macs_Remote: (change, rows, marked) => {
      for (const { locator_set, logical_switch } of present(change))
        for (const locator of locatorsIn(locator_set, rows)) markAt(locator, logical_switch, rows, marked)
    },
    Physical_Locator_Set: ({ uuid }, rows, marked) => {
      for (const logicalSwitch of rows.indexes.groupRowsAt.secondsOf(uuid))
        for (const locator of locatorsIn(uuid, rows)) markAt(locator, logicalSwitch, rows, marked)
    },
    Physical_Locator: (change, { indexes }, { stale }) => {
      for (const row of present(change))
        for (const logicalSwitch of indexes.switchesUsing(change.uuid))
          stale.add(senderKey(vtepAddressOf(row), logicalSwitch))
    },
  },
  turn: ({ sight, bound, renumbered, admitted, keys, isTunnelled }, marked) => {
    const { indexes, vnis } = sight
    for (const uuid of [...bound, ...renumbered])
      for (const locator of locatorsOf(uuid, sight)) markAt(locator, uuid, sight, marked)
    for (const address of admitted) for (const key of sendersAt(address, indexes)) marked.stale.add(key)
    for (const key of keys) {
      const cut = key.lastIndexOf(' ')
      const other = vnis.byVni.get(Number(key.slice(cut + 1)))
      if (other !== undefined) marked.stale.add(senderKey(key.slice(0, cut), other))
    }
    if (isTunnelled) for (const key of everyone(sight)) marked.stale.add(key)
  },
  derive: (key, sight, was) => {
    const { settings, view, vnis, indexes, keyOwners, admission } = sight
    const { address, logicalSwitch } = partsOfSender(key)
    const vni = vnis.bySwitch.get(logicalSwitch)
    if (settings.acceptsAnyPeer === true || vni === undefined || view.exits.length === 0) return nothing
    if (address === undefined || view.ownAddresses.includes(address)) return nothing
    if (!admission.isVtepAdmitted(address) || keyOwners.has(keyAt(address, vni))) return nothing
    if (!isSender(address, logicalSwitch, indexes)) return nothing
    const flow = pairFlow(address, vni, logicalSwitch)
    return isFlow(was) && was.key === flow.key && isSameFlow(was, flow) ? was : flow
  },
})

function* everyone({ indexes }: Sight): Generator<string> {
  for (const address of indexes.locatorsAt.keys()) yield* sendersAt(address, indexes)
}

function markAt(
  locator: Uuid,
  logicalSwitch: Uuid,
  { tables }: Pick<Rows, 'tables'>,
  { stale }: Marked<string>,
) {
  const row = lookup(tables.Physical_Locator, locator)
  if (row !== undefined) stale.add(senderKey(vtepAddressOf(row), logicalSwitch))
}
