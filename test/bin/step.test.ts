import { execa } from 'execa'
import t from 'tap'
import { journalOf, longHistory, ownDirectory } from '../support/recorded.js'
import { PseudoTerminal } from '../support/pseudo-terminal.js'
import { replayProgramFile } from '../support/replays.js'

const journal = journalOf(longHistory(300), ownDirectory(t))
const command = [process.execPath, replayProgramFile, 'step', journal, '--at', '50', '--entries']

t.test('a person walks through time', async (t) => {
  const terminal = new PseudoTerminal(t, command)
  const first = await terminal.shows(/^ entry 50 of \d+ .*[^]*q quit$/m)
  t.equal(first.length, 24)
  t.ok(terminal.contents.isAlternate)
  t.notOk(terminal.contents.isCursorSeen)
  t.match(first.join('\n'), /^.{79}…$/m, 'a line that is cut shows so in the last column')
  terminal.type('\x1b[C\x1b[Cn')
  await terminal.shows(/^ entry 53 of/)
  terminal.type('\x1a\x1b[D')
  await terminal.shows(/^ entry 52 of/)
  t.ok(terminal.contents.isAlternate, 'Ctrl-Z without job control changes nothing')
  terminal.type(':HEAD~5\r')
  await terminal.shows(/^ entry 29\d of 30\d/)
  terminal.type('Uplanned\r')
  await terminal.shows(/^> .*planned/m)
  terminal.resize(100, 30)
  t.match((await terminal.shows(/(?=[^]*\n←→ step.*q quit$)/)).length, 30)
  terminal.type('q')
  t.strictSame(await terminal.ended(), { status: 0, isRestored: true })
  t.notOk(terminal.contents.isAlternate)
  t.ok(terminal.contents.isCursorSeen)
})

t.test('changes come first, and their entries on demand', async (t) => {
  const terminal = new PseudoTerminal(t, command.slice(0, -1))
  await terminal.shows(/^ change \d+ of \d+, entry \d+ .*[^]*q quit$/m)
  terminal.type('\x1b[C')
  await terminal.shows(/^ This change ─/m)
  terminal.type('\r')
  await terminal.shows(/^ entry \d+ of/)
  terminal.type('\x7f')
  await terminal.shows(/^ change \d+ of/)
  terminal.type('fmoved\r')
  await terminal.shows(/^ change .*only: moved/)
  terminal.type('q')
  t.strictSame(await terminal.ended(), { status: 0, isRestored: true })
})

t.test('the terminal is given back on every way out', async (t) => {
  const ways = {
    'Ctrl-C': { act: (terminal: PseudoTerminal) => terminal.type('\x03'), status: 0 },
    'Ctrl-C in a prompt': { act: (terminal: PseudoTerminal) => terminal.type(':1\x03'), status: 0 },
    SIGTERM: { act: (terminal: PseudoTerminal) => terminal.signal(15), status: -15 },
    SIGHUP: { act: (terminal: PseudoTerminal) => terminal.signal(1), status: -1 },
  }
  for (const [name, { act, status }] of Object.entries(ways)) {
    const terminal = new PseudoTerminal(t, command)
    await terminal.shows(/^ entry 50 of/)
    act(terminal)
    t.strictSame(await terminal.ended(), { status, isRestored: true }, name)
    t.notOk(terminal.contents.isAlternate, name)
    t.ok(terminal.contents.isCursorSeen, name)
  }
})

t.test('without a terminal it is text', async (t) => {
  const { stdout, stderr } = await execa(process.execPath, command.slice(1))
  t.match(stdout, /^> +50 /m)
  t.match(stdout, /^switch: br0 \(running\)$/m)

  t.notMatch(stdout, /\x1b/)
  t.equal(stderr, '')
})
