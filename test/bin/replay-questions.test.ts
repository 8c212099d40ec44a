import { spawn } from 'node:child_process'
import t from 'tap'
import { openJournal } from '../../journal/writer.js'
import { addLine } from '../../lib/model/flow.js'
import { entriesOf, none } from '../../lib/model/buckets.js'
import { pictureOf, type Picture } from '../../lib/replay/picture.js'
import { replay } from '../../lib/replay/verify.js'
import { journalOf, longHistory, ownDirectory } from '../support/recorded.js'
import { replayProgramFile, replays } from '../support/replays.js'
import { until } from '../support/until.js'

const entries = longHistory(120)
const journal = journalOf(entries, ownDirectory(t))
const last = entries.length

/** What one command line prints; it must end well, or with differences. */
function answer(command: string, ...list: readonly string[]): string {
  const [outcome] = replays([[command, journal, ...list]])
  t.ok(
    outcome?.status === 0 || outcome?.status === 2,
    `${command} ${list.join(' ')}: ${outcome?.stderr ?? ''}`,
  )
  return outcome?.stdout ?? ''
}

const json = (command: string, ...list: readonly string[]): unknown[] =>
  answer(command, ...list, '--json')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)

t.test('show: an entry with its changes, its commands for a shell and their outcome', (t) => {
  const planned = entries.find(({ event }) => event.type === 'Planned' && event.batch.kind === 'flows')
  const text = answer('show', String(planned?.seq))
  t.match(text, /^\d+ .*Planned +switch: ovs-ofctl bundle: \d+ flows added/)
  t.match(text, /^ovs-ofctl -O OpenFlow14 bundle br0 - <<'END'\nflow add cookie=0x5654/m)
  t.match(text, /^END\n\d+ .*Applied +switch in 1 ms$/m)
  const [{ outcome }] = json('show', String(planned?.seq)) as [{ outcome: { event: object } }]
  t.strictSame(outcome.event, { type: 'Applied', lane: 'switch', tookMs: 1 })
  const changed = entries.find(({ event }) => event.type === 'VtepUpdated' && !event.isCatchUp)
  const [, first = ''] = text.split('\n')
  const ofOutcome = answer('show', String((outcome as { seq?: number }).seq))
  t.match(ofOutcome.split('\n')[1], / Planned /, 'an outcome is shown with its plan')
  t.ok(first !== '' && ofOutcome.includes(first))
  t.match(answer('show', String(changed?.seq)), /^(insert|modify|delete) [A-Z]\w+ \S.* [0-9a-f-]{36}$/m)
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

t.test('history: every value, by whatever name', (t) => {
  const update = entries.flatMap(({ event }) => (event.type === 'VtepUpdated' ? event.updates : []))
  const removed = update.find(({ table, row }) => table === 'Ucast_Macs_Remote' && row === null)
  const values = json('history', removed?.uuid ?? '') as { what: string; value: { MAC: string } | null }[]
  t.ok(values.length >= 2)
  t.equal(values.at(-1)?.value, null)
  const mac = values[0]?.value?.MAC ?? ''
  const byMac = json('history', mac) as { what: string; how?: string; value: unknown }[]
  t.ok(byMac.some(({ what, value }) => what === 'row' && value !== null))
  t.ok(
    byMac.some(({ what, how, value }) => what === 'flow' && how === 'planned' && value !== null),
    'the flow that was made for it',
  )
  const [line = ''] = answer('flows').split('\n').slice(-2)
  const key = /table=.*(?=,actions=)/.exec(line)?.[0] ?? ''
  t.match(answer('history', key), /flow \(planned\) cookie=0x5654.*,table=.*,actions=/)
  t.equal(answer('history', 'nobody'), '')
  t.end()
})

t.test(
  'explain: from a flow to its row, its cause, its plan and what came of it; also when it is gone',
  (t) => {
    const macRows = entries.flatMap(({ seq, event }) =>
      event.type === 'VtepUpdated'
        ? event.updates.flatMap(({ table, uuid, row }) =>
            table === 'Ucast_Macs_Remote' ? [{ seq, uuid, row }] : [],
          )
        : [],
    )
    const flowsNow = answer('flows')
    const cookie = (uuid: string): string => `0x5654${uuid.replaceAll('-', '').slice(0, 12)}`
    const living = macRows.find(({ uuid }) => flowsNow.includes(cookie(uuid)))
    const [line = ''] = flowsNow.split('\n').filter((one) => one.includes(cookie(living?.uuid ?? '')))
    const pasted = ` ${line
      .replace('flow add ', '')
      .replace(/,table=(\d+),/, ', duration=1.5s, table=$1, n_packets=0, n_bytes=0, ')
      .replace(',actions=', ' actions=')}`
    const text = answer('explain', pasted)
    t.match(text, /^ {2}meaning: {2}frames go to [0-9a-f:]{17} in .* to VTEP (10\.|fd00:)/m)
    t.match(text, /^ {2}rule: {5}mac$/m)
    const [row, logicalSwitch, locator] = text.split('  row:      ').slice(1)
    t.match(row, /^Ucast_Macs_Remote \S+ in .* \([0-9a-f-]{36}\)\n/)
    t.ok(row?.includes(`(${living?.uuid})\n    cause:  entry ${living?.seq}, `))
    t.match(row, /^ {4}cause: {2}entry \d+, \S+: insert$/m)
    t.match(logicalSwitch, /^Logical_Switch /, 'the rows that it leads to, too')
    t.match(locator, /^Physical_Locator (10\.|fd00:)/)
    t.match(text, /^ {2}plan: {5}entry \d+, \S+: switch: ovs-ofctl bundle/m)
    t.match(text, /^ {2}command: {2}ovs-ofctl -O OpenFlow14 bundle br0 -$/m)
    t.match(text, /^ {2}outcome: {2}entry \d+, .*switch in 1 ms$/m)
    t.match(text, /^ {2}now: {6}there$/m)
    t.equal(answer('explain', cookie(living?.uuid ?? '')), text, 'by cookie too')
    const gone = macRows.findLast(({ uuid, row }) => row === null && !flowsNow.includes(cookie(uuid)))
    const then = macRows.find(({ uuid }) => uuid === gone?.uuid)
    t.match(answer('explain', cookie(gone?.uuid ?? '')), /^ {2}now: {6}gone, entry \d+, .*ovs-ofctl bundle/m)
    t.match(
      answer('explain', cookie(gone?.uuid ?? ''), '--at', String((then?.seq ?? 0) + 4)),
      /now: {6}there/,
    )
    t.match(answer('explain', 'nobody'), /^no flow of ours was ever there for "nobody"$/m)
    t.end()
  },
)

t.test('blame: every flow in the switch, each with the plan that installed it', (t) => {
  const keys = answer('blame')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/).at(-1))
  const flows = answer('flows')
    .trimEnd()
    .split('\n')
    .map((line) => /table=.*(?=,actions=)/.exec(line)?.[0])
  t.strictSame([...keys].sort(), flows.sort())
  const blamed = json('blame') as { flow: { key: string }; planned: { seq: number } }[]
  for (const { flow, planned } of blamed) {
    const event = entries[planned.seq - 1]?.event
    const batch = event?.type === 'Planned' ? event.batch : null
    const added = batch?.kind === 'flows' ? batch.add : batch?.kind === 'config' ? batch.restoration?.add : []
    t.ok(
      added?.some(({ key }) => key === flow.key),
      `${flow.key} in entry ${planned.seq}`,
    )
  }
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
