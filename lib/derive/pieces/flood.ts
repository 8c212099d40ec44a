import { floodFlows } from '../../pipeline/replication.js'
import { claimingFlows } from '../../pipeline/rules/claims.js'
import { lookup } from '../../model/collection.js'
import { unknownDestination } from '../../model/mac.js'
import type { Uuid } from '../../model/uuid.js'
import { nothing, type Output } from '../output.js'
import { groupsAt, groupsToward, present } from '../rows-toward.js'
import { pieceKind } from './kind.js'
import type { Sight } from './sight.js'
import { shortfall, targetsOf } from './target.js'

/** A bound logical switch's flooding, and the announcement that we take its unknown frames. */
export const floodPiece = pieceKind<Uuid>({
  name: 'switch',
  *all({ view }) {
    yield* view.bindings.keys()
  },
  rows: {
    Logical_Switch: ({ uuid }, _, { stale }) => stale.add(uuid),
    Mcast_Macs_Remote: (change, _, { stale }) => {
      for (const { logical_switch } of present(change)) stale.add(logical_switch)
    },
    Physical_Locator_Set: ({ uuid }, rows, { stale }) => {
      for (const { logical_switch } of groupsAt(uuid, rows)) stale.add(logical_switch)
    },
    Physical_Locator: ({ uuid }, rows, { stale }) => {
      for (const { logical_switch } of groupsToward(uuid, rows)) stale.add(logical_switch)
    },
  },
  turn: ({ sight, flooding, renumbered, retargeted }, { stale }) => {
    for (const uuid of [...flooding, ...renumbered]) stale.add(uuid)
    for (const locator of retargeted)
      for (const { logical_switch } of groupsToward(locator, sight)) stale.add(logical_switch)
  },
  derive: deriveFlood,
})

function deriveFlood(logicalSwitch: Uuid, sight: Sight): Output {
  const { view, indexes, tables } = sight
  const bindings = view.bindings.get(logicalSwitch)
  if (bindings === undefined) return nothing
  const rows = [...indexes.groupRows.of(logicalSwitch)].filter(
    (uuid) => lookup(tables.Mcast_Macs_Remote, uuid)?.MAC === unknownDestination,
  )
  const reached = targetsOf(rows, logicalSwitch, sight)
  const copying = floodFlows({
    logicalSwitch,
    bindings,
    targets: reached.targets,
    tunnelPort: view.exits[0]?.ofport ?? null,
  })
  const row = { table: 'Logical_Switch', uuid: logicalSwitch } as const
  const [own] = view.ownAddresses
  return {
    ...nothing,
    flows:
      sight.settings.suppressesArp === true
        ? [...copying.flows, ...claimingFlows(logicalSwitch, sight.settings.macAgingSeconds)]
        : copying.flows,
    reports: own === undefined ? [] : [{ table: 'Mcast_Macs_Local', logicalSwitch, value: own }],
    problems: [...reached.problems, ...shortfall(copying, reached, row, 'flooded frames')],
  }
}
