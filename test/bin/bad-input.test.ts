import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Database } from '../../adapters/sqlite.js'
import { execa } from 'execa'
import t from 'tap'
import { replayProgram } from '../../bin/replay/program.js'
import { Terminal } from '../../bin/command-line/terminal.js'
import { subjectForms } from '../../lib/history/subject-form.js'
import { journalOf, longHistory, ownDirectory } from '../support/recorded.js'
import { replayProgramFile, replays } from '../support/replays.js'
import { startServing } from '../support/serving.js'

const terminal = new Terminal(false, false)
const { commands } = await replayProgram(
  () => terminal,
  () => undefined,
)

/** What a command can't do without, beside its arguments. */
const needed: Readonly<Record<string, readonly string[]>> = {
  'what-if': ['--without', 'HEAD'],
  apply: ['--sandbox'],
  bisect: ['--good', 'HEAD~2', '--bad', 'flows >= 0'],
  compact: ['--keep', '1h', '--dry-run'],
}

/** Ends only when it is told to, where it can read anything at all. */
const endless = 'serve'

/** A command line of each command that reads a journal and ends, on this one; arguments beyond it are what any of them could be. */
function linesOn(journal: string): readonly (readonly string[])[] {
  const reading = commands.filter(
    (command) => command.registeredArguments[0]?.name() === 'JOURNAL' && command.name() !== endless,
  )
  return reading.map((command) => {
    const required = command.registeredArguments.filter((argument) => argument.required)
    const list = required.map((argument) => {
      if (argument.name() === 'JOURNAL') return journal
      return argument.description === subjectForms ? 'br0' : 'HEAD'
    })
    return [command.name(), ...list, ...(needed[command.name()] ?? [])]
  })
}

const directory = ownDirectory(t)
const sound = journalOf(longHistory(100), directory, 'sound')

function damaged(name: string, change: (file: string) => void): string {
  const file = join(directory, name)
  copyFileSync(sound, file)
  change(file)
  return file
}

function withSql(name: string, sql: string): string {
  return damaged(name, (file) => {
    const database = new Database(file)
    database.exec(sql)
    database.close()
  })
}

function written(name: string, contents: string): string {
  const file = join(directory, name)
  writeFileSync(file, contents)
  return file
}

mkdirSync(join(directory, 'directory'))
const bad: readonly (readonly [string, RegExp])[] = [
  [join(directory, 'missing'), /no such file/],
  // a fleet may be a directory of journals
  [join(directory, 'directory'), /not a file|no name in it ends with \.journal/],
  [written('empty', ''), /not a journal/],
  [written('text', 'no journal '.repeat(1000)), /not a journal/],
  [withSql('other', 'pragma application_id = 7'), /not a journal/],
  [withSql('newer', 'pragma user_version = 99'), /format 99, this program reads formats up to \d+/],
  [
    damaged('truncated', (file) => truncateSync(file, Math.floor(statSync(file).size / 2))),
    /damaged|malformed/,
  ],
  [
    withSql('changed', "update entry set body = replace(body, 'br0', 'br1') where seq = 1"),
    /entry 1 was damaged/,
  ],
  [withSql('last', "update entry set chain = x'00' where seq = (select max(seq) from entry)"), /was damaged/],
]

/** Those of which nothing can be read: the others have a single entry that is not what it was. */
const unreadable = bad.slice(0, -2).map(([file]) => file)

/** All that lies in the directory, but for what SQLite puts beside a file that it reads. */
function remains(): object {
  const files = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(
    files
      .map(({ name }) => ({ name, file: join(directory, name) }))
      .filter(
        ({ name, file }) => !name.endsWith('-shm') && !(name.endsWith('-wal') && statSync(file).size === 0),
      )
      .map(({ name, file }) => [name, [readFileSync(file).toString('base64'), statSync(file).mtimeMs]]),
  )
}

t.test('a file that is no sound journal: one line that names it, and no change', (t) => {
  t.ok(commands.length > 2)
  const before = remains()
  const cases = bad.flatMap(([file, why]) => {
    const lines = unreadable.includes(file) ? [...linesOn(file), [endless, file]] : linesOn(file)
    return lines.map((list) => ({ file, why, list }))
  })
  const outcomes = replays(cases.map(({ list }) => list))
  cases.forEach(({ file, why, list }, i) => {
    const { status, stderr } = outcomes[i] ?? { status: undefined, stderr: '' }
    const what = list.join(' ')
    t.equal(status, 1, what)
    t.match(stderr, /^vtep-replay: [^\n]+\n$/, what)
    t.ok(stderr.startsWith(`vtep-replay: ${file}: `), stderr)
    t.match(stderr, why, what)
  })
  t.strictSame(remains(), before)
  t.end()
})

t.test(
  'serve shows what can be read of a damaged journal, says what can not, and changes nothing',
  async (t) => {
    const before = remains()
    const { url, origin } = await startServing(t, join(directory, 'changed'))
    const [cookie = ''] = (await fetch(url, { redirect: 'manual' })).headers.getSetCookie()
    const ask = async (path: string) => await fetch(`${origin}/api/${path}`, { headers: { cookie } })
    const refused = await ask('entry?at=1')
    t.equal(refused.status, 409)
    t.match(await refused.json(), { error: /changed: entry 1 was damaged/ })
    t.equal((await ask('timeline')).status, 200)
    t.strictSame(remains(), before)
  },
)

t.test('a sound journal is only read, and one without an entry is no trouble that has no name', (t) => {
  const empty = journalOf([], directory, 'no-entries')
  const before = remains()
  const lines = linesOn(sound)
  replays(lines).forEach((outcome, i) => t.match(outcome, { stderr: '' }, String(lines[i])))
  for (const { status, stderr } of replays(linesOn(empty)))
    if (status !== 0)
      t.match({ status, stderr }, { status: 1, stderr: /^vtep-replay: [^\n]*no-entries: [^\n]+\n$/ })
  t.strictSame(remains(), before)
  t.end()
})

t.test('a position that is none', (t) => {
  const positions = ['999999', 'HEAD~999', 'nonsense', '25:00', '']
  const cases = commands.flatMap((command) => {
    if (!command.options.some(({ long }) => long === '--at')) return []
    return positions.map((at) => [
      ...(linesOn(sound).find(([name]) => name === command.name()) ?? []),
      '--at',
      at,
    ])
  })
  t.ok(cases.length > 0)
  replays(cases).forEach(({ status, stderr }, i) => {
    t.equal(status, 1, String(cases[i]))
    t.ok(stderr.startsWith(`vtep-replay: ${sound}: position `), stderr)
    t.match(stderr, /^[^\n]+\n$/)
  })
  t.end()
})

t.test('bisect: what can not be searched is one line, with the place in the predicate', (t) => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /say --bad PREDICATE or --run CMD/],
    [['--bad', 'problem', '--run', 'true'], /one of them/],
    [['--bad', ' '], /has no term/],
    [['--bad', 'flows > many'], /at character 9: a number is wanted/],
    [['--bad', 'in-sync and (problem'], /at character 21: \) is missing for the \( at character 13/],
    [['--bad', '!problem nonsense'], /at character 10: "nonsense" is asked of an entry/],
    [['--bad', 'flows > 999999'], /entry 103, where the search ends, is good, not bad/],
    [['--bad', 'flows >= 0'], /entry 0, where the search begins, is bad, not good/],
    [['--bad', 'problem', '--to', '5', '--from', '6'], /nothing is between entry 6 and entry 5/],
    [['--bad', 'problem', '--good', '999'], /sound: position "999"/],
  ]
  replays(cases.map(([list]) => ['bisect', sound, ...list])).forEach(({ status, stdout, stderr }, i) => {
    const [list, why] = cases[i] ?? [[], /never/]
    const isMisused = /^(say|one of|has no|at char)/.test(why.source)
    t.match({ status, stdout }, { status: isMisused ? 64 : 1, stdout: '' }, String(list))
    t.match(stderr, /^vtep-replay: [^\n]+\n$/)
    t.match(stderr, why)
  })
  t.end()
})

t.test('a command line that is none', (t) => {
  const cases = commands.flatMap((command) => [
    [command.name()],
    [command.name(), '--nonsense'],
    // a filter takes any number of words
    ...(command.registeredArguments.some(({ variadic }) => variadic)
      ? []
      : [[...(linesOn(sound).find(([name]) => name === command.name()) ?? []), 'a', 'b', 'c', 'd']]),
  ])
  replays(cases).forEach(({ status, stdout, stderr }, i) => {
    t.match({ status, stdout }, { status: 64, stdout: '' }, String(cases[i]))
    t.match(stderr, /^vtep-replay: [^\n]+\n$/, String(cases[i]))
  })
  t.end()
})

t.test('a file that another program lets nobody read', async (t) => {
  const locked = damaged('locked', () => undefined)
  const database = new Database(locked)
  database.pragma('locking_mode = exclusive')
  database.exec('begin exclusive')
  t.teardown(() => database.close())
  const results = await Promise.all(
    [...linesOn(locked), [endless, locked]].map(
      async (list) => await execa(process.execPath, [replayProgramFile, ...list], { reject: false }),
    ),
  )
  for (const { exitCode, stderr, command } of results) {
    t.equal(exitCode, 1, command)
    t.match(stderr, /^vtep-replay: [^\n]*locked: database is locked$/, command)
  }
})

t.test('every command has help with an example, and help shows all of them in groups', (t) => {
  const [all, ...each] = replays([['help'], ...commands.map((command) => [command.name(), '--help'])])
  commands.forEach((command, i) => {
    t.match(each[i], { status: 0, stderr: '', stdout: /\n\nExamples?:\n {2}vtep-replay / }, command.name())
    t.match(all?.stdout, new RegExp(`^  ${command.name()} `, 'm'))
    t.ok(command.helpGroup(), `${command.name()} is in a group`)
  })
  t.equal(all?.status, 0)
  t.end()
})
