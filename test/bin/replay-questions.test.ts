import { spawn } from 'node:child_process'
import t from 'tap'
import { openJournal } from '../../journal/writer.js'
import { addLine } from '../../lib/model/flow.js'
import { entriesOf, none } from '../../lib/model/collection.js'
import { pictureOf, type Picture } from '../../lib/screens/picture.js'
import { replay } from '../../lib/history/verify.js'
import { journalOf, longHistory, ownDirectory } from '../support/recorded.js'
import { questionsTo, replayProgramFile, replays } from '../support/replays.js'
import { until } from '../support/until.js'

const entries = longHistory(120)
const journal = journalOf(entries, ownDirectory(t))
const { answer, json } = questionsTo(journal, t)
const last = entries.length

t.test('show: an entry with its changes, its commands for a shell and their outcome', (t) => {
  const planned = entries.find(({ event }) => event.type === 'Planned' && event.batch.kind === 'flows')
  const text = answer('show', String(planned?.seq))
  t.match(text, /^# \d+ .*Planned +switch: ovs-ofctl bundle: \d+ flows added/)
  t.match(text, /^ovs-ofctl -O OpenFlow14 bundle br0 - <<'END'\nflow add cookie=0x5654/m)
  t.match(text, /^END\n# \d+ .*Applied +switch in 1 ms$/m)
  const [{ outcome }] = json('show', String(planned?.seq)) as [{ outcome: { event: object } }]
  t.strictSame(outcome.event, { type: 'Applied', lane: 'switch', tookMs: 1 })
  const changed = entries.find(({ event }) => event.type === 'VtepUpdated' && !event.isCatchUp)
  const [, first = ''] = text.split('\n')
  const ofOutcome = answer('show', String((outcome as { seq?: number }).seq))
  t.match(ofOutcome.split('\n')[1], / Planned /, 'an outcome is shown with its plan')
  t.ok(first !== '' && ofOutcome.includes(first))
  t.match(answer('show', String(changed?.seq)), /^# (insert|modify|delete) [A-Z]\w+ \S.* [0-9a-f-]{36}$/m)
  t.end()
})

t.test('state: the switch as it was at any position', (t) => {
  for (const seq of [1, Math.floor(last / 2), last]) {
    const [picture] = json('state', '--at', String(seq)) as [Picture]
    t.strictSame(
      picture,
      JSON.parse(JSON.stringify(pictureOf(replay(entries.slice(0, seq))))),
      `entry ${seq}`,
    )
  }
  const text = answer('state')
  t.match(text, /^switch br0 \(running\), tunnel IPs 10\.2\.2\.1$/m)
  t.match(text, /^port p0\n {2}(untagged|VLAN \d+) in /m)
  t.match(text, /^logical switch .*\n {2}[0-9a-f:]{17} /m)
  const [row] = json('state', '--tables') as [{ table: string; uuid: string; row: object }]
  t.hasProps(row, ['table', 'uuid', 'row'])
  t.end()
})

t.test('flows: in the switch and desired, sorted by table', (t) => {
  const { state } = replay(entries)
  const expected = [...entriesOf(state.flows ?? none)].map(([, flow]) => addLine(flow))
  const lines = answer('flows').trimEnd().split('\n')
  t.strictSame([...lines].sort(), expected.sort())
  const tables = lines.map((line) => Number(/table=(\d+)/.exec(line)?.[1]))
  t.strictSame(
    tables,
    tables.toSorted((a, b) => a - b),
  )
  t.equal(answer('flows', '--desired').split('\n').length, lines.length + 1)
  t.equal(answer('flows', '--at', '1'), '', 'nothing is known yet')
  t.end()
})

t.test('diff: nothing with itself, everything between two positions', (t) => {
  const [same, other] = replays([
    ['diff', journal, 'HEAD', 'HEAD'],
    ['diff', journal, '1', 'HEAD'],
  ])
  t.equal(same?.status, 0)
  t.match(
    same?.stdout,
    /^rows: 0 differences\ndesired flows: 0 differences\nflows in the switch: 0 differences$/m,
  )
  t.equal(other?.status, 2)
  const installed = answer('flows').trimEnd().split('\n')
  const [, shown = ''] = (other?.stdout ?? '').split('flows in the switch: ')
  t.strictSame(
    shown
      .split('\n')
      .filter((line) => line.startsWith('+ '))
      .sort(),
    installed.map((line) => `+ ${line}`).sort(),
  )
  t.end()
})

t.test('a change of a row is told by the columns that differ, and by names', (t) => {
  const moved = entries.find(
    ({ event }) =>
      event.type === 'VtepUpdated' &&
      event.updates.some(({ table, row }) => table === 'Physical_Port' && row !== null),
  )
  t.match(answer('diff', String((moved?.seq ?? 1) - 1), String(moved?.seq)), /^ {4}vlan_bindings: /m)
  t.match(answer('stats'), /^ +\d+ {2}Physical_Port p\d \([0-9a-f-]{36}\)$/m)
  t.match(
    answer('log', '--kind', 'MacsLearned'),
    /MacsLearned +[0-9a-f:]{17} in \S+ at p\d (untagged|VLAN \d+)/m,
  )
  t.end()
})

t.test('log: by kind, by table, by what it is about, and between positions', (t) => {
  const lines = (...list: readonly string[]): number => answer('log', ...list).split('\n').length - 1
  const count = (type: string): number => entries.filter(({ event }) => event.type === type).length
  t.equal(lines(), last)
  t.equal(lines('--kind', 'planned'), count('Planned'))
  t.equal(lines('--kind', 'planned', '--kind', 'Applied'), count('Planned') + count('Applied'))
  t.equal(lines('--from', '10', '--to', '19'), 10)
  const changed = entries.filter(
    ({ event }) =>
      event.type === 'VtepUpdated' && event.updates.some(({ table }) => table === 'Ucast_Macs_Remote'),
  )
  t.equal(lines('--table', 'Ucast_Macs_Remote'), changed.length)
  const [{ event }] = changed as [(typeof changed)[number]]
  const row =
    event.type === 'VtepUpdated' ? event.updates.find(({ table }) => table === 'Ucast_Macs_Remote') : null
  const about = json('log', '--about', row?.uuid ?? '') as { seq: number }[]
  const all = json('history', row?.uuid ?? '') as { seq: number }[]
  t.strictSame([...new Set(about.map(({ seq }) => seq))], [...new Set(all.map(({ seq }) => seq))])
  t.ok(about.length < last)
  t.end()
})

t.test('log -f: what is recorded meanwhile is listed, of a live journal', async (t) => {
  const [first, rest] = [entries.slice(0, 50), entries.slice(50)]
  const file = journalOf(first, ownDirectory(t))
  const writer = openJournal(file)
  t.teardown(() => writer.close())
  const process_ = spawn(process.execPath, [replayProgramFile, 'log', '-f', '--json', file])
  t.teardown(() => void process_.kill('SIGKILL'))
  let printed = ''
  process_.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  const count = (): number => printed.split('\n').length - 1
  await until('what was there is listed', () => count() === first.length)
  writer.append(rest)
  await until('what came is listed', () => count() === last)
  t.strictSame(
    printed
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
    JSON.parse(JSON.stringify(entries)),
  )
})

t.test('stats: a history in numbers', (t) => {
  const [numbers] = json('stats') as [
    { entries: number; kinds: { kind: string; count: number }[]; applyMs: object; talkers: object[] },
  ]
  t.equal(numbers.entries, last)
  t.equal(
    numbers.kinds.reduce((sum, { count }) => sum + count, 0),
    last,
  )
  const applied = entries.filter(({ event }) => event.type === 'Applied').length
  t.strictSame(numbers.applyMs, { count: applied, min: 1, median: 1, p99: 1, max: 1 })
  t.equal(numbers.talkers.length, 10)
  t.match(answer('stats'), /^flows in a bundle: \d+, min 1, median \d+, p99 \d+, max \d+$/m)
  t.end()
})
