import t from 'tap'
import type { Core } from '../../lib/daemon/core.js'
import { Lease } from '../../lib/daemon/lease.js'
import type { Intake } from '../../lib/ingest/intake.js'
import { Mirror } from '../../lib/ingest/mirror.js'
import type { Event } from '../../lib/model/event.js'
import type { State } from '../../lib/model/state.js'
import { replay } from '../../lib/history/verify.js'
import { differingRows } from '../../lib/reduce/differing-rows.js'
import { History } from '../support/history.js'

const tables = ({ vtep, ovs }: State) => ({ ...vtep, ...ovs })
const said =
  (event: Event): Intake =>
  () => [structuredClone(event)]
const lost = (source: 'vtep' | 'ovs'): Intake => said({ type: 'SourceLost', source, reason: 'gone' })

function tell(core: Core, intakes: readonly Intake[]): readonly Event[] {
  const events = intakes.flatMap((intake) => intake(core.state))
  for (const event of events) core.fold({ seq: core.state.seq + 1, atMs: 0, event })
  return events
}

/** What the databases said in a world, from an entry on. */
const databasesSaid = (world: History, from = 0): Event[] =>
  world.entries.slice(from).flatMap(({ event }) => (/^(Vtep|Ovs)Updated$/.test(event.type) ? [event] : []))

t.test('who takes over before a database is connected keeps what the history knows better', (t) => {
  const world = History.furnished()
  const mirror = new Mirror()
  for (const event of databasesSaid(world)) mirror.take(said(event))
  mirror.take(lost('vtep'))
  mirror.take(lost('ovs'))
  const missed = world.entries.length
  for (let i = 1; i < 6; i++) world.do({ what: 'addMac', a: i, b: i, c: i })
  // the history of the other, who was connected all the time
  const core = replay(world.entries)
  t.strictSame(tell(core, mirror.intakes()), [], 'what is said is old')
  t.notOk(mirror.isCurrent)
  t.strictSame(tell(core, mirror.relay(lost('vtep'))), [], 'nor that it can not be reached still')
  // the server goes on where it lost the one who takes over
  const [news] = databasesSaid(world, missed)
  const catchUp = databasesSaid(world, missed).flatMap((event) =>
    event.type === 'VtepUpdated' ? event.updates : [],
  )
  t.equal(news?.type, 'VtepUpdated')
  const events = tell(core, mirror.relay(said({ type: 'VtepUpdated', isCatchUp: true, updates: catchUp })))
  t.match(events, [{ type: 'VtepUpdated', isCatchUp: true, updates: [] }])
  t.strictSame([...differingRows(tables(core.state), tables(world.core.state))], [])
  t.notOk(mirror.isCurrent, 'the other is not connected yet')
  tell(core, mirror.relay(said({ type: 'OvsUpdated', isCatchUp: true, updates: [] })))
  t.ok(mirror.isCurrent)
  t.strictSame([...differingRows(tables(core.state), tables(world.core.state))], [])
  t.end()
})

t.test('what a server does not repeat is told to a history that missed it', (t) => {
  const world = History.furnished()
  const mirror = new Mirror()
  const core = replay(world.entries)
  for (const event of databasesSaid(world)) mirror.take(said(event))
  const before = world.entries.length
  world.do({ what: 'addMac', a: 1, b: 1, c: 1 })
  for (const event of databasesSaid(world, before)) mirror.take(said(event))
  mirror.take(lost('vtep'))
  tell(core, mirror.intakes())
  const nothing = said({ type: 'VtepUpdated', isCatchUp: true, updates: [] })
  t.match(tell(core, mirror.relay(nothing)), [
    { type: 'VtepUpdated', updates: [{ table: 'Ucast_Macs_Remote' }] },
  ])
  t.strictSame([...differingRows(tables(core.state), tables(world.core.state))], [])
  t.end()
})

t.test('a lease is asked for again after a while, and not where it was just confirmed', async (t) => {
  let [nowMs, asked] = [5_000, 0]
  let isConnected = true
  const isHeld$ = { value: true }
  const barrier = (): Promise<void> => {
    asked++
    return isConnected ? Promise.resolve() : Promise.reject(new Error('no session'))
  }
  const lease = new Lease({ isHeld$, barrier, elapsedMs: () => nowMs })
  await lease.confirm()
  t.equal(asked, 1)
  nowMs += 900
  await lease.confirm()
  t.equal(asked, 1)
  nowMs += 200
  await lease.confirm()
  t.equal(asked, 2)
  isHeld$.value = false
  await t.rejects(lease.confirm(), /the lock is lost/)
  isHeld$.value = true
  isConnected = false
  nowMs += 10_000
  await t.rejects(lease.confirm(), /no session/)
  await t.rejects(lease.confirm(), /no session/, 'what was not confirmed is asked again')
})
