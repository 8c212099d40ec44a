import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database } from '../../adapters/sqlite.js'
import { execa } from 'execa'
import t from 'tap'
import { sha256 } from '../../adapters/sha256.js'
import { chainOf, chainStart } from '../../journal/format.js'
import { openJournal } from '../../journal/writer.js'
import { commandsOf, handed, reached } from '../../lib/plan/command.js'
import type { Batch } from '../../lib/model/batch.js'
import type { Entry, Ran } from '../../lib/model/event.js'
import { History } from '../support/history.js'
import { journalOf } from '../support/recorded.js'
import { replays } from '../support/replays.js'

const directory = mkdtempSync(join(tmpdir(), 'replay-'))
t.teardown(() => rmSync(directory, { recursive: true }))
const program = join('dist', 'bin', 'vtep-replay.js')

async function replay(
  ...list: readonly string[]
): Promise<{ status: number | undefined; out: string; err: string }> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...list], { reject: false })
  return { status: exitCode, out: stdout, err: stderr }
}

function recorded(name: string): { file: string; entries: readonly Entry[] } {
  const world = History.furnished()
  world.work()
  const file = join(directory, name)
  const writer = openJournal(file)
  writer.append(world.entries)
  writer.close()
  return { file, entries: world.entries }
}

t.test('lists every entry', async (t) => {
  const { file, entries } = recorded('list')
  const { status, out } = await replay(file)
  t.equal(status, 0)
  const lines = out.split('\n')
  t.equal(lines.length, entries.length)
  t.match(lines[0], /^ +1 {2}1970-01-01T\d\d:\d\d:00\.000 {2}Started +version test, switch br0, aging 300 s$/)
  t.match(out, /Planned +switch: ovs-ofctl bundle: \d+ flows added, \d+ removed/)
})

t.test('--json may stand before the command or behind it', (t) => {
  const { file } = recorded('json')
  const [behind, before, first, last] = replays([
    ['stats', file, '--json'],
    ['--json', 'stats', file],
    ['--json', file],
    [file, '--json'],
  ])
  t.equal(behind?.stdout.startsWith('{"entries":'), true)
  t.strictSame(before, behind)
  t.strictSame(first, last)
  t.end()
})

t.test('a sound journal is verified, also while it is open for writing', async (t) => {
  const { file, entries } = recorded('sound')
  const writer = openJournal(file)
  const { status, out } = await replay('verify', file)
  writer.close()
  t.equal(status, 0)
  const plans = entries.filter(({ event }) => event.type === 'Planned').length
  t.equal(out, `${file}: sound: ${entries.length} entries, ${plans} plans recomputed, 0 commands compared`)
})

t.test('a recorded plan that the entries before it do not lead to is a difference', async (t) => {
  const { file } = recorded('forged')
  rewrite(file, (body) =>
    body
      .replace('priority=100,dl', 'priority=101,dl')
      .replace('"add":[{', '"add":[{"key":"table=0,priority=1","cookie":"0x1","actions":"drop"},{'),
  )
  const { status, out } = await replay('verify', file)
  t.equal(status, 2)
  t.match(out, /^entry \d+: recorded plan .*, recomputed .*/)
})

t.test('a command that ran and is not the planned one is a difference, wherever it went', (t) => {
  const { entries } = recorded('ran')
  const where = {
    'ovs-vsctl': ['--db=tcp:10.0.0.1:6640'],
    'ovs-ofctl': ['unix:/run/br0.mgmt'],
    'ovsdb-client': [],
  }
  const planned = new Map<string, Batch>()
  const ranOf = (lane: string, change: (input: string) => string): readonly Ran[] => {
    const batch = planned.get(lane)
    return (batch === undefined ? [] : commandsOf(batch)).map((command) => {
      const { program, arguments: list, input } = reached(command, where[command.program])
      return { where: where[command.program], digest: sha256(handed([program, ...list], change(input))) }
    })
  }
  const withRan = (change: (input: string) => string): readonly Entry[] =>
    entries.map((entry) => {
      const { event } = entry
      if (event.type === 'Planned') planned.set(event.lane, event.batch)
      return event.type === 'Applied'
        ? { ...entry, event: { ...event, ran: ranOf(event.lane, change) } }
        : entry
    })
  const sound = journalOf(
    withRan((input) => input),
    directory,
    'as planned',
  )
  const other = journalOf(
    withRan((input) => input.replace('priority=100,', 'priority=101,')),
    directory,
    'otherwise',
  )
  const [good, bad] = replays([
    ['verify', sound],
    ['verify', other],
  ])
  t.match(good, { status: 0, stdout: /: sound: .*, [1-9]\d* commands compared\n$/ })
  t.match(bad, {
    status: 2,
    stdout:
      /^entry \d+: what ran is not what was planned: \{"program":"ovs-ofctl",.*\n(?:entry .*\n)*.*: \d+ differences: /,
  })
  t.end()
})

/** Changes bodies and mends the chain behind them, as someone who owns the file could. */
function rewrite(file: string, change: (body: string) => string): void {
  const database = new Database(file)
  let chain: Buffer = chainStart
  for (const row of database.prepare('select * from entry order by seq').all() as {
    seq: number
    at_ms: number
    body: string
  }[]) {
    const body = change(row.body)
    chain = chainOf(chain, row.seq, row.at_ms, body)
    database.prepare('update entry set body = ?, chain = ? where seq = ?').run(body, chain, row.seq)
  }
  database.close()
}

t.test('trouble is one line and status 1', (t) => {
  const text = join(directory, 'text')
  writeFileSync(text, 'no journal '.repeat(1000))
  const lists = [[join(directory, 'none')], [text], ['verify', text], [directory]]
  const [none, tooMany, help, ...troubles] = replays([[], ['log', text, 'x'], ['--help'], ...lists])
  troubles.forEach((outcome, i) =>
    t.match(outcome, { status: 1, stdout: '', stderr: /^vtep-replay: [^\n]+\n$/ }, String(lists[i])),
  )
  t.match(none, { status: 64, stdout: '', stderr: /^vtep-replay: missing required argument 'JOURNAL'\n$/ })
  t.match(tooMany, { status: 64, stdout: '', stderr: /^vtep-replay: too many arguments/ })
  t.match(help?.stdout, /^Usage: vtep-replay \[--json\] COMMAND JOURNAL/)
  t.end()
})

t.test('what-if shows the plans that would differ, and says what it can not use', async (t) => {
  const { file, entries } = recorded('what-if')
  const cause = entries.find(
    ({ event }) =>
      event.type === 'VtepUpdated' && event.updates.some(({ table }) => table === 'Ucast_Macs_Remote'),
  )
  const before = readFileSync(file)
  const { status, out } = await replay('what-if', file, '--without', String(cause?.seq))
  t.equal(status, 0)
  t.match(out, /^entry \d+ {2}\S+ {2}(switch|vtep)\n {2}recorded {2}.*\n {2}instead {3}.*\n {2}[-+] /)
  t.match(out, /\n\d+ plans? differs?$/)
  const [first = ''] = (await replay('what-if', '--json', file, '--without', String(cause?.seq))).out.split(
    '\n',
  )
  t.hasProps(JSON.parse(first), ['seq', 'lane', 'recorded', 'instead'])
  for (const list of [[], ['--without', '999'], ['--change', '3'], ['--change', '3={"type":"Nothing"}']])
    t.match(await replay('what-if', file, ...list), {
      status: list[1] === '999' ? 1 : 64,
      out: '',
      err: /^vtep-replay: [^\n]+$/,
    })
  const half = ['--change', `${cause?.seq}={"type":"VtepUpdated"}`]
  t.match(await replay('what-if', file, ...half), { status: 64, err: /is no event: isCatchUp: missing/ })
  t.strictSame(readFileSync(file), before)
})
