import { quoted } from '../../model/quoted.js'
import { keysOf, lookup } from '../../model/collection.js'
import { isGroup, parseMac } from '../../model/mac.js'
import type { Uuid } from '../../model/uuid.js'
import { arpSourceFlows } from '../../pipeline/rules/arp-source.js'
import { nothing, type Output } from '../output.js'
import { pieceKind } from './kind.js'
import type { Sight } from './sight.js'
import { rowProblem, targetAt } from './target.js'

/**
 * The MAC by which another VTEP asks for neighbours of routers: answers to it go there. Of rows with one MAC the lowest
 * UUID counts.
 */
export const arpSourcePiece = pieceKind<Uuid>({
  name: 'arp source',
  all: ({ tables }) => keysOf(tables.Arp_Sources_Remote),
  rows: {
    Arp_Sources_Remote: (_, { tables }, { stale }) => {
      for (const uuid of keysOf(tables.Arp_Sources_Remote)) stale.add(uuid)
    },
  },
  turn: (turn, { stale }) => {
    const { old, sight, bound, renumbered, admitted, keys, retargeted } = turn
    const isSame =
      old.view === sight.view &&
      old.ends === sight.ends &&
      bound.length + renumbered.length + admitted.size + keys.size + retargeted.size === 0
    if (!isSame) for (const uuid of keysOf(sight.tables.Arp_Sources_Remote)) stale.add(uuid)
  },
  derive: deriveSource,
})

function deriveSource(uuid: Uuid, sight: Sight): Output {
  const { tables, view } = sight
  const row = lookup(tables.Arp_Sources_Remote, uuid)
  if (row === undefined) return nothing
  const mac = parseMac(row.src_mac)
  if (mac === undefined || isGroup(mac)) {
    const reason = `src_mac is not the address of a station: ${quoted(row.src_mac)}`
    return { ...nothing, problems: [rowProblem('Arp_Sources_Remote', uuid, reason)] }
  }
  for (const other of keysOf(tables.Arp_Sources_Remote))
    if (other < uuid && parseMac(lookup(tables.Arp_Sources_Remote, other)?.src_mac ?? '') === mac)
      return nothing
  const flows = [...view.routers.bySwitch.keys()].flatMap((logicalSwitch) => {
    const target = view.bindings.has(logicalSwitch) ? targetAt(row.locator, logicalSwitch, sight) : null
    return target === null || typeof target === 'string'
      ? []
      : arpSourceFlows(logicalSwitch, mac, target, uuid)
  })
  return { ...nothing, flows }
}
