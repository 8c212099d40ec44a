import t from 'tap'
import type { Batch } from '../../lib/model/batch.js'
import { tunnelIpFindings } from '../../lib/doctor/machine.js'
import { doctorRowFindings } from '../../lib/doctor/rows.js'
import { usable } from '../../lib/doctor/usable.js'
import type { OvsRowUpdate } from '../../lib/model/event.js'
import { learnedKey } from '../../lib/model/identity.js'
import type { Mac } from '../../lib/model/mac.js'
import { describeBatch } from '../../lib/words/describe.js'
import { describeStatus, statusOf, summarize } from '../../lib/words/status.js'
import { interventions, missingOf } from '../../lib/words/standing.js'
import { bound, type World } from '../support/small-world.js'

function viewOf({ core }: World) {
  const derived = core.derived()
  if (derived === null) throw new Error('nothing is derived')
  return derived.view
}

function tell(world: World, updates: OvsRowUpdate[]): void {
  world.record({ type: 'OvsUpdated', isCatchUp: false, updates })
}

function standalone(world: World): void {
  const updates = world.fakeSwitch.execute({
    program: 'ovs-vsctl',
    arguments: ['--timeout=10', '--', 'set', 'Bridge', 'br0', 'fail_mode=standalone'],
    input: '',
  })
  tell(world, updates)
}

/** What is said of what others do to a switch at work; undefined: it is no matter for an operator. */
const cases: Readonly<Record<string, readonly [does: (world: World) => void, said: RegExp | undefined]>> = {
  'the bridge goes': [
    (world) => tell(world, world.fakeSwitch.removeBridge()),
    /^Open_vSwitch has no bridge br0: nothing is forwarded until it has one \(ovs-vsctl add-br br0\)$/,
  ],
  'the row of the switch goes': [
    (world) => world.edit((tables) => tables.Physical_Switch.clear()),
    /^hardware_vtep has no Physical_Switch br0: .*nothing is forwarded .*vtep-ctl add-ps br0\)$/,
  ],
  'the bridge is another one': [
    (world) => tell(world, world.fakeSwitch.recreate()),
    /^bridge br0 was made anew, without its flows/,
  ],
  'a bound port goes': [
    (world) => tell(world, world.fakeSwitch.deletePort('p1')),
    /^port p1 is gone from the bridge: nothing bound to it is forwarded$/,
  ],
  'our tunnel port goes': [
    (world) => tell(world, world.fakeSwitch.deletePort('vtep-26e65d5f')),
    /^a tunnel port of ours is gone: nothing goes to other VTEPs by it/,
  ],
  'fail_mode is changed': [
    standalone,
    /^fail_mode of the bridge was set to standalone, which drops all flows/,
  ],
  'a binding goes, by the controller': [(world) => world.bind('p1', []), undefined],
  'a port comes': [(world) => tell(world, world.fakeSwitch.addPort('p7')), undefined],
}

for (const [what, [does, said]] of Object.entries(cases))
  t.test(what, (t) => {
    const { world } = bound()
    world.work()
    const before = viewOf(world)
    t.strictSame(interventions('br0', before, before), [])
    does(world)
    const all = interventions('br0', before, viewOf(world))
    t.equal(all.length, said === undefined ? 0 : 1, JSON.stringify(all))
    for (const { isBad, text } of all) {
      t.match(text, said)
      t.ok(isBad)
    }
    t.end()
  })

t.test('status says that nothing is forwarded, and why', (t) => {
  const { world } = bound()
  world.work()
  const status = () => statusOf(world.core, { file: 'x', trouble: null, held: 0, lost: 0, kept: [] })
  t.notMatch(describeStatus(status()), /^missing/m)
  const before = viewOf(world)
  world.edit((tables) => tables.Physical_Switch.clear())
  world.work()
  t.match(describeStatus(status()), /^missing: hardware_vtep has no Physical_Switch br0/m)
  t.match(summarize(status()), /nothing is forwarded/)
  const [back] = interventions('br0', viewOf(world), before)
  t.match(back, { isBad: false, text: /^no longer: hardware_vtep has no Physical_Switch br0/ })
  t.end()
})

t.test('what is written to hardware_vtep is said by its rows', (t) => {
  const { world, ls, metadata } = bound()
  const macs = ['02:00:00:00:00:0a', '02:00:00:00:00:0b'].map((mac) => learnedKey(metadata, mac as Mac))
  world.record({
    type: 'MacsLearned',
    isCatchUp: false,
    updates: macs.map((key) => ({ key, binding: 0x10000 })),
  })
  world.remote('unknown-dst', ls, '10.2.2.3')
  const batch = world.core.plan('vtep')
  if (batch === null) throw new Error('nothing is planned')
  const text = describeBatch(batch)
  t.match(text, /^ovsdb-client transact: /)
  t.match(text, /\bUcast_Macs_Local \+2 \(02:00:00:00:00:0[ab] 02:00:00:00:00:0[ab]\)/)
  t.notMatch(text, /insert|wait|mutate/)
  const odd = {
    kind: 'rows',
    operations: [{ op: 'insert', table: 'X', row: { name: 5 } }, { op: 'comment' }],
  }
  t.equal(describeBatch(odd as unknown as Batch), 'ovsdb-client transact: X +1')
  t.end()
})

t.test('the doctor, status and the log say the same in the same words', (t) => {
  const { world } = bound()
  world.work()
  const reached = { ovs: [], vtep: ['--db=unix:x'] }
  const found = usable('br0', {}, {}, reached).filter(({ isWrong }) => isWrong)
  const lacking = { ...viewOf(world), bridge: null, physicalSwitch: null }
  t.strictSame(
    found.map(({ text, command }) => `${text} (${command?.replace('--db=unix:x ', '') ?? ''})`),
    missingOf('br0', lacking),
  )
  const machine = { addresses: new Map(), unrouted: new Map(), device: null, portUsers: [] }
  for (const own of [['127.0.0.1'], []]) {
    world.edit((tables) => {
      for (const [uuid, row] of tables.Physical_Switch)
        tables.Physical_Switch.set(uuid, { ...row, tunnel_ips: own })
    })
    const said = tunnelIpFindings('br0', own, machine, reached)
    t.ok(
      said.every(({ text }) => world.problems().includes(text)),
      JSON.stringify(said),
    )
    t.notOk(doctorRowFindings(world.core, said, reached).some(({ text }) => text.includes('loopback')))
    t.notOk(doctorRowFindings(world.core, said, reached).some(({ text }) => text.includes('there is none')))
    t.equal(doctorRowFindings(world.core, [], reached).length, world.problems().length)
  }
  t.end()
})
