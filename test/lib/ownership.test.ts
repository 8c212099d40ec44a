import t from 'tap'
import { flowDump } from '../../lib/ingest/intake.js'
import { largestBundle } from '../../lib/plan/plan.js'
import type { FlowBatch } from '../../lib/model/batch.js'
import { hashOf } from '../../lib/model/collection.js'
import { metadataOf } from '../../lib/model/identity.js'
import { History } from '../support/history.js'
import { bound, World } from '../support/small-world.js'

const settings = { physicalSwitch: 'br0', macAgingSeconds: 300 }

/** A world whose bridge has flows of its user before we come. */
function inhabited(flows: Readonly<Record<string, string>>): History {
  const world = new History()
  for (const [key, value] of Object.entries(flows)) world.fakeSwitch.flows.set(key, value)
  world.take(flowDump(world.fakeSwitch.dump()))
  return world
}

function restart(world: History): void {
  world.record({ type: 'Started', version: 'test', settings })
  world.record({ type: 'VtepUpdated', isCatchUp: true, updates: [] })
  world.record({ type: 'OvsUpdated', isCatchUp: true, updates: world.fakeSwitch.contents() })
  world.take(flowDump(world.fakeSwitch.dump()))
}

const theirs = 'table=0,priority=5,in_port=77'

t.test('a change of fail_mode returns the flows of others with ours', (t) => {
  const world = inhabited({ [theirs]: '0x77 drop' })
  world.work()
  t.equal(world.fakeSwitch.flows.get(theirs), '0x77 drop')
  t.end()
})

t.test('also when we were killed between the change and what it restores', (t) => {
  const world = inhabited({ [theirs]: '0x77 drop' })
  const batch = world.core.plan('switch')
  if (batch?.kind !== 'config') throw new Error('nothing planned')
  world.record({ type: 'Planned', lane: 'switch', batch })
  world.executeOnly({ ...batch, restoration: null })
  t.notOk(world.fakeSwitch.flows.has(theirs))
  restart(world)
  world.work()
  t.equal(world.fakeSwitch.flows.get(theirs), '0x77 drop')
  t.end()
})

t.test('and when it was never made: nothing is written twice', (t) => {
  const world = inhabited({ [theirs]: '0x77 drop' })
  const batch = world.core.plan('switch')
  if (batch === null) throw new Error('nothing planned')
  world.record({ type: 'Planned', lane: 'switch', batch })
  world.record({ type: 'Failed', lane: 'switch', reason: 'test', retryInMs: 1 })
  world.take(flowDump(world.fakeSwitch.dump()))
  t.strictSame(world.core.state.displaced, [])
  t.equal(world.core.state.foreign.length, 1)
  t.end()
})

t.test('a flow whose place ours takes comes back when we leave, a user’s default too', (t) => {
  const world = new History()
  world.fakeSwitch.secure()
  world.fakeSwitch.flows.set('table=0,priority=0', '0x0 NORMAL')
  world.fakeSwitch.flows.set('table=0,priority=290,dl_src=00:00:00:00:00:00', '0x7 output:1')
  restart(world)
  world.work()
  t.match(world.fakeSwitch.flows.get('table=0,priority=0'), /^0x5654/)
  world.record({ type: 'CleanupRequested' })
  world.take(flowDump(world.fakeSwitch.dump()))
  world.work()
  t.strictSame([...world.fakeSwitch.flows].sort(), [
    ['table=0,priority=0', '0x0 NORMAL'],
    ['table=0,priority=290,dl_src=00:00:00:00:00:00', '0x7 output:1'],
  ])
  t.end()
})

t.test('a bridge that was deleted and made anew gets nothing of the old one’s', (t) => {
  const world = inhabited({ [theirs]: '0x77 drop' })
  world.work()
  t.equal(world.core.state.foreign.length, 1)
  world.record({ type: 'OvsUpdated', isCatchUp: false, updates: world.fakeSwitch.recreate() })
  t.equal(world.core.plan('switch'), null, 'nothing is done before it was looked at')
  world.take(flowDump(world.fakeSwitch.dump()))
  world.work()
  t.notOk(world.fakeSwitch.flows.has(theirs))
  t.end()
})

t.test('a predecessor’s bridges go, an unrelated vtep_bfd stays', (t) => {
  const world = new History()
  world.record({
    type: 'OvsUpdated',
    isCatchUp: false,
    updates: world.fakeSwitch.otherBridge('vtep_bfd', []),
  })
  t.strictSame(world.core.derived()?.view.legacy.bridges, [])
  const mark = [['vtep_logical_switch', 'true']] as const
  world.record({
    type: 'OvsUpdated',
    isCatchUp: false,
    updates: world.fakeSwitch.otherBridge('br1_vtep_ls1', mark),
  })
  t.strictSame(world.core.derived()?.view.legacy.bridges, [])
  world.record({
    type: 'OvsUpdated',
    isCatchUp: false,
    updates: world.fakeSwitch.otherBridge('br0_vtep_ls1', mark),
  })
  t.strictSame(world.core.derived()?.view.legacy.bridges, ['br0_vtep_ls1'])
  t.end()
})

t.test('a binding that moves takes its learned MACs along, however much else changes', (t) => {
  const { world, ls } = bound()
  const macs = largestBundle + 1000
  world.edit(() => {
    for (let i = 0; i < macs; i++) {
      const [locator] = world.database.rows('Physical_Locator').keys()
      const MAC = `02:00:00:00:${(i >> 8).toString(16)}:${(i & 255).toString(16)}`
      world.database.put('Ucast_Macs_Remote', {
        MAC,
        logical_switch: ls,
        locator: locator ?? world.database.put('Physical_Locator', { dst_ip: '10.2.2.3' }),
      })
    }
  })
  world.work()
  const other = world.insert('Logical_Switch', { name: 'other' })
  world.edit((tables) => {
    tables.Ucast_Macs_Remote.clear()
    for (const [uuid, row] of tables.Physical_Port)
      if (row['name'] === 'p0') tables.Physical_Port.set(uuid, { ...row, vlan_bindings: [[0, other]] })
  })
  const batch = world.core.plan('switch') as FlowBatch
  const learn = `table=10,priority=100,reg0=0x10000,metadata=`
  t.ok(batch.remove.some(({ key }) => key === `${learn}${metadataOf(ls)}`))
  t.ok(batch.add.some(({ key }) => key === `${learn}${metadataOf(other)}`))
  t.ok(batch.remove.length < macs, 'the rest follows in bundles of their own')
  const bundles = world.work().filter(({ kind }) => kind === 'flows')
  t.equal(bundles.length, 2)
  t.strictSame(
    [...world.fakeSwitch.flows.keys()].filter((key) => key.startsWith('table=20,priority=100')),
    [],
  )
  t.end()
})

t.test('where more waits than a bundle holds, all have their turn', (t) => {
  const { world, ls } = bound()
  const macs = largestBundle + 5000
  const place = (round: number) =>
    world.edit((tables) => {
      const locator = world.database.put('Physical_Locator', { dst_ip: `10.2.3.${round}` })
      const before = [...tables.Ucast_Macs_Remote]
      for (const [uuid, row] of before) tables.Ucast_Macs_Remote.set(uuid, { ...row, locator })
      for (let i = before.length; i < macs; i++) {
        const MAC = `02:00:00:00:${(i >> 8).toString(16)}:${(i & 255).toString(16)}`
        world.database.put('Ucast_Macs_Remote', { MAC, logical_switch: ls, locator })
      }
    })
  place(0)
  world.work()
  const made = new Set<string>()
  for (let round = 1; round <= 3; round++) {
    place(round)
    const batch = world.core.plan('switch') as FlowBatch
    t.equal(batch.add.filter(({ key }) => key.startsWith('table=20,priority=100')).length, largestBundle)
    for (const { key } of batch.add) if (key.startsWith('table=20,priority=100')) made.add(key)
    world.record({ type: 'Planned', lane: 'switch', batch })
    world.executeOnly(batch)
    world.record({ type: 'Applied', lane: 'switch', tookMs: 1 })
  }
  t.equal(made.size, macs)
  t.end()
})

t.test(
  'where all remote MACs fit into a bundle it begins at the beginning, however much else there is',
  (t) => {
    const { world, ls } = bound()
    const place = (from: number, to: number): void => {
      world.edit(() => {
        const locator = world.database.put('Physical_Locator', { dst_ip: `10.2.3.${from}` })
        for (let i = from; i < to; i++)
          world.database.put('Ucast_Macs_Remote', { MAC: `02:00:00:00:00:${i}`, logical_switch: ls, locator })
      })
      world.work()
    }
    place(10, 59)
    // the last of a bundle, which others are behind
    place(59, 60)
    world.edit((tables) => tables.Ucast_Macs_Remote.clear())
    const present = Array.from({ length: largestBundle + 1 }, (_, i) => ({
      key: `table=0,priority=7,in_port=${i + 1}`,
      cookie: '0x5654000000000000',
      actions: 'drop',
    }))
    world.record({ type: 'FlowsObserved', isDrift: true, present, absent: [], foreign: null })
    const { remove } = world.core.plan('switch') as FlowBatch
    const keys = remove.map(({ key }) => key)
    t.equal(keys.filter((key) => key.startsWith('table=20,priority=100')).length, 50)
    t.ok(keys.length > largestBundle + 50)
    t.strictSame(
      keys,
      [...keys].sort((a, b) => hashOf(a) - hashOf(b) || (a < b ? -1 : 1)),
    )
    t.end()
  },
)

t.test('reports of learned MACs go with the last binding though the switch can’t be asked', (t) => {
  const { world, ls, metadata } = bound()
  world.record({
    type: 'MacsLearned',
    isCatchUp: false,
    updates: [{ key: `${metadata}/00:00:00:00:00:aa`, binding: 0x10000 }],
  })
  world.work()
  t.equal(world.database.rows('Ucast_Macs_Local').size, 1)
  world.record({ type: 'SourceLost', source: 'flows', reason: 'test' })
  world.work()
  t.equal(world.database.rows('Ucast_Macs_Local').size, 1)
  world.unbind(ls)
  world.work()
  t.equal(world.database.rows('Ucast_Macs_Local').size, 0)
  t.end()
})

t.test('without a bridge the ports of the database stay, and what is bound to them', (t) => {
  const world = new World()
  t.equal(world.database.rows('Physical_Port').size, 2)
  world.record({ type: 'OvsUpdated', isCatchUp: false, updates: world.fakeSwitch.removeBridge() })
  world.work()
  t.equal(world.database.rows('Physical_Port').size, 2)
  t.end()
})

t.test('without a row for our switch only announcements are written, and only withdrawn', (t) => {
  const { world } = bound()
  world.insert('Logical_Router', { name: 'a problem' })
  world.work()
  t.equal(world.database.rows('Mcast_Macs_Local').size, 1)
  world.edit((tables) => tables.Physical_Switch.clear())
  const batches = world.work().filter(({ kind }) => kind === 'rows')
  t.match(batches, [{ operations: [{ op: 'delete', table: 'Mcast_Macs_Local' }] }])
  t.equal(world.database.rows('Mcast_Macs_Local').size, 0)
  t.end()
})
