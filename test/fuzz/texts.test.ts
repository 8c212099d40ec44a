import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { commandsOf } from '../../lib/plan/command.js'
import { describe } from '../../lib/words/describe.js'
import { changeFrom } from '../../lib/ingest/changes.js'
import { countFrom } from '../../lib/ingest/flows.js'
import { flowChanges, flowDump } from '../../lib/ingest/intake.js'
import type { Batch } from '../../lib/model/batch.js'
import { learnedCookie } from '../../lib/model/identity.js'
import { createRandom, type Random } from '../support/differential/random.js'
import { bound } from '../support/small-world.js'
import { foreignWord } from './alphabet/command.js'
import { bentBytes } from './bent.js'

/** `TEXTS=10000 [SEED=N] node dist/test/fuzz/texts.test.js` for a long search. */
const texts = Number(process.env['TEXTS'] ?? 300)
const seed = Number(process.env['SEED'] ?? Date.now() % 1e9)
t.comment(`TEXTS=${texts} SEED=${seed}`)

const others = [
  ['table=0,priority=300,ip,in_port=1', '0x77 output:2'],
  ['table=20,priority=100,metadata=0x5,dl_dst=02:00:00:00:00:09', '0x0 drop'],
  ['table=99,priority=0', '0x5655000000000000 resubmit(,5)'],
] as const

/** Of a bundle's line what ovs-ofctl would read otherwise than we mean it; null: nothing. */
function strayWord(line: string): string | null {
  if (!line.startsWith('flow delete_strict ')) return null

  if (/[\0-\x1f\x7f#]/.test(line)) return 'a character that is no part of a flow'
  const words = line.slice('flow delete_strict '.length).split(/[, ]+/)
  for (const name of ['cookie', 'table', 'priority'])
    if (words.filter((word) => word.startsWith(`${name}=`)).length !== 1) return `${name} is not said once`
  return /^cookie=0x5654[0-9a-f]{12}\/-1$/.test(words[0] ?? '') ? null : `cookie ${words[0]}`
}

function inspect(batches: readonly Batch[]): void {
  for (const command of batches.flatMap((batch) => commandsOf(batch))) {
    const isBundle = command.program === 'ovs-ofctl'
    const lines = isBundle ? command.input.slice(0, -1).split('\n') : []
    const stray = lines.map(strayWord).find((word) => word !== null)
    if (stray !== undefined) throw new Error(stray)
    // a flow with our cookie goes, whatever it matches
    const input = lines.filter((line) => !line.startsWith('flow delete_strict ')).map((line) => `${line}\n`)
    const complaint =
      isBundle && input.length === 0 ? null : foreignWord({ ...command, input: input.join('') }, 'br0')
    if (complaint !== null) throw new Error(`not of our alphabet: ${complaint}`)
  }
}

/** A switch with flows of ours, learned ones and those of others, which hears what was bent. */
function play(random: Random): string {
  const { world, ls, metadata } = bound()
  world.remote('02:00:00:00:00:01', ls, '10.2.2.3')
  world.remote('unknown-dst', ls, '10.2.2.3', '10.2.2.4')
  world.work()
  const { flows } = world.fakeSwitch
  for (const [key, text] of others) flows.set(key, text)
  const learned = `table=21,priority=100,metadata=${metadata},dl_dst=02:00:00:00:00:aa`
  flows.set(learned, `${learnedCookie(0x10000, ls)} load:0x10000->NXM_NX_REG1[]`)
  const honest = () => world.take(flowDump(world.fakeSwitch.dump()))
  honest()
  inspect(world.work())
  const before = new Map(flows)
  const dump = world.fakeSwitch.dump()
  const monitored = [...flows].map(([key, text]) => {
    const [, table, match = ''] = /^table=(\d+),priority=\d+,?(.*)$/.exec(key) ?? []
    const [cookie, actions] = text.split(' ')
    const event = random.pick(['ADDED', 'MODIFIED', 'DELETED reason=delete', 'DELETED reason=hard'])
    return ` event=${event} table=${table} hard_timeout=300 cookie=${cookie} ${match} actions=${actions}`
  })
  const size = () => world.entries.reduce((sum, entry) => sum + JSON.stringify(entry).length, 0)
  for (let i = 0; i < 4; i++) {
    const count = world.entries.length
    const sizeBefore = size()
    const isDump = random.chance(0.5)
    // a few lines are bent at more of their places than many
    const all = isDump ? dump.split('\n') : monitored
    const lines = random.chance(0.5) ? all : all.filter((line) => line.includes('564c') || random.chance(0.1))
    const text = bentBytes(lines.join('\n'), random).toString(isDump ? 'utf8' : 'latin1')
    if (isDump) world.take(flowDump(text))
    else
      world.take(
        flowChanges(
          text
            .split('\n')
            .map(changeFrom)
            .filter((change) => change !== undefined),
        ),
      )
    for (const entry of world.entries.slice(count)) {
      if (/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u.test(describe(entry)))
        throw new Error(`not a line: ${JSON.stringify(describe(entry))}`)
      if (!isDeepStrictEqual(entry, JSON.parse(JSON.stringify(entry))))
        throw new Error('an entry that JSON changes')
      for (const { key, binding } of entry.event.type === 'MacsLearned' ? entry.event.updates : [])
        if (key.length > 36 || Number(binding) > 0xffffffff)
          throw new Error(`learned: ${key} ${String(binding)}`)
    }
    if (size() - sizeBefore > 8 * text.length + 10_000) throw new Error('more is kept than was said')
    for (const line of text
      .split('\n')
      .map((each) =>
        each
          .replace(', table=', `, duration=${random.int(99)}.5s, table=`)
          .replace(/(table=\d+, )/, '$1n_packets=7, n_bytes=700, '),
      )) {
      const [, counted] = countFrom(bentBytes(line, random).toString('latin1')) ?? []
      if (
        counted !== undefined &&
        !(
          Number.isInteger(counted.packets) &&
          Number.isInteger(counted.bytes) &&
          counted.bytes < 2 ** 63 &&
          counted.packets < 2 ** 63
        )
      )
        throw new Error(`counted ${JSON.stringify(counted)}`)
    }
    inspect(world.work())
    for (const [key, value] of others)
      if (flows.get(key) !== value) throw new Error(`harms what is not ours: ${key}`)
  }
  honest()
  inspect(world.work())
  if (!world.core.isInSync()) throw new Error('not in sync after a dump that was not bent')
  for (const [key, value] of before)
    if (key !== learned && flows.get(key) !== value) throw new Error(`not as before: ${key}`)
  if (flows.size > before.size) throw new Error('flows more than before')
  return dump
}

t.test('bent text of ovs-ofctl harms nothing, and what was not bent mends all', (t) => {
  for (let round = seed; round < seed + texts; round++)
    try {
      play(createRandom(round))
    } catch (error) {
      t.fail(
        `TEXTS=1 SEED=${round}: ${error instanceof Error ? (error.stack ?? '').slice(0, 600) : String(error)}`,
      )
      if (t.counts.fail > 5) break
    }
  t.pass(`${texts} switches`)
  t.end()
})
