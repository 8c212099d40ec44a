import t from 'tap'
import { Dumps } from '../../lib/ingest/dumps.js'
import type { Intake } from '../../lib/ingest/intake.js'

/** Dumps that end when they are told to, and what is heard of all that: a word for each thing said, `dump` for a dump. */
function begun() {
  const ends: ((text: string) => void)[] = []
  const names = new Map<Intake, string>()
  const heard: string[] = []
  const dumps = new Dumps(
    (taken) => void ends.push(taken),
    (intake) => void heard.push(names.get(intake) ?? 'dump'),
  )
  const say = (name: string): void => {
    const intake: Intake = () => []
    names.set(intake, name)
    dumps.pass(intake)
  }
  return { dumps, heard, say, end: () => ends.shift()?.(''), waiting: () => ends.length }
}

t.test(
  'a dump that is needed is made until no batch was in its way; what is said meanwhile waits',
  async (t) => {
    const { dumps, heard, say, end, waiting } = begun()
    dumps.request()
    say('a')
    dumps.disturb(true)
    say('b')
    t.strictSame(heard, [])
    end()
    t.strictSame(heard, ['a', 'b'], 'the dump counts for nothing')
    t.equal(waiting(), 1, 'another was begun')
    say('c')
    end()
    t.strictSame(heard.slice(2), ['dump', 'c'])
    t.equal(waiting(), 0)
  },
)

t.test(
  'an audit ends with the first batch: nothing waits for it any more, and no other follows',
  async (t) => {
    const { dumps, heard, say, end, waiting } = begun()
    dumps.audit()
    say('a')
    t.strictSame(heard, [])
    dumps.disturb(true)
    t.strictSame(heard, ['a'])
    say('b')
    t.strictSame(heard, ['a', 'b'])
    dumps.audit()
    t.equal(waiting(), 1, 'one at a time')
    end()
    t.strictSame([heard, waiting(), dumps.isRunning], [['a', 'b'], 0, false])
    dumps.audit()
    t.equal(waiting(), 0, 'the batch is under way still')
    dumps.disturb(false)
    dumps.audit()
    end()
    t.strictSame(heard, ['a', 'b', 'dump'])
  },
)

t.test('a dump that is needed follows an audit, also one that counts for nothing', async (t) => {
  for (const isDisturbed of [false, true]) {
    const { dumps, heard, end, waiting } = begun()
    dumps.audit()
    if (isDisturbed) dumps.disturb(true)
    dumps.request()
    t.equal(waiting(), 1)
    end()
    t.equal(waiting(), 1)
    end()
    t.strictSame(heard, isDisturbed ? ['dump'] : ['dump', 'dump'])
  }
})
