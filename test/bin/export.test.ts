import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openRecording } from '../../journal/recording.js'
import { openJournal } from '../../journal/writer.js'
import type { Entry } from '../../lib/model/event.js'
import { journalOf, longHistory, ownDirectory } from '../support/recorded.js'
import { replays } from '../support/replays.js'

const directory = ownDirectory(t)
const history = longHistory(120)
const journal = journalOf(history, directory)

function run(...list: readonly string[]) {
  const [outcome] = replays([list])
  if (outcome === undefined) throw new Error('no outcome')
  return outcome
}

function entriesIn(file: string): { entries: readonly Entry[]; tip: string } {
  const recording = openRecording(file)
  const entries = [...recording.entries()]
  const tip = recording.tip(recording.last).chain.toString('hex')
  recording.close()
  return { entries, tip }
}

let files = 0
/** Exports, imports again and gives the new journal's file. */
function roundTrip(
  t: Pick<typeof import('tap').default, 'match'>,
  from: string,
  ...options: readonly string[]
): string {
  const [exported, imported] = [join(directory, `exported-${++files}`), join(directory, `imported-${files}`)]
  const outcomes = replays([
    ['export', from, ...options, '-o', exported],
    ['import', exported, '-o', imported],
    ['verify', imported],
  ])
  t.match(outcomes, [
    { status: 0, stdout: '', stderr: '' },
    { status: 0, stderr: '' },
    { status: 0, stdout: /: sound: / },
  ])
  return imported
}

t.test('what was exported comes back as it was, its chain too', (t) => {
  const whole = { entries: history, tip: entriesIn(journal).tip }
  t.strictSame(entriesIn(roundTrip(t, journal)), whole)
  t.strictSame(entriesIn(roundTrip(t, journal, '--format', 'ndjson')), whole)
  const part = entriesIn(roundTrip(t, journal, '--from', '60', '--to', '100'))
  t.strictSame(part.entries, history.slice(59, 100))
  const recording = openRecording(journal)
  t.equal(part.tip, recording.tip(100).chain.toString('hex'), 'a part goes on where the journal did')
  recording.close()
  t.strictSame(entriesIn(roundTrip(t, journal, '--at', '90')).entries, history.slice(89, 90))
  t.end()
})

t.test('also of a journal that has lost its beginning', (t) => {
  const whole = join(directory, 'whole')
  const writer = openJournal(whole)
  writer.append(history)
  const last = history.length
  const more = Array.from({ length: 12 }, (_, i) => ({
    seq: last + 1 + i,
    atMs: last + i,
    event: { type: 'FlowsDoubted', reason: 'x'.repeat(100_000) } as const,
  }))
  writer.append(more)
  const recording = openRecording(whole)
  const { state } = recording.coreAt(last + 12)
  recording.close()
  for (let i = 0; i < 3; i++) writer.tend(state)
  writer.append([{ seq: last + 13, atMs: last + 12, event: { type: 'FlowsDoubted', reason: 'last' } }])
  t.ok(writer.drop({ keepMs: null, maxBytes: 1 }, 0))
  writer.close()
  const again = roundTrip(t, whole)
  t.strictSame(entriesIn(again), entriesIn(whole))
  t.equal(entriesIn(again).entries[0]?.seq, last + 13)
  t.end()
})

t.test('as a script: plans with their outcome, or the switch of a position', (t) => {
  const { stdout } = run('export', journal, '--format', 'shell', '--from', '1', '--to', '60')
  t.match(stdout, /^# 1 {2}1970-01-01T00:00:00.000 {2}Started /)
  t.match(stdout, /\n# \d+ .* Planned .*\novs-vsctl .*\n/)
  t.match(stdout, /\novs-ofctl -O OpenFlow14 bundle br0 - <<'END'\nflow [^]*\nEND\n# \d+ .* Applied /)
  const built = run('export', journal, '--format', 'shell', '--at', '60')
  t.match(built, { status: 0, stdout: run('commands', journal, '--at', '60').stdout })
  t.end()
})

t.test('redacted, no name of the real history is left, in whatever form', (t) => {
  const secret = join(directory, 'secret')
  writeFileSync(secret, 'only for this test')
  const real = /br0|\b10\.2\.2\.|\b00:00:00:00:00:0[1-9]|"p\d"|"ls\d/
  t.ok(real.test(readFileSync(journal, 'latin1')))
  for (const part of [[], ['--from', '60', '--to', '100']]) {
    const made = roundTrip(t, journal, ...part, '--redact', '--secret', secret)
    t.equal(entriesIn(made).entries.length, part.length === 0 ? history.length : 41)
    t.strictSame(readFileSync(made, 'latin1').match(real), null)
  }
  const shell = ['export', journal, '--format', 'shell', '--redact']
  for (const list of [shell, [...shell, '--at', '60']]) {
    const { status, stdout } = run(...list)
    t.equal(status, 0)
    t.match(stdout, /\novs-ofctl -O OpenFlow14 bundle name-[0-9a-f]{8} - <<'END'\n/)
    t.strictSame(stdout.match(real), null)
  }
  const [one, two, other, ...wrong] = replays([
    ['export', journal, '--redact', '--secret', secret],
    ['export', journal, '--redact', '--secret', secret],
    ['export', journal, '--redact'],
    ['export', journal, '--secret', secret],
    ['export', journal, '--redact', '--secret', '/nonexistent'],
  ])
  t.ok(one?.stdout === two?.stdout && one?.stdout !== other?.stdout)
  t.match(wrong, [
    { status: 64, stderr: /--secret goes with --redact\n$/ },
    { status: 1, stderr: /^[^\n]+nonexistent[^\n]+\n$/ },
  ])
  t.end()
})

t.test('nothing that is there is overwritten', (t) => {
  const there = join(directory, 'there')
  writeFileSync(there, 'mine')
  const exported = join(directory, 'bundle')
  run('export', journal, '-o', exported)
  for (const list of [
    ['export', journal, '-o', there],
    ['import', exported, '-o', there],
  ])
    t.match(run(...list), { status: 1, stderr: `vtep-replay: ${there}: exists already\n` })
  t.equal(readFileSync(there, 'utf8'), 'mine')
  t.end()
})

t.test('what is no export, or damaged, is named by its line, and no journal is made', (t) => {
  const [bundle, part, json] = ['whole-bundle', 'part-bundle', 'json'].map((name) => join(directory, name))
  run('export', journal, '-o', bundle ?? '')
  run('export', journal, '--from', '60', '--to', '80', '-o', part ?? '')
  run('export', journal, '--format', 'ndjson', '-o', json ?? '')
  const [whole = '', some = '', entries = ''] = [bundle, part, json].map((file) =>
    readFileSync(file ?? '', 'utf8'),
  )
  const lines = whole.split('\n')
  const pieces = some.split('\n').filter((line) => line.startsWith('{"piece"')).length
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['empty', '', /line 1: nothing is in it/],
    ['text', 'no bundle\n', /line 1: neither a bundle nor an entry/],
    ['list', '[1]\n', /line 1: neither a bundle nor an entry/],
    ['binary', '\xff\xfe', /line 1: neither/],
    [
      'newer bundle',
      whole.replace('"bundle":1', '"bundle":99'),
      /line 1: version of a bundle 99, .* up to 1/,
    ],
    ['newer format', whole.replace('"format":2', '"format":99'), /line 1: format 99, .* up to 2/],
    ['cut', lines.slice(0, 50).join('\n'), /line 51: it is truncated/],
    ['cut within a line', whole.slice(0, -20), new RegExp(`line ${lines.length - 1}: not JSON`)],
    ['without an entry', lines.filter((_, i) => i !== 9).join('\n'), /line 10: entry 10 where entry 9 must/],
    ['changed', whole.replace('"name":"br0"', '"name":"br1"'), /line 3: entry 2 was damaged or changed/],
    ['two more', whole + whole, new RegExp(`line ${lines.length}: something stands behind`)],
    ['snapshot', some.replace(/br0/, 'br1'), /line \d+: the end is not that/],
    ['no snapshot', some.replace(/^\{"piece.*\n/gm, ''), /line 2: the snapshot before it is damaged/],
    ['half', entries.split('\n').slice(10).join('\n'), /line 1: entry 11 without what led to it/],
    ['hostile', '{"seq":1,"atMs":0,"event":{"type":"VtepUpdated"}}\n', /line 1: entry 1: isCatchUp: missing/],
    ['unknown', '{"seq":1,"atMs":0,"event":{"type":"Nonsense"}}\n', /line 1: entry 1: type: not one/],
  ]
  t.ok(pieces > 1)
  const made = join(directory, 'made')
  const outcomes = replays(
    cases.map(([name, text]) => {
      const file = join(directory, `bad ${name}`)
      writeFileSync(file, text)
      return ['import', file, '-o', made]
    }),
  )
  cases.forEach(([name, , why], i) => {
    t.equal(outcomes[i]?.status, 1, name)
    t.match(outcomes[i]?.stderr, /^vtep-replay: [^\n]+\n$/, name)
    t.ok(outcomes[i]?.stderr.startsWith(`vtep-replay: ${join(directory, `bad ${name}`)}: `), name)
    t.match(outcomes[i]?.stderr, why, name)
  })
  t.match(run('verify', made), { stderr: /no such file/ })
  t.end()
})
