import { parseAddress } from '../../model/address.js'
import { lookup } from '../../model/collection.js'
import { isGroup, parseMac } from '../../model/mac.js'
import { neighbourFlow } from '../../pipeline/rules/routes.js'
import { answerFlows } from '../../pipeline/rules/answers.js'
import { addressKeyOf, addressKeyParts } from '../addresses.js'
import { macKey, newestFirst, type Unicast } from '../macs.js'
import { nothing, type Output } from '../output.js'
import { differing } from '../turn.js'
import { present } from '../rows-toward.js'
import { pieceKind } from './kind.js'
import type { Sight } from './sight.js'
import { targetAt } from './target.js'

/**
 * Who asks for an IP address, by its `addressKey`, is answered here with the MAC that Ucast_Macs_Remote rows say has
 * it, while frames to this MAC have somewhere to go; and a router sends what is for the address there. Where rows
 * disagree the newest counts.
 */
export const answerPiece = pieceKind<string>({
  name: 'answer',
  *all({ indexes }) {
    yield* indexes.rowsOfAddress.keys()
  },
  rows: {
    Ucast_Macs_Remote: (change, _, { stale }) => markAddresses(present(change), stale),
  },
  turn: ({ old, sight, macs, addresses }, { stale }) => {
    for (const logicalSwitch of differing(old.view.routers.bySwitch, sight.view.routers.bySwitch))
      for (const uuid of sight.indexes.macRows.of(logicalSwitch)) {
        const row = lookup(sight.tables.Ucast_Macs_Remote, uuid)
        if (row !== undefined) markAddresses([row], stale)
      }
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
  const isAnswered = sight.settings.suppressesArp === true
  const isRouted = sight.view.routers.bySwitch.has(logicalSwitch)
  if (address === undefined || !(isAnswered || isRouted)) return nothing
  if (!sight.view.bindings.has(logicalSwitch)) return nothing
  for (const { uuid, row } of newestFirst(rowsOf(key, sight), sight.seen)) {
    const mac = parseMac(row.MAC)
    if (mac === undefined || isGroup(mac) || !isReached(row, sight)) continue
    const answers = isAnswered ? answerFlows(logicalSwitch, address, mac, uuid) : []
    const neighbour = isRouted ? [neighbourFlow(logicalSwitch, address, mac, uuid)] : []
    return { ...nothing, flows: [...answers, ...neighbour] }
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
