import t from 'tap'
import { flowDump } from '../../lib/ingest/intake.js'
import type { Batch } from '../../lib/model/batch.js'
import { describeStatus, statusOf } from '../../lib/words/status.js'
import { isSound, runRefused, sound, workRefused } from '../support/refusing.js'
import { bound, type World } from '../support/small-world.js'

const refused = (world: World): string[] => statusOf(world.core, sound).quarantined.map(({ key }) => key)
const isBad = (part: string): boolean =>
  /dl_dst=02:00:00:00:00:0[37]/.test(part) && !part.includes('10.2.2.9')

/** Ten remote MACs, of which 3 and 7 are refused, unless they are at 10.2.2.9. */
function furnished(): { world: World; rows: readonly string[]; ls: string; tried: Batch[] } {
  const { world, ls } = bound()
  world.work()
  const rows = [...Array(10).keys()].map((n) => world.remote(`02:00:00:00:00:0${n}`, ls, '10.2.2.2'))
  return { world, ls, rows, tried: workRefused(world, isBad) }
}

t.test('what is refused is found, and everything else is made', (t) => {
  const { world, rows, tried } = furnished()
  t.strictSame(
    refused(world)
      .map((key) => /dl_dst=(\S+)/.exec(key)?.[1])
      .sort(),
    ['02:00:00:00:00:03', '02:00:00:00:00:07'],
  )
  const flows = [...world.fakeSwitch.flows.keys()].filter((key) => key.includes('dl_dst=02:00:00:00:00:0'))
  t.equal(flows.length, 8)
  t.ok(tried.length < 30, `${tried.length} batches`)
  const problems = statusOf(world.core, sound).problems.map(({ table, uuid }) => `${table} ${uuid}`)
  t.strictSame(problems.sort(), [3, 7].map((n) => `Ucast_Macs_Remote ${rows[n]}`).sort())
  t.ok(world.reports().some((key) => key.startsWith('faults/Physical_Switch/')))
  t.match(describeStatus(statusOf(world.core, sound)), /^in sync: no \(2 quarantined\)/m)
  isSound(t, world)
  t.end()
})

t.test('with it in quarantine the next change is one batch', (t) => {
  const { world, ls } = furnished()
  for (const n of [10, 11, 12]) world.remote(`02:00:00:00:00:${n}`, ls, '10.2.2.2')
  const tried = workRefused(world, isBad)
  t.match(tried[0], { kind: 'flows', add: { length: 3 } })
  t.equal(refused(world).length, 2)
  isSound(t, world)
  t.end()
})

t.test('a change of the row is tried at once, and ends the problem', (t) => {
  const { world, rows } = furnished()
  const old = rows[3] ?? ''
  world.edit((tables) => {
    const locator = world.database.put('Physical_Locator', { dst_ip: '10.2.2.9' })
    tables.Ucast_Macs_Remote.set(old, { ...tables.Ucast_Macs_Remote.get(old), locator })
  })
  workRefused(world, isBad)
  t.equal(refused(world).length, 1)
  t.notMatch(world.problems().join(), /00:03/)
  isSound(t, world)
  t.end()
})

t.test('a row that goes leaves no problem', (t) => {
  const { world, rows } = furnished()
  world.edit((tables) => [3, 7].forEach((n) => tables.Ucast_Macs_Remote.delete(rows[n] ?? '')))
  workRefused(world, isBad)
  t.strictSame([refused(world), world.problems()], [[], []])
  t.ok(world.core.isInSync())
  t.notOk(world.reports().some((key) => key.startsWith('faults/')))
  isSound(t, world)
  t.end()
})

t.test('when it is due it is tried again: refused again, or taken', (t) => {
  const { world } = furnished()
  t.strictSame(workRefused(world, isBad), [], 'not before')
  world.record({ type: 'QuarantineDue', lane: 'switch' })
  t.match(workRefused(world, isBad)[0], { kind: 'flows', add: { length: 2 } })
  t.equal(refused(world).length, 2)
  world.record({ type: 'QuarantineDue', lane: 'switch' })
  workRefused(world, () => false)
  t.strictSame([refused(world), world.core.isInSync()], [[], true])
  isSound(t, world)
  t.end()
})

t.test('what somebody removed while its lane is searched is made as well', (t) => {
  const { world } = furnished()
  const key = [...world.fakeSwitch.flows.keys()].find((one) => one.includes('dl_dst=02:00:00:00:00:01')) ?? ''
  world.record({ type: 'QuarantineDue', lane: 'switch' })
  const batch = world.core.plan('switch')
  if (batch !== null) runRefused(world, 'switch', batch, isBad)
  world.fakeSwitch.flows.delete(key)
  world.record({ type: 'FlowsObserved', isDrift: true, present: [], absent: [key], foreign: null })
  workRefused(world, isBad)
  t.ok(world.fakeSwitch.flows.has(key))
  t.equal(refused(world).length, 2)
  isSound(t, world)
  t.end()
})

t.test('a report that the database refuses does not keep back the others', (t) => {
  const { world, ls } = bound()
  workRefused(world, (part) => part.startsWith('Mcast_Macs_Local/'))
  t.strictSame(refused(world), [`Mcast_Macs_Local/${ls}`])
  t.match(statusOf(world.core, sound).problems, [{ table: 'Logical_Switch', uuid: ls }])
  t.ok(
    [...world.database.rows('Physical_Switch').values()].some((row) =>
      String(row['switch_fault_status']).includes('unspecified_fault'),
    ),
  )
  isSound(t, world)
  t.end()
})

t.test('after a restart it is tried again, and stays a problem until then', (t) => {
  const { world } = furnished()
  world.record({
    type: 'Started',
    version: 'test',
    settings: { physicalSwitch: 'br0', macAgingSeconds: 300 },
  })
  t.equal(refused(world).length, 2)
  t.equal(world.core.plan('switch'), null, 'nothing is known yet')
  isSound(t, world)
  t.end()
})

t.test('what would not go and is gone by somebody else is no problem any more', (t) => {
  const { world } = bound()
  workRefused(world, () => false)
  const stuck =
    [...world.fakeSwitch.flows.keys()].find((key) => key.startsWith('table=40,priority=100')) ?? ''
  world.bind('p0', [])
  workRefused(world, (part) => part === `without ${stuck}`)
  t.strictSame(refused(world), [stuck])
  t.strictSame(world.problems().length, 1)
  world.fakeSwitch.flows.delete(stuck)
  world.take(flowDump(world.fakeSwitch.dump()))
  workRefused(world, () => false)
  t.strictSame([refused(world), world.problems()], [[], []])
  t.notOk(world.reports().some((key) => key.startsWith('faults/')))
  isSound(t, world)
  t.end()
})
