import t, { type Test } from 'tap'
import { changed, changeFrom } from '../../lib/ingest/changes.js'
import { flowDump } from '../../lib/ingest/intake.js'
import { learnedMac } from '../../lib/pipeline/rules/learning.js'
import { entriesOf, none } from '../../lib/model/collection.js'
import { learnedCookie, learnedKey, metadataOf } from '../../lib/model/identity.js'
import type { Mac } from '../../lib/model/mac.js'
import { replay, verify } from '../../lib/history/verify.js'
import { noDepartures } from '../../lib/model/departure.js'
import { contestedMacs } from '../../lib/reduce/departures.js'
import { bound, type World } from '../support/small-world.js'

const mac = '02:00:00:00:00:aa' as Mac
const P0 = 0x10000

/** A world whose switch has learned `mac` at p0, and has said so. */
function learned(): { world: World; ls: string; talk: () => void; isReported: () => boolean } {
  const { world, ls, metadata } = bound()
  const { key, cookie, actions } = learnedMac.print({
    metadata,
    mac,
    binding: P0,
    learned: learnedCookie(P0, ls),
    macAgingSeconds: 300,
  })
  const talk = () => {
    const isNew = !world.fakeSwitch.flows.has(key)
    world.fakeSwitch.flows.set(key, `${cookie} ${actions}`)
    const updates = [{ key: learnedKey(metadata, mac), binding: P0 }]
    if (isNew) world.record({ type: 'MacsLearned', isCatchUp: false, updates })
  }
  talk()
  world.work()
  const isReported = () => localRows(world).includes(mac)
  return { world, ls, talk, isReported }
}

const localRows = (world: World): string[] =>
  [...entriesOf(world.core.state.vtep?.Ucast_Macs_Local ?? none)].map(([, { MAC }]) => MAC)

const flowsOf = (world: World): string[] =>
  [...world.fakeSwitch.flows.keys()].filter((key) => key.startsWith('table=21,') && key.includes(mac))

/** The same plans from the same entries, at each of them. */
function isSound(t: Test, world: World): void {
  t.strictSame([...verify(world.entries)], [])
  t.strictSame(replay(world.entries).state, world.core.state)
}

t.test('a MAC that the controller places elsewhere is withdrawn, with its learned flow', (t) => {
  const { world, ls, isReported } = learned()
  t.ok(isReported())
  world.remote(mac, ls, '10.2.2.3')
  const done = world.work()
  t.strictSame([isReported(), flowsOf(world)], [false, []])
  t.match(
    done.filter(({ kind }) => kind === 'flows'),
    [{ remove: [{ key: /^table=21,.*dl_dst=02:00:00:00:00:aa$/ }] }],
  )
  t.ok(world.core.isInSync())
  isSound(t, world)
  t.end()
})

t.test('a host that talks here again is reported again, though the row is still there', (t) => {
  const { world, ls, talk, isReported } = learned()
  const row = world.remote(mac, ls, '10.2.2.3')
  world.work()
  talk()
  world.work()
  t.strictSame([isReported(), flowsOf(world).length], [true, 1])
  world.change('Ucast_Macs_Remote', row, { ipaddr: '192.168.0.1' })
  world.work()
  t.ok(isReported(), 'who says the same again places nothing')
  world.edit((tables) => {
    const locator = world.database.put('Physical_Locator', { dst_ip: '10.2.2.4' })
    tables.Ucast_Macs_Remote.set(row, { ...tables.Ucast_Macs_Remote.get(row), locator })
  })
  world.work()
  t.notOk(isReported(), 'and once more elsewhere')
  isSound(t, world)
  t.end()
})

t.test('what places it here, or nowhere, ends nothing', (t) => {
  const { world, ls, isReported } = learned()
  world.remote(mac, ls, '10.2.2.1')
  world.remote(mac, ls, 'nonsense')
  const other = world.insert('Logical_Switch', { name: 'ls1', tunnel_key: 34 })
  world.remote(mac, other, '10.2.2.3')
  world.remote('02:00:00:00:00:bb', ls, '10.2.2.3')
  world.work()
  t.strictSame([isReported(), flowsOf(world).length], [true, 1])
  isSound(t, world)
  t.end()
})

t.test('until its flow is gone a look at the switch brings it not back', (t) => {
  const { world, ls, isReported } = learned()
  world.remote(mac, ls, '10.2.2.3')
  world.record({ type: 'SourceLost', source: 'flows', reason: 'test' })
  world.take(flowDump(world.fakeSwitch.dump()))
  world.work()
  t.strictSame([isReported(), flowsOf(world)], [false, []])
  isSound(t, world)
  t.end()
})

t.test('a bundle that was lost is made again', (t) => {
  const { world, ls } = learned()
  world.remote(mac, ls, '10.2.2.3')
  const batch = world.core.plan('switch')
  if (batch === null) throw new Error('nothing is planned')
  world.record({ type: 'Planned', lane: 'switch', batch })
  world.record({ type: 'Failed', lane: 'switch', reason: 'killed', retryInMs: 0 })
  world.record({ type: 'RetryDue', lane: 'switch' })
  world.take(flowDump(world.fakeSwitch.dump()))
  world.work()
  t.strictSame(flowsOf(world), [])
  isSound(t, world)
  t.end()
})

t.test('two that say by turns where it is are let be after five times', (t) => {
  const { world, ls, talk, isReported } = learned()
  const seen: boolean[] = []
  for (let i = 0; i < 8; i++) {
    const row = world.remote(mac, ls, '10.2.2.3')
    world.work()
    seen.push(isReported())
    talk()
    world.work()
    world.edit((tables) => tables.Ucast_Macs_Remote.delete(row))
    world.work()
    t.ok(isReported())
  }
  t.strictSame(seen, [false, false, false, false, false, true, true, true])
  isSound(t, world)
  t.end()
})

t.test('a MAC that sends from elsewhere is let go alike, unless it comes and goes', (t) => {
  const { world, ls, talk, isReported } = learned()
  const match = `metadata=${metadataOf(ls)},dl_dst=${mac}`
  const ended = (actions: string): void =>
    world.take((state) =>
      changed(
        state,
        [
          ` event=DELETED reason=hard_timeout table=13 cookie=0x564c000000000000 ${match} actions=${actions}`,
        ].flatMap((line) => changeFrom(line) ?? []),
      ),
    )
  ended('load:0x2->NXM_NX_REG6[]')
  t.strictSame(world.work(), [], 'it sends here as well')
  const seen: boolean[] = []
  for (let i = 0; i < 7; i++) {
    ended('load:0x1->NXM_NX_REG6[]')
    world.work()
    seen.push(isReported())
    t.equal(flowsOf(world).length, isReported() ? 1 : 0)
    talk()
    world.work()
  }
  t.strictSame(seen, [false, false, false, false, false, true, true])
  isSound(t, world)
  t.end()
})

t.test('what was learned at a port goes with its link, unless that comes and goes', (t) => {
  const { world, talk, isReported } = learned()
  const link = (name: string, state: 'up' | 'down'): void =>
    world.record({ type: 'OvsUpdated', isCatchUp: false, updates: world.fakeSwitch.setLink(name, state) })
  link('p1', 'down')
  t.strictSame(world.work(), [], 'another port is no matter')
  link('p0', 'down')
  world.work()
  t.strictSame([isReported(), flowsOf(world)], [false, []])
  link('p0', 'down')
  link('p0', 'up')
  t.strictSame(world.work(), [], 'a link alone brings nobody back')
  const seen: boolean[] = []
  for (let i = 0; i < 6; i++) {
    talk()
    world.work()
    link('p0', 'down')
    world.work()
    seen.push(isReported())
    const { departures } = world.core.state
    t.equal(contestedMacs(departures ?? noDepartures).size, i < 3 ? 0 : 1)
    link('p0', 'up')
  }
  t.strictSame(seen, [false, false, false, false, true, true])
  isSound(t, world)
  t.end()
})

t.test('a bond has a link as long as one of its members has', (t) => {
  const { world, isReported } = learned()
  world.record({ type: 'OvsUpdated', isCatchUp: false, updates: world.fakeSwitch.setBond('p0', 2, 0) })
  world.work()
  const link = (member: number, state: 'up' | 'down'): void => {
    const updates = world.fakeSwitch.setLink('p0', state, member)
    world.record({ type: 'OvsUpdated', isCatchUp: false, updates })
    world.work()
  }
  link(0, 'down')
  t.ok(isReported())
  link(0, 'up')
  link(1, 'down')
  t.ok(isReported())
  link(0, 'down')
  t.notOk(isReported())
  isSound(t, world)
  t.end()
})

t.test('without a history nobody can tell which of the two is newer', (t) => {
  const { world, ls, talk, isReported } = learned()
  world.remote(mac, ls, '10.2.2.3')
  world.work()
  talk()
  world.work()
  const { settings } = world.core.state
  if (settings === null) throw new Error('never started')
  world.record({ type: 'Started', version: 'test', settings })
  world.record({ type: 'VtepUpdated', isCatchUp: true, updates: [] })
  world.record({ type: 'OvsUpdated', isCatchUp: true, updates: [] })
  world.take(flowDump(world.fakeSwitch.dump()))
  t.strictSame(world.work(), [], 'so a start changes nothing')
  t.ok(isReported())
  t.end()
})
