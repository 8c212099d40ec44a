import fc from 'fast-check'
import t from 'tap'
import { Ranking } from '../../lib/derive/ranking.js'
import { noLimits } from '../../lib/model/limits.js'
import { bound, type World } from '../support/small-world.js'

t.test(
  'a ranking says of each key whether it is among the first, and which answers a change has changed',
  (t) => {
    const key = fc.constantFrom(...'a b c d e f g h i j'.split(' '))
    const changes = fc.array(fc.array(fc.tuple(key, fc.boolean()), { maxLength: 80 }), { maxLength: 8 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), changes, (most, rounds) => {
        const ranking = new Ranking(most)
        let there = new Set<string>()
        for (const round of rounds) {
          const after = new Set(there)
          for (const [each, isThere] of round) if (isThere) after.add(each)
          for (const [each, isThere] of round) if (!isThere) after.delete(each)
          const answers = () => new Map([...there].map((each) => [each, ranking.isWithin(each)]))
          const before = answers()
          const moved = ranking.note(new Set(round.map(([each]) => each)), (each) => after.has(each))
          const first = [...after].sort().slice(0, most)
          there = after
          for (const [each, isWithin] of answers()) {
            if (isWithin !== first.includes(each)) throw new Error(`${each} is within: ${String(isWithin)}`)
            if (before.has(each) && before.get(each) !== isWithin && !moved.includes(each))
              throw new Error(`${each} was not named`)
          }
        }
      }),
    )
    t.end()
  },
)

/** What is asked for and faults, after all is written. */
function faults(world: World): readonly string[] {
  world.work()
  const [row] = world.database.rows('Physical_Switch').values()
  return row?.['switch_fault_status'] as string[]
}

const addressesIn = (world: World): string[] =>
  Object.keys(world.flows(20)).flatMap((key) => /dl_dst=([0-9a-f:]+)/.exec(key)?.[1] ?? [])
const [a, b, c] = ['0a', '0b', '0c'].map((end) => `02:00:00:00:00:${end}`) as [string, string, string]

t.test('of too many remote MACs those with the lowest addresses are used, whenever they came', (t) => {
  const { world, ls } = bound({ ...noLimits, macs: 2 })
  world.remote(c, ls, '10.2.2.2')
  world.remote(b, ls, '10.2.2.2')
  t.strictSame(addressesIn(world), [b, c])
  t.strictSame(faults(world), [])
  const low = world.remote(a, ls, '10.2.2.2')
  t.strictSame(addressesIn(world), [a, b])
  t.strictSame(world.problems(), ['one too many for --max-macs=2'])
  t.strictSame(faults(world), ['mac_table_exhaustion'])
  world.edit((tables) => tables.Ucast_Macs_Remote.delete(low))
  t.strictSame(addressesIn(world), [b, c])
  t.strictSame(faults(world), [])
  t.end()
})

t.test('group addresses count, unknown-dst, malformed rows and switches that are not bound do not', (t) => {
  const { world, ls } = bound({ ...noLimits, macs: 1 })
  const other = world.insert('Logical_Switch', { name: 'ls1', tunnel_key: 44 })
  world.remote(a, other, '10.2.2.2')
  world.remote('unknown-dst', ls, '10.2.2.2')
  world.remote('nonsense', ls, '10.2.2.2')
  world.remote(b, ls, '10.2.2.2')
  t.strictSame(addressesIn(world), [b])
  t.match(world.problems(), [/^MAC is not an Ethernet address/])
  world.group('01:00:5e:00:00:05', ls, '10.2.2.3')
  t.notOk(addressesIn(world).includes(b), 'the group has the lower address')
  world.bind('p1', [[10, other]])
  t.strictSame(faults(world), ['mac_table_exhaustion', 'unspecified_fault'])
  t.end()
})

t.test('of too many VTEPs those with the lowest addresses are used, and nothing goes to others', (t) => {
  const { world, ls } = bound({ ...noLimits, tunnels: 2 })
  world.change('Logical_Switch', ls, { replication_mode: 'source_node' })
  world.remote('unknown-dst', ls, '10.2.2.3', '10.2.2.4')
  world.remote(a, ls, '10.2.2.4')
  const peers = () => Object.keys(world.flows(1)).flatMap((key) => /tun_src=(\S+)/.exec(key)?.[1] ?? [])
  t.strictSame(peers(), ['10.2.2.3', '10.2.2.4'])
  t.strictSame(faults(world), [])
  const row = world.remote(b, ls, '10.2.2.2')
  t.strictSame(peers(), ['10.2.2.2', '10.2.2.3'])
  t.strictSame(addressesIn(world), [b], 'what is behind the last one has no way')
  t.notMatch(JSON.stringify(world.flows(30)), /10\.2\.2\.4/)
  t.match(JSON.stringify(world.flows(30)), /10\.2\.2\.3/)
  t.strictSame(world.problems(), ['10.2.2.4 is one too many for --max-tunnels=2'])
  t.notOk(world.reports().some((key) => key.startsWith('Tunnel') && key.includes('10.2.2.4')))
  t.strictSame(faults(world), ['tunnel_exhaustion'])
  world.edit((tables) => tables.Ucast_Macs_Remote.delete(row))
  t.strictSame(addressesIn(world), [a])
  t.strictSame(peers(), ['10.2.2.3', '10.2.2.4'])
  t.strictSame(faults(world), [])
  t.end()
})

t.test('a VTEP with a key of its own loses and gets its way in with its place', (t) => {
  const { world, ls } = bound({ ...noLimits, tunnels: 1 })
  world.keyed(a, ls, '10.2.2.3', 77)
  const ways = () => Object.keys(world.flows(1)).filter((key) => key.includes('10.2.2.3'))
  t.equal(ways().length, 2, 'with its key and with the VNI of the switch')
  const row = world.remote(b, ls, '10.2.2.2')
  t.strictSame(ways(), [])
  world.edit((tables) => tables.Ucast_Macs_Remote.delete(row))
  t.equal(ways().length, 2, 'with its key and with the VNI of the switch')
  t.end()
})

t.test('what may be learned is shared by the bindings, in powers of two', (t) => {
  const { world, ls } = bound({ ...noLimits, learned: 100, learnedPerPort: 40 })
  const shares = () =>
    Object.values(world.flows(10)).flatMap((actions) => /limit=(\d+)/.exec(actions)?.[1] ?? [])
  t.strictSame(shares(), ['40', '40'], 'two ports: 100 / 2 is more than 40')
  world.work()
  world.bind('p1', [
    [10, ls],
    [11, ls],
  ])
  t.strictSame(shares(), ['25', '20', '20'], '100 / 4, and 40 / 2')
  world.work()
  world.bind('p1', [
    [10, ls],
    [11, ls],
    [12, ls],
  ])
  const [batch] = world.work()
  t.strictSame(shares(), ['25', '10', '10', '10'], '100 / 4 still, and 40 / 4')
  const added = batch?.kind === 'flows' ? batch.add.map(({ key }) => key) : []
  t.notOk(
    added.some((key) => key.startsWith('table=10') && key.includes('reg0=0x10000,')),
    'the other port is left alone',
  )
  t.end()
})
