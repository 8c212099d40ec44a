import { one } from '../column.js'
import { count } from '../domain.js'
import { table } from '../table.js'

/** vtep(5), Logical_Binding_Stats: `from_local` came in by the binding, `to_local` left by it. Telemetry, not in the journal. */
export const Logical_Binding_Stats = table({
  columns: {
    packets_from_local: one(count),
    bytes_from_local: one(count),
    packets_to_local: one(count),
    bytes_to_local: one(count),
  },
  noun: "row of a binding's counters",
  isRoot: false,
  writer: 'switch',
  called: () => 'counters',
  knownBy: [['packets_from_local']],
})
