import t from 'tap'
import type { WireUpdates } from '../../lib/ingest/updates.js'
import { vtepUpdates } from '../../lib/ingest/intake.js'
import { hashOf } from '../../lib/model/collection.js'
import { linksOf } from '../../lib/pipeline/links.js'
import { sessionName } from '../../lib/derive/view/port-names.js'
import { createRandom } from '../support/differential/random.js'
import { bound } from '../support/small-world.js'
import { foreignWord } from './alphabet/command.js'
import { HostileRound } from './hostile-round.js'
import { RealSwitch } from './real-switch.js'
import { Tally } from './tally.js'

/** `SEED=N node dist/test/fuzz/fuzz.test.js` repeats a run; `npm run fuzz` is the long one. */
const seed = Number(process.env['SEED'] ?? Date.now() % 1e9)
t.comment(`SEED=${seed}`)

t.test('hostile rows, from bytes to commands: see HostileRound for what must hold', (t) => {
  const tally = new Tally()
  for (let round = seed; round < seed + 4; round++) {
    new HostileRound(createRandom(round), tally).play(300)
    t.pass(`seed ${round}`)
  }
  t.comment(`${tally.rows} rows`)
  t.end()
})

t.test('hostile rows through a real switch', async (t) => {
  const world = await RealSwitch.start(t, createRandom(seed))
  const { rows, refused, batches } = await world.play(200, () => undefined)
  t.comment(`${rows} rows, ${refused} refused by the server`)
  t.ok(rows >= 200 && batches > 5)
})

t.test('commands that are not of our alphabet are found', (t) => {
  const bundle = (line: string) => ({
    program: 'ovs-ofctl' as const,
    arguments: ['-O', 'OpenFlow14', 'bundle', 'br0', '-'],
    input: `${line}\n`,
  })
  const good = 'flow add cookie=0x5654000000000000,table=1,priority=100,tun_src=10.2.2.3,actions=resubmit(,2)'
  t.equal(foreignWord(bundle(good), 'br0'), null)
  const bad = [
    good.replace('resubmit(,2)', 'NORMAL'),
    good.replace('resubmit(,2)', 'resubmit(,2),output:LOCAL'),
    good.replace('10.2.2.3', '10.2.2.3\nflow add actions=drop'),
    good.replace('10.2.2.3', 'flow'),
    good.replace('tun_src', 'nw_src'),
    good.replace('cookie=0x', 'cookie='),
    `${good}\nEND`,
  ]
  for (const line of bad) t.type(foreignWord(bundle(line), 'br0'), 'string', line)
  const vsctl = (...list: readonly string[]) =>
    foreignWord({ program: 'ovs-vsctl', arguments: ['--timeout=10', '--', ...list], input: '' }, 'br0')
  t.equal(vsctl('add-port', 'br0', 'vtep-01234567'), null)
  t.type(vsctl('add-port', 'br0', '--db=x'), 'string')
  t.type(vsctl('set', 'Interface', 'bfd-01234567', 'options={remote_ip="1.2.3.4",key="x"}'), 'string')
  const written = (row: object) => {
    const operation = { op: 'insert', table: 'Physical_Locator', row }
    const list = ['transact', JSON.stringify(['hardware_vtep', operation])]
    return foreignWord({ program: 'ovsdb-client', arguments: list, input: '' }, 'br0')
  }
  t.equal(written({ dst_ip: '10.2.2.3' }), null)
  t.type(written({ dst_ip: 'nonsense' }), 'string')
  t.end()
})

t.test('end points that all fall into one link of a flood still fit into messages', (t) => {
  const copies = Array.from({ length: 3_000_000 }, (_, i) => `copy ${i}`).filter((copy) => hashOf(copy) === 7)
  t.ok(copies.length > 2000)
  const links = linksOf([], [copies], (copy) => copy)
  t.ok(links.every((link) => link.copies.length <= 500))
  t.strictSame(links.flatMap((link) => link.copies).sort(), copies.sort())
  t.end()
})

t.test('BFD sessions whose ports would have one name have two', (t) => {
  const [one, two] = ['10.1.47.233', '10.6.8.200']
  t.equal(sessionName('br0', one), sessionName('br0', two), 'else this tests nothing')
  const { world, ls } = bound()
  world.remote('02:00:00:00:00:01', ls, one)
  world.remote('02:00:00:00:00:02', ls, two)
  world.work()
  for (const uuid of world.database.rows('Tunnel').keys())
    world.change('Tunnel', uuid, { bfd_params: [['enable', 'true']] })
  const [batch] = world.work()
  const made = batch?.kind === 'config' ? batch.arguments.filter((each) => each.startsWith('bfd-')) : []
  t.equal(new Set(made).size, 2, made.join())
  t.ok(world.core.isInSync())
  t.end()
})

t.test('a number that no VNI can be is a problem of its row, also beyond what JavaScript counts to', (t) => {
  for (const key of [2 ** 24, 2 ** 53, 2 ** 60, -(2 ** 63), 2 ** 63 - 1]) {
    const { world, ls } = bound()
    const wire = `{"Logical_Switch":{"${ls}":{"modify":{"tunnel_key":${key}}}}}`
    world.take(vtepUpdates(JSON.parse(wire) as WireUpdates))
    t.strictSame(world.problems(), [`tunnel_key ${key} is out of range: a VNI is one of 0 to 16777215`])
    world.work()
  }
  t.end()
})
