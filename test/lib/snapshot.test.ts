import { sizeOf } from '../../lib/model/collection.js'
import t from 'tap'
import { snapshotOf, restored, type Snapshot } from '../../lib/model/snapshot.js'
import { initialState, type State } from '../../lib/model/state.js'
import { verify } from '../../lib/history/verify.js'
import { History } from '../support/history.js'

function throughJson(state: State): Snapshot {
  return JSON.parse(JSON.stringify(snapshotOf(state))) as Snapshot
}

t.test('a state comes back from its snapshot as it was', (t) => {
  const world = History.furnished()
  for (const field of ['vtep', 'ovs', 'flows', 'learned'] as const)
    t.not(world.core.state[field], null, field)
  t.not(sizeOf(world.core.state.seen), 0)
  t.strictSame(restored(throughJson(world.core.state)), world.core.state)
  t.strictSame(restored(throughJson(initialState)), initialState)
  t.end()
})

t.test('so does a search for what is refused', (t) => {
  const world = History.furnished()
  world.do({ what: 'addMac', a: 1, b: 2, c: 3 })
  const batch = world.core.plan('switch')
  if (batch === null) throw new Error('there is nothing to plan')
  world.record({ type: 'Planned', lane: 'switch', batch })
  world.record({ type: 'Failed', lane: 'switch', reason: 'no', retryInMs: 0, isRejected: true })
  const { lanes, quarantined } = world.core.state
  t.not(lanes.switch.search ?? quarantined[0], undefined)
  t.strictSame(restored(throughJson(world.core.state)), world.core.state)
  t.end()
})

t.test('after a resumption nothing is planned that was not before, and all goes on', (t) => {
  const world = History.furnished()
  world.work()
  world.record({ type: 'JournalResumed', lost: 0, snapshot: snapshotOf(world.core.state) })
  t.strictSame(world.work(), [])
  for (const what of ['addMac', 'moveMac', 'unbind', 'forget'] as const) {
    world.do({ what, a: 1, b: 2, c: 3 })
    world.work()
  }
  t.strictSame([...verify(world.entries)], [])
  t.end()
})

t.test('a gap must be as long as the resumption behind it says', (t) => {
  const world = History.furnished()
  const { state } = world.core
  const resumed = (lost: number) => ({
    seq: state.seq + 4,
    atMs: 0,
    event: { type: 'JournalResumed' as const, lost, snapshot: snapshotOf(state) },
  })
  t.strictSame([...verify([...world.entries, resumed(3)])], [])
  t.match([...verify([...world.entries, resumed(2)])], [{ reason: `expected entry ${state.seq + 3}` }])
  t.end()
})
