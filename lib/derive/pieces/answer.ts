import { parseAddress } from '../../model/address.js'
import { lookup } from '../../model/collection.js'
import { isGroup, parseMac } from '../../model/mac.js'
import { answerFlows } from '../../pipeline/rules/answers.js'
import { addressKeyOf, addressKeyParts } from '../addresses.js'
import { macKey, newestFirst, type Unicast } from '../macs.js'
import { nothing, type Output } from '../output.js'
import { present } from '../rows-toward.js'
import { pieceKind } from './kind.js'
import type { Sight } from './sight.js'
import { targetAt } from './target.js'

/**
 * Who asks for an IP address, by its `addressKey`, is answered here with the MAC that Ucast_Macs_Remote rows say has it, while
 * frames to this MAC have somewhere to go. Where rows disagree the newest counts.
 */
export const answerPiece = pieceKind<string>({
  name: 'answer',
  *all({ indexes }) {
    yield* indexes.rowsOfAddress.keys()
  },
  rows: {
    Ucast_Macs_Remote: (change, _, { stale }) => markAddresses(present(change), stale),
  },
  turn: ({ macs, addresses }, { stale }) => {
    // who is answered hangs on where frames to the MAC go
    for (const { rows } of macs)
      markAddresses(
        rows.map(({ row }) => row),
        stale,
      )
    for (const key of stale) addresses.add(key)
  },
  derive: deriveAnswer,
})

function markAddresses(rows: readonly Unicast['row'][], stale: Set<string>): void {
  for (const row of rows) {
    const key = addressKeyOf(row)
    if (key !== undefined) stale.add(key)
  }
}

function deriveAnswer(key: string, sight: Sight): Output {
  const { logicalSwitch, address: text } = addressKeyParts(key)
  const address = parseAddress(text)
  if (address === undefined || sight.settings.suppressesArp !== true) return nothing
  if (!sight.view.bindings.has(logicalSwitch)) return nothing
  for (const { uuid, row } of newestFirst(rowsOf(key, sight), sight.seen)) {
    const mac = parseMac(row.MAC)
    if (mac === undefined || isGroup(mac) || !isReached(row, sight)) continue
    return { ...nothing, flows: answerFlows(logicalSwitch, address, mac, uuid) }
  }
  return nothing
}

function rowsOf(key: string, { indexes, tables }: Sight): readonly Unicast[] {
  return [...indexes.rowsOfAddress.of(key)].flatMap((uuid) => {
    const row = lookup(tables.Ucast_Macs_Remote, uuid)
    return row === undefined ? [] : [{ uuid, row }]
  })
}

function isReached(row: Unicast['row'], sight: Sight): boolean {
  const target = targetAt(row.locator, row.logical_switch, sight)
  return target !== null && typeof target !== 'string' && sight.admission.isMacAdmitted(macKey(row))
}
