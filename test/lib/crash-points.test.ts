import t from 'tap'
import { isDeepStrictEqual } from 'node:util'
import { flowDump } from '../../lib/ingest/intake.js'
import { Crashing, type CrashPoint, crashPoints } from '../support/crashing.js'
import type { Step } from '../support/steps.js'

const foreign = [
  ['table=0,priority=5,in_port=77', '0x77 drop'],
  ['table=30,priority=5,in_port=77', '0x78 drop'],
] as const

/** Something of everything, with work in between, so that batches of every kind are planned. */
const steps: readonly (readonly [Step['what'], number, number, number])[] = [
  ['addOvsPort', 0, 0, 1],
  ['addOvsPort', 1, 0, 1],
  ['work', 0, 0, 0],
  ['addSwitch', 1, 2, 0],
  ['addSwitch', 2, 4, 0],
  ['bind', 0, 0, 0],
  ['bind', 1, 1, 1],
  ['addMac', 0, 0, 1],
  ['addGroup', 0, 1, 2],
  ['work', 0, 0, 0],
  ['learn', 0, 0, 0],
  ['work', 0, 0, 0],
  ['setBfd', 0, 1, 0],
  ['bind', 1, 0, 0],
  ['moveMac', 0, 2, 0],
  ['work', 0, 0, 0],
  ['setTunnelIps', 3, 0, 0],
  ['work', 0, 0, 0],
  ['deleteGroup', 0, 0, 0],
  ['deleteMac', 0, 0, 0],
  ['unbind', 0, 0, 0],
  ['work', 0, 0, 0],
]

function lived(
  crash: { readonly batch: number; readonly point: CrashPoint } | null,
  leaves: boolean,
): Crashing {
  const world = new Crashing(crash)
  for (const [key, value] of foreign) world.fakeSwitch.flows.set(key, value)
  world.take(flowDump(world.fakeSwitch.dump()))
  world.work()
  for (const [what, a, b, c] of steps) world.do({ what, a, b, c })
  if (!leaves) return world
  const leave = (): void => {
    world.record({ type: 'CleanupRequested' })
    world.take(flowDump(world.fakeSwitch.dump()))
    world.work()
  }
  leave()
  // one killed while leaving is there to stay when it is started again
  if (world.core.state.phase === 'running') leave()
  return world
}

const undisturbed = { stays: lived(null, false), leaves: lived(null, true) }
const sorted = (values: Iterable<unknown>): string[] =>
  [...values].map((value) => JSON.stringify(value)).sort()

t.test('every kind of batch is tried', (t) => {
  const kinds = new Set(undisturbed.stays.executed.map(({ kind }) => kind))
  t.strictSame([...kinds].sort(), ['config', 'flows', 'rows'])
  t.end()
})

for (const point of crashPoints)
  t.test(`killed: ${point}`, (t) => {
    const isHalf = point.startsWith('command half')
    undisturbed.stays.executed.forEach((_, batch) => {
      const world = lived({ batch, point }, false)
      if (!world.hasCrashed) t.fail(`batch ${batch}: not killed`)
      const at = `batch ${batch} (${undisturbed.stays.executed[batch]?.kind ?? ''})`
      if (!world.core.isInSync()) t.fail(`${at}: not in sync`)
      const [actual, expected] = [world, undisturbed.stays].map(({ fakeSwitch }) => sorted(fakeSwitch.flows))
      if (!isDeepStrictEqual(actual, expected)) t.strictSame(actual, expected, `${at}: the same flows`)
      const [did, would] = [world, undisturbed.stays].map(({ executed }) => sorted(executed))
      if (!isHalf && !isDeepStrictEqual(did, would)) t.strictSame(did, would, `${at}: the same commands`)
    })
    t.pass('settled, with the commands of a run that nobody kills')
    for (let batch = undisturbed.stays.executed.length; batch < undisturbed.leaves.executed.length; batch++) {
      const { fakeSwitch, core } = lived({ batch, point }, true)
      const [actual, expected] = [fakeSwitch, undisturbed.leaves.fakeSwitch].map(({ flows }) => sorted(flows))
      if (!isDeepStrictEqual(actual, expected) || !core.isInSync())
        t.strictSame(actual, expected, `batch ${batch}: what others had is back`)
    }
    t.pass('and everything of others comes back when we leave')
    t.end()
  })

t.test('what others had before is what is there at the end', (t) => {
  t.strictSame(
    sorted(undisturbed.leaves.fakeSwitch.flows),
    sorted([['table=0,priority=0', '0x0 NORMAL'], ...foreign]),
  )
  t.end()
})
