import fc from 'fast-check'
import t from 'tap'
import { entriesOf } from '../../lib/model/collection.js'
import { initialState } from '../../lib/model/state.js'
import { reduce } from '../../lib/reduce/reduce.js'

const row = { MAC: '02:00:00:00:00:01', logical_switch: 'a', locator: 'b', ipaddr: '' }
const update = fc.record({
  table: fc.constantFrom('Ucast_Macs_Remote' as const, 'Ucast_Macs_Local' as const),
  uuid: fc.constantFrom('1', '2', '3', '4'),
  row: fc.option(fc.constant(row), { freq: 4 }),
})

t.test(
  'a remote MAC counts as seen from when it came until it goes, however often it changes meanwhile',
  (t) => {
    fc.assert(
      fc.property(fc.array(fc.array(update, { maxLength: 6 }), { maxLength: 20 }), (events) => {
        let state = initialState
        const seen = new Map<string, number>()
        for (const [i, updates] of events.entries()) {
          const seq = i + 1
          state = reduce(state, { seq, atMs: 0, event: { type: 'VtepUpdated', isCatchUp: false, updates } })
          for (const { table, uuid, row } of updates) {
            if (table === 'Ucast_Macs_Local') continue
            if (row === null) seen.delete(uuid)
            else if (!seen.has(uuid)) seen.set(uuid, seq)
          }
          const found = new Map(entriesOf(state.seen))
          if (found.size !== seen.size || [...seen].some(([uuid, at]) => found.get(uuid) !== at)) return false
        }
        return true
      }),
      { numRuns: 1_000 },
    )
    t.end()
  },
)
