import t from 'tap'
import { bisect, type Verdict } from '../../lib/history/bisect.js'
import { holds } from '../../lib/history/predicate/holds.js'
import { parsePredicate } from '../../lib/history/predicate/parse.js'
import { replay } from '../../lib/history/verify.js'
import { longHistory } from '../support/recorded.js'

const entries = longHistory(300)
const core = replay(entries)
const entry = entries.find(({ event }) => event.type === 'Planned') ?? null

function isSo(text: string): boolean {
  const predicate = parsePredicate(text)
  if (predicate === null) throw new Error('no term')
  return holds(predicate, entry, () => core)
}

t.test('predicates', (t) => {
  const yes = [
    'flows > 10 flows>10 and flows<100000',
    'flow:"table=41,priority=0" flow:table=41,priority=0',
    'flow:"actions=drop"',
    '!flow:table=99 !flow:"dl_dst=02:ff:ff:ff:ff:ff"',
    'planned or nonsense',
    '(nonsense or Planned) and not (nonsense)',
    'planned !"no such words"',
    'row:Logical_Switch !row:zzzzzz',
    '!mac:02:ff:ff:ff:ff:ff !mac:nonsense@here',
    'port:p0 !port:p99 !tunnel:1.2.3.4',
    'table=20 or planned',
    'switches >= 1 switches != 99 problems >= 0 learned >= 0 tunnels >= 0 ports > 0',
  ]
  for (const text of yes) {
    t.ok(isSo(text), text)
    t.notOk(isSo(`!(${text})`), `not ${text}`)
  }
  t.equal(parsePredicate(' \t'), null)
  t.strictSame(parsePredicate('flow:"a b" or !problem'), {
    kind: 'or',
    of: [
      { kind: 'thing', thing: 'flow', text: 'a b' },
      { kind: 'not', of: { kind: 'state', word: 'problem' } },
    ],
  })
  t.end()
})

t.test('a predicate that is none names the place', (t) => {
  const bad: readonly (readonly [string, RegExp])[] = [
    ['flows >', /at character 8: a number is wanted/],
    ['fliws > 3', /at character 1: "fliws" can't be counted/],
    ['a and', /at character 6: a term is missing/],
    ['or a', /at character 1: a term is missing before "or"/],
    ['(a', /at character 3: \) is missing for the \( at character 1/],
    ['a)', /at character 2: "\)" is not expected/],
    ['a "b', /at character 3: .* begins no term/],
    ['!', /at character 2: a term is missing/],
  ]
  for (const [text, message] of bad) t.throws(() => parsePredicate(text), { message }, text)
  t.end()
})

t.test(
  'bisect finds a turn from good to bad, for all histories of eight positions, skips among them',
  async (t) => {
    const verdicts: readonly Verdict[] = ['good', 'bad', 'skip']
    for (let number = 0; number < 3 ** 6; number++) {
      const middle = Array.from({ length: 6 }, (_, i) => verdicts[Math.floor(number / 3 ** i) % 3] ?? 'skip')
      const all: readonly Verdict[] = ['good', ...middle, 'bad']
      let looked = 0
      const found = await bisect(10, 17, (seq) => (looked++, all[seq - 10] ?? 'skip'))
      const what = all.join(' ')
      const ends = [all[found.good - 10], all[found.bad - 10]]
      const between = all.slice(found.good - 9, found.bad - 10)
      if (ends.join() !== 'good,bad' || between.some((verdict) => verdict !== 'skip')) t.fail(what)
      if (looked !== found.looked) t.fail(`${what}: looked twice`)
    }
    await t.rejects(
      bisect(1, 4, () => 'bad'),
      /entry 1, where the search begins, is bad/,
    )
    await t.rejects(
      bisect(1, 4, () => 'good'),
      /entry 4, where the search ends, is good/,
    )
    let looked = 0
    await bisect(0, 1_000_000, (seq) => (looked++, seq < 123_456 ? 'good' : 'bad'))
    t.ok(looked <= 22, `${looked}`)
  },
)
