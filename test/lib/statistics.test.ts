import t from 'tap'
import { bindingFlows } from '../../lib/pipeline/binding.js'
import { countingFlows } from '../../lib/pipeline/counting.js'
import { bindingOf } from '../../lib/model/identity.js'
import type { FlowKey } from '../../lib/model/flow.js'
import { type FlowCount, Statistics } from '../../lib/daemon/statistics.js'

const port = '11111111-0000-4000-8000-000000000000'
const row = '22222222-0000-4000-8000-000000000000'

function bound(ofports: readonly number[], logicalSwitch = 'aaaaaaaa-0000-4000-8000-000000000000') {
  const binding = { number: bindingOf(ofports[0] ?? 0, 10), ofports, vlan: 10, port, logicalSwitch }
  return { of: `${port} 10 ${logicalSwitch}`, row, binding }
}

/** Frames of a hundred bytes: those that came in by each ofport, and those that left. */
function counts({ binding }: ReturnType<typeof bound>, into: readonly number[], outOf: number) {
  const keys = countingFlows(binding)
  const count = (packets: number): FlowCount => ({ packets, bytes: packets * 100 })
  return new Map<FlowKey, FlowCount>([
    ...keys.into.map((key, i) => [key, count(into[i] ?? 0)] as const),
    [keys.outOf, count(outOf)],
  ])
}

const packets = (statistics: Statistics): readonly number[] =>
  [...statistics.outdated()].flatMap(([, totals]) => [totals.packets_from_local, totals.packets_to_local])

t.test('the counting flows are flows of the binding', (t) => {
  const { binding } = bound([1, 2])
  const keys = bindingFlows(binding, 300, null).map(({ key }) => key)
  const { into, outOf } = countingFlows(binding)
  for (const key of [...into, outOf]) t.ok(keys.includes(key), key)
  t.equal(into.length, 2)
  t.end()
})

t.test('a flow made anew counts from zero and the binding goes on', (t) => {
  const [statistics, one] = [new Statistics(), bound([1])]
  statistics.read(counts(one, [5], 2), [one])
  statistics.read(counts(one, [1], 2), [one])
  t.strictSame(packets(statistics), [6, 2])
  t.end()
})

t.test('a member that leaves a bond takes no frames along', (t) => {
  const [statistics, bond, single] = [new Statistics(), bound([1, 2]), bound([1])]
  statistics.read(counts(bond, [5, 7], 0), [bond])
  statistics.read(counts(bond, [5, 9], 0))
  statistics.read(counts(single, [6], 0), [single])
  t.strictSame(packets(statistics), [15, 0])
  t.end()
})

t.test('what counted for another switch until now is not counted again', (t) => {
  const [statistics, before] = [new Statistics(), bound([1])]
  const after = bound([1], 'bbbbbbbb-0000-4000-8000-000000000000')
  statistics.read(counts(before, [5], 4), [before])
  statistics.read(counts(after, [8], 4), [after])
  t.strictSame(packets(statistics), [3, 0])
  t.end()
})

t.test('after a start the greater word counts: of the flows, or of the database', (t) => {
  const written = { packets_from_local: 7, bytes_from_local: 700, packets_to_local: 1, bytes_to_local: 100 }
  const [statistics, one] = [new Statistics(), bound([1])]
  statistics.written([[row, written]])
  statistics.read(counts(one, [5], 4), [one])
  t.strictSame(packets(statistics), [7, 4])
  statistics.read(counts(one, [6], 4), [one])
  t.strictSame(packets(statistics), [8, 4])
  t.end()
})

t.test('only what changed is written', (t) => {
  const [statistics, one] = [new Statistics(), bound([1])]
  statistics.read(counts(one, [5], 4), [one])
  statistics.wrote([...statistics.outdated()])
  statistics.read(counts(one, [5], 4), [one])
  t.strictSame(packets(statistics), [])
  t.end()
})
