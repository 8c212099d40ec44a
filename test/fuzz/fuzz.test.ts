import t from 'tap'
import { vtepUpdates } from '../../lib/ingest/intake.js'
import { hashOf } from '../../lib/model/buckets.js'
import { linksOf } from '../../lib/layout/links.js'
import { sessionName } from '../../lib/plan/ports.js'
import { bound } from '../support/small-world.js'

t.test('end points that all fall into one link of a flood still fit into messages', (t) => {
  const copies = Array.from({ length: 3_000_000 }, (_, i) => `copy ${i}`).filter((copy) => hashOf(copy) === 7)
  t.ok(copies.length > 2000)
  const links = linksOf([], [copies])
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
    world.take(vtepUpdates(JSON.parse(`{"Logical_Switch":{"${ls}":{"modify":{"tunnel_key":${key}}}}}`)))
    t.strictSame(world.problems(), [`tunnel_key ${key} is out of range`])
    world.work()
  }
  t.end()
})
