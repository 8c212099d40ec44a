import { floodFlows } from '../../pipeline/replication.js'
import { claimingFlows } from '../../pipeline/rules/claims.js'
import { lookup } from '../../model/collection.js'
import { unknownDestination } from '../../model/mac.js'
import type { Uuid } from '../../model/uuid.js'
import { nothing, type Output } from '../output.js'
import type { Sight } from './sight.js'
import { shortfall, targetsOf } from './target.js'

/** A bound logical switch's flooding, and the announcement that we take its unknown frames. */
export function deriveSwitch(logicalSwitch: Uuid, sight: Sight): Output {
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
