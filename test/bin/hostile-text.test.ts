import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Answerer, json } from '../../bin/replay/serve/answers.js'
import { FleetAnswerer } from '../../bin/replay/serve/fleet-answers.js'
import { Exhibit } from '../../bin/replay/serve/exhibit.js'
import { replayProgram } from '../../bin/replay/program.js'
import { Terminal } from '../../bin/command-line/terminal.js'
import { eventFrom, MalformedEvent } from '../../journal/upcast.js'
import { isOneLine } from '../../lib/words/one-line.js'
import type { Reply } from '../../adapters/web/server.js'
import type { Answers } from '../../lib/screens/page/api.js'
import { frame } from '../../lib/screens/step/frame.js'
import { Walk } from '../../lib/screens/step/walk.js'
import { Walkthrough } from '../../lib/screens/step/walkthrough.js'
import { forgedEvents, hostile, hostileEvents } from '../support/hostile-events.js'
import { hostileHistory } from '../support/hostile-history.js'
import { journalOf, ownDirectory } from '../support/recorded.js'
import { diffs, replays } from '../support/replays.js'

const directory = ownDirectory(t)

const entries = hostileHistory()
const file = journalOf(entries, directory)
const hostileSeqs = entries.slice(-hostileEvents().length).map(({ seq }) => seq)

/** Every command that is declared, with what its arguments are here. */
async function commandLines(): Promise<readonly (readonly string[])[]> {
  const program = await replayProgram(
    () => new Terminal(false, false),
    () => {},
  )
  const argumentsOf: Readonly<Record<string, readonly (readonly string[])[]>> = {
    show: hostileSeqs.map((seq) => [file, String(seq)]),
    diff: [[file, String(entries[0]?.seq), 'HEAD']],
    explain: [
      [file, hostile],
      [file, '02:00:00:00:00:01'],
    ],
    history: [
      [file, hostile],
      [file, '02:00:00:00:00:01'],
    ],
    bisect: [
      [file, '--bad', `word:${hostile}`],
      [file, '--bad', 'flows > 0'],
    ],
    export: [
      [file],
      [file, '--format', 'ndjson'],
      [file, '--format', 'shell'],
      [file, '--format', 'shell', '--at', 'HEAD'],
      [file, '--redact'],
    ],
    import: [
      [join(directory, 'bundle'), '-o', join(directory, 'imported')],
      [file, '-o', join(directory, 'other')],
    ],
    log: [[file], [file, '--about', hostile], [file, '--table', hostile]],
    step: [
      [file],
      [file, '--filter', hostile],
      ...hostileSeqs.slice(0, 3).map((seq) => [file, '--at', String(seq)]),
    ],
    fleet: [[file], [file, '--about', hostile], [file, '--explain', hostile]],
    state: [[file], [file, '--tables']],
    flows: [[file], [file, '--desired']],
    'what-if': [
      [file, '--without', String(hostileSeqs[0])],
      ...hostileSeqs.slice(0, 4).map((seq) => [file, '--without', String(seq)]),
    ],
    compact: [[file, '--keep', '1s', '--dry-run']],
  }
  // another test opens its browser page, and the scratch switch is started by test/system/hostile-scratch.test.ts
  const elsewhere = ['serve', 'apply']
  return program.commands
    .map((command) => command.name())
    .filter((name) => !elsewhere.includes(name))
    .flatMap((name) =>
      (argumentsOf[name] ?? [[file]]).flatMap((list) => [
        [name, ...list],
        [name, ...list, '--json'],
      ]),
    )
}

/** A few at a time, for what they print goes through a pipe. */
function inParts(lines: readonly (readonly string[])[]): ReturnType<typeof replays> {
  const parts = Array.from({ length: Math.ceil(lines.length / 12) }, (_, i) =>
    lines.slice(12 * i, 12 * i + 12),
  )
  return parts.flatMap((part) => replays(part))
}

function inText(reply: Reply | null): string {
  const { body } = reply ?? { body: '' }
  return typeof body === 'string' ? body : [...body].join('')
}

function unseenIn(text: string): readonly string[] {
  return text.split('\n').filter((line) => !isOneLine(line))
}

t.test('no command prints what drives a terminal, and none ends with a trace', async (t) => {
  const [bundle] = replays([['export', file, '-o', join(directory, 'bundle')]])
  t.match(bundle, { status: 0 })
  const lines = await commandLines()
  const outcomes = inParts(lines)
  outcomes.forEach(({ status, stdout, stderr }, i) => {
    const what = `${lines[i]?.[0]} (${i})`
    t.ok([0, 1, 2, 64].includes(status ?? -1), `${what}: ${stderr.slice(0, 600)}`)
    t.strictSame(unseenIn(stdout), [], `${what}: output`)
    t.strictSame(unseenIn(stderr), [], `${what}: errors`)
    t.notMatch(stderr, /^ {4}at /m, what)
  })
})

const place = join(directory, 'canaries')
const stubs = join(directory, 'stubs')
mkdirSync(place)
mkdirSync(stubs)
for (const name of ['ovs-vsctl', 'ovs-ofctl', 'ovsdb-client']) {
  writeFileSync(join(stubs, name), '#!/bin/sh\nexec cat > /dev/null\n')
  chmodSync(join(stubs, name), 0o755)
}

/** The files that a script makes when shells run it with commands of Open vSwitch that do nothing. */
function ranBy(script: string): readonly string[] {
  for (const shell of ['sh', 'bash'])
    spawnSync(shell, [], { input: script, cwd: place, env: { PATH: `${stubs}:/usr/bin:/bin` } })
  return readdirSync(place)
}

t.test('what is printed for a shell runs nothing of it', (t) => {
  t.strictSame(ranBy('touch seen'), ['seen'], 'what is run is seen')
  rmSync(join(place, 'seen'))
  const scripts = [
    ['export', file, '--format', 'shell'],
    ['export', file, '--format', 'shell', '--at', 'HEAD'],
    ['commands', file],
    ...hostileSeqs.map((seq) => ['show', file, String(seq)]),
  ]
  const outcomes = inParts(scripts)
  outcomes.forEach(({ stdout }, i) => {
    t.strictSame(ranBy(stdout), [], JSON.stringify(scripts[i]))
  })
  t.end()
})

/** All that the page may ask; true: it is looked for in a whole history, so once is enough. */
const asked: Readonly<Record<Exclude<keyof Answers, '/api/fleet'>, boolean>> = {
  '/api/overview': false,
  '/api/timeline': false,
  '/api/changes': false,
  '/api/next': false,
  '/api/entry': false,
  '/api/scene': false,
  '/api/macs': false,
  '/api/flows': false,
  '/api/subject': false,
  '/api/explain': true,
  '/api/what-if': true,
  '/api/difference': false,
  '/api/bisect': true,
  '/api/status': false,
}

t.test('frames of step and answers of the page are plain', async (t) => {
  const exhibit = new Exhibit(file)
  for (const seq of hostileSeqs) {
    const walk = new Walk(exhibit.recording, seq)
    const spans = frame(new Walkthrough(walk, 0), { columns: 200, rows: 80 }).flat()
    t.strictSame(
      spans.map(({ text }) => text).filter((text) => !isOneLine(text)),
      [],
      `frame ${seq}`,
    )
  }
  const answerer = new Answerer(exhibit, 'token')
  while (exhibit.readOn());
  for (const [path, isSlow] of Object.entries(asked))
    for (const seq of isSlow ? hostileSeqs.slice(-1) : hostileSeqs) {
      const query = new URLSearchParams({
        at: String(seq),
        to: '1',
        about: hostile,
        words: hostile,
        find: hostile,
        filter: hostile,
        bad: 'flows > 0',
        without: String(seq),
      })
      const reply = await answerer.reply(path, query, new AbortController().signal)
      t.match(reply, { status: /^(200|409)$/ }, `${path} ${seq}`)
      t.strictSame(unseenIn(inText(reply)), [], `${path} ${seq}`)
    }
  for (const as of ['shell', 'bundle'])
    for (const seq of hostileSeqs) {
      const query = new URLSearchParams({ at: String(seq), from: String(seq), as })
      const reply = await answerer.reply('/api/download', query, new AbortController().signal)
      t.match(reply, { status: 200, saveAs: /^[\w.-]+$/ }, `${as} ${seq}`)
      const text = inText(reply)
      // where nothing is known there is nothing to make
      t.ok(text.length > 0 || seq === hostileSeqs[0])
      t.strictSame(unseenIn(text), [], `${as} ${seq}`)
      if (as === 'shell') t.strictSame(ranBy(text), [], `shell ${seq}`)
    }
  const fleet = new FleetAnswerer([{ name: hostile, base: '/hostile', exhibit }])
  for (const words of ['', hostile])
    t.strictSame(unseenIn(inText(json(200, fleet.view(words)))), [], `fleet ${words === ''}`)
  exhibit.close()
})

t.test('vtep-diff --journal prints it as plainly', (t) => {
  const bundle = join(directory, 'bundle')
  const lists = [
    ['br0', '--journal', file, '--desired', file, '--actual', file],
    ['br0', '--journal', 'none', '--desired', bundle, '--actual', bundle, '--unified'],
  ]
  for (const { stdout, stderr } of diffs(lists, { env: {}, cwd: directory })) {
    t.strictSame(unseenIn(stdout), [])
    t.strictSame(unseenIn(stderr), [])
    t.notMatch(stderr, /^ {4}at /m)
  }
  t.end()
})

t.test('a field that is not free is refused with its name, in one line', (t) => {
  for (const event of forgedEvents()) {
    const isRefused = (error: unknown) => error instanceof MalformedEvent && isOneLine(error.message)
    try {
      eventFrom(event)
      t.fail(`taken: ${JSON.stringify(event).slice(0, 300)}`)
    } catch (error) {
      if (!isRefused(error)) t.fail(String(error))
    }
  }
  t.end()
})
