import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { faultsOf } from './documents/faults.js'
import { logged, messages } from './documents/messages.js'
import { type Page, pageOf, pages } from './documents/page.js'
import { runs } from './documents/sessions.js'

const all = pages()

t.test('no line is too long, no link is dead, and what is named is there', (t) => {
  t.ok(all.length > 40)
  t.strictSame(faultsOf(all), [])
  t.end()
})

t.test('the check finds each kind of fault', (t) => {
  const faulty = (text: string, file = 'docs/x.md'): readonly string[] => {
    const page = pageOf(file, text)
    return faultsOf([...all.filter((one) => one.file !== file), page]).filter((fault) =>
      fault.startsWith(file),
    )
  }
  const long = 'word '.repeat(30)
  const cases: readonly (readonly [fault: string, text: string, file?: string])[] = [
    ['docs/x.md:1: 150 characters, 120 are the most', long],
    ['docs/x.md:2: 154 characters, 120 are the most', `\n    ${long}`],
    ['README.md: 10241 bytes, 10240 are the most', `${'a\n'.repeat(5120)}b`, 'README.md'],
    ['ARCHITECTURE.md: 15361 bytes, 15360 are the most', `${'a\n'.repeat(7680)}b`, 'ARCHITECTURE.md'],
    ['docs/x.md:1: y.md: no such file', 'see [y](y.md)'],
    ['docs/x.md:1: ../README.md#nowhere: no such heading', 'see [there](../README.md#nowhere)'],
    ['docs/x.md:2: #here: no such heading', '# There\n![here](#here)'],
    ['docs/x.md:1: no link is called page', '![picture][page]'],
    ['docs/x.md:2: y.png: no such file', '![picture][page]\n[page]: y.png'],
    ['docs/x.md:1: test/nothing.test.ts: no such file', 'see `test/nothing.test.ts`'],
    ['docs/x.md:1: npm run nothing: no such script', 'type `npm run nothing -- --x`'],
    ['docs/x.md:1: ovs-vtep --nothing br0: no option --nothing', '`ovs-vtep --nothing br0`'],
    [
      'docs/x.md:3: vtep-replay log br0 --nowhere: no option --nowhere',
      'so\n\n    $ vtep-replay log br0 --nowhere',
    ],
  ]
  for (const [fault, text, file] of cases) t.strictSame(faulty(text, file), [fault], fault)
  const right = `# One two\n[a](#one-two) [b](../README.md) \`[c](d)\`\n\n    $ vtep-replay log br0 -f\n    ${long}`
  t.strictSame(faulty(right), [])
  t.end()
})

/** Warnings whose text is not written where they are logged, as they are there: what troubleshooting has of them. */
const saidElsewhere: Readonly<Record<string, readonly string[]>> = {
  'describeProblem(problem)': ['one too many for --max-macs=…'],
  text: [
    'drift: …',
    'BackedOff …',
    'JournalResumed …',
    'Failed …',
    'SourceLost …',
    'journal: degraded: …',
    'failed to open … for logging: …',
    '… was damaged; it is kept as …, a new journal begins',
    '… does not lead to where we are; it is kept as …',
  ],
  '`${database} at ${remote}: ${line}`': ['hardware_vtep at …: its schema lacks …'],
  '`${database} at ${remote}: ${event.reason}`': ['hardware_vtep at …: …'],
  '(error.stack ?? error.message)': ['EMER …'],
  'String(error)': ['EMER …'],
  'reasonOf(error)': ['EMER …'],
  // of several switches each line has the name of its own before it
  '`${name}: ${text}`': ['… was damaged; it is kept as …, a new journal begins'],
  'begun(text)': ['drift: …'],
  name: ['… .journal: another process writes this journal'],
  '`${ended}, restarting`': ['pid … exited with status …, restarting', 'pid … was killed by …, restarting'],
  'readiness.error': ['pid … exited with status …, restarting'],
}

/** Thrown within the program, and never shown; or no message. */
const internal = [
  "'failed'",
  "'answered'",
  "'package.json has no version'",
  "'nobody waits for it any more'",
  "'the session was closed'",
  "'a thread has ended before its work'",
  '`${inquiry.file}: nobody waits for the answer any more`',
  "'OVS VTEP Emulator'",
]

/** The source of a text, wherever it stands. */
function sourceOf(id: string): string {
  return id.slice(id.indexOf(': ') + 2)
}

/** The messages of an entry of troubleshooting: items of a list that are nothing but a message. */
function entriesOf({ lines }: Page): readonly string[] {
  return lines.flatMap(({ text }) => /^- `([^`]+)`$/.exec(text)?.[1] ?? [])
}

/** Without what may stand around a value. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/['"]…['"]/g, '…')
}

/** Whether one text is the other, with anything where it has `…` and before a colon; an entry that begins so is for its own words only. */
function says(entry: string, message: string): boolean {
  const fits = (pattern: string, text: string): boolean =>
    new RegExp(`^(?:.*: )?${pattern.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('…', '.*')}$`).test(
      text,
    )
  const words = plain(entry)
  return fits(message, words) || (!words.startsWith('…') && fits(words, message))
}

t.test('every message that something is wrong has an entry in troubleshooting', (t) => {
  const page = all.find(({ file }) => file === 'docs/troubleshooting.md')
  const entries = page === undefined ? [] : entriesOf(page)
  t.ok(entries.length > 100)
  const has = (parts: readonly string[]): boolean => {
    const message = plain(parts.join('…'))
    return entries.some((entry) => says(entry, message))
  }
  const warnings = logged()
  t.ok(warnings.length > 15, 'there are warnings')
  for (const { id, parts } of warnings) {
    const told = saidElsewhere[sourceOf(id)]
    if (told === undefined) t.ok(/[a-z]{4}/.test(parts.join(' ')) && has(parts), id)
    else for (const text of told) t.ok(entries.includes(text), `${id}: ${text}`)
  }
  const others = messages().filter(
    ({ id }) => saidElsewhere[sourceOf(id)] === undefined && !internal.includes(sourceOf(id)),
  )
  t.ok(others.length > 150, 'there are messages')
  t.strictSame(
    others.filter(({ parts }) => !has(parts)).map(({ id }) => id),
    [],
    'without an entry',
  )
  t.notOk(has(['', ': a message that nobody knows']), 'the search can fail')
  t.end()
})

t.test('the recorded incident: every command prints what the documents show, up to its `…`', (t) => {
  const beside = readdirSync('test/sample')
  const found = runs(all)
  const kinds = new Set(found.map(({ command }) => command.split(' ')[1]))
  for (const kind of 'log show explain blame history bisect diff state verify'.split(' '))
    t.ok(kinds.has(kind), kind)
  for (const { page, line, command, shown, wanted, status, stderr } of found) {
    t.match([status, stderr], [command.startsWith('vtep-replay diff ') ? 2 : 0, ''], command)
    t.strictSame(shown, wanted ?? shown, `${page.file}:${line}: ${command}; npm run documents shows it anew`)
  }
  t.strictSame(readdirSync('test/sample'), beside, 'nothing is written beside the sample')
  const [first] = found
  const other = pageOf('x.md', `    $ ${first?.command ?? ''}\n    something else\n`)
  t.not(runs([other])[0]?.wanted ?? null, null, 'another output is seen')
  t.end()
})

t.test('the README is short enough to be read, and leads everywhere', (t) => {
  const readme = readFileSync('README.md', 'utf8')
  for (const { file } of all)
    if (/^(?:docs\/[\w-]+\.md|[A-Z]+\.md)$/.test(file) && file !== 'README.md')
      t.ok(readme.includes(`](${file})`), `${file} is linked`)
  t.end()
})
