import { one } from '../column.js'
import { countDomain } from '../domain.js'
import { declareTable } from '../table.js'

/** vtep(5), Logical_Binding_Stats: `from_local` came in by the binding, `to_local` left by it. Telemetry, not in the journal. */
export const Logical_Binding_Stats = declareTable({
  columns: {
    packets_from_local: one(countDomain),
    bytes_from_local: one(countDomain),
    packets_to_local: one(countDomain),
    bytes_to_local: one(countDomain),
  },
  noun: "row of a binding's counters",
  isRoot: false,
  writer: 'switch',
  called: () => 'counters',
  knownBy: [['packets_from_local']],
})
