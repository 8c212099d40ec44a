import t from 'tap'
import { Dumps, type Taken } from '../../lib/ingest/dumps.js'
import type { Intake } from '../../lib/ingest/intake.js'

/** Dumps that end when they are told to, and what is heard of all that: a word for each thing said, `dump` for a dump. */
function begun() {
  const ends: Taken[] = []
  const waits: { readonly waitMs: number; readonly then: () => void }[] = []
  const names = new Map<Intake, string>()
  const heard: string[] = []
  const dumps = new Dumps(
    (taken) => void ends.push(taken),
    (intake) => void heard.push(names.get(intake) ?? 'dump'),
    (waitMs, then) => void waits.push({ waitMs, then }),
  )
  const say = (name: string): void => {
    const intake: Intake = () => []
    names.set(intake, name)
    dumps.pass(intake)
  }
  /** What was waited for comes; gives how long that was. */
  const pass = (): number => {
    const next = waits.shift()
    next?.then()
    return next?.waitMs ?? NaN
  }
  const end = (tookMs = 0) => ends.shift()?.('', tookMs)
  return { dumps, heard, say, end, waiting: () => ends.length, waits: () => waits.length, pass }
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

t.test('others’ changes are looked at soon and at once, by a dump that counts', async (t) => {
  const { dumps, heard, end, waiting, waits, pass } = begun()
  dumps.lookSoon()
  dumps.lookSoon()
  t.strictSame([waiting(), waits()], [0, 1])
  t.equal(pass(), 1_000)
  t.equal(waiting(), 1)
  dumps.disturb(true)
  end()
  t.strictSame([heard, waits()], [[], 1], 'it counts for nothing, so there will be another')
  pass()
  t.strictSame([waiting(), waits()], [0, 1], 'none is begun while a batch is under way')
  dumps.disturb(false)
  pass()
  dumps.lookSoon()
  end()
  t.strictSame([heard, waits()], [['dump'], 1], 'what came meanwhile may not be in it')
  pass()
  end()
  t.strictSame([heard, waits()], [['dump', 'dump'], 0])
  dumps.lookSoon()
  dumps.request()
  end()
  pass()
  t.strictSame([heard.length, waiting(), waits()], [3, 0, 0], 'a dump that was made anyway will do')
})

t.test('however busy others are, looking at them takes a twentieth of the time', async (t) => {
  const { dumps, end, pass } = begun()
  let [waitedMs, dumpedMs] = [0, 0]
  for (let i = 0; i < 100; i++) {
    dumps.lookSoon()
    waitedMs += pass()
    const tookMs = (i % 10) * 300
    dumps.lookSoon()
    end(tookMs)
    dumpedMs += tookMs
  }
  t.ok(dumpedMs / waitedMs <= 1 / 19, `${dumpedMs} ms of ${waitedMs} ms`)
})
