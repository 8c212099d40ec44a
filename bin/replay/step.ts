import type { Command } from 'commander'
import { describe } from '../../lib/words/describe.js'
import { positionAt, positionForms } from '../../lib/history/position.js'
import { entryText, stateText } from '../../lib/screens/step/texts.js'
import { Walk } from '../../lib/screens/step/walk.js'
import { Walkthrough } from '../../lib/screens/step/walkthrough.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import { progress } from './progress.js'
import { walkThrough } from './step/session.js'
import type { Terminal } from '../command-line/terminal.js'

export function addStep(program: Command, terminal: () => Terminal): void {
  program
    .command('step')
    .description(
      'walk through time: changes, their entries and the state side by side on a terminal, else as text',
    )
    .argument('<JOURNAL>')
    .option('--at <POSITION>', `where to begin (${positionForms})`, 'HEAD')
    .option('--filter <PREDICATE>', 'only those for which this predicate holds (bisect --help)', '')
    .option(
      '--entries',
      'begin with the list of entries; else with that of changes, of 200,000 entries at most',
      false,
    )
    .addHelpText(
      'after',
      examples('vtep-replay step br0', 'vtep-replay step br0 --at 03:12 --filter planned'),
    )
    .action((name: string, { at, filter, entries }: { at: string; filter: string; entries: boolean }) =>
      withRecording(name, async (recording) => {
        const out = terminal()
        const nowMs = Date.now()
        const walk = new Walk(recording, positionAt(at, recording, nowMs))
        walk.filter = filter
        if (out.isJson) return out.json(asJson(walk))
        if (isInteractive()) {
          // what takes long comes first, while its progress can be shown
          walk.after()
          const view = new Walkthrough(walk, nowMs)
          const length = recording.last - recording.first + 1
          if (!entries && length <= longestTold) begin(view, filter)
          progress.makeWay(true)
          return await walkThrough(view)
        }
        for (const line of plain(walk)) out.line(line)
      }),
    )
}

/** A person must be at both ends, in front of a terminal that can do more than print. */
function isInteractive(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && process.env['TERM'] !== 'dumb'
}

/** Of a longer recording the changes are told when they are asked for. */
const longestTold = 200_000

/** Changes are told and filtered before the screen is entered. Throws PredicateError. */
function begin(view: Walkthrough, filter: string): void {
  for (const search of [view.toChanges(), view.changes.filtered(filter)]) while (search.next().done !== true);
}

const entriesAround = 3

function plain(walk: Walk): readonly string[] {
  const around = walk.around(entriesAround, entriesAround)
  const list = around.map((entry) => `${entry.seq === walk.entry.seq ? '>' : ' '}${describe(entry)}`)
  const before = walk.before().state
  return [...list, '', ...entryText(walk.entry, before), '', ...stateText(walk.after())]
}

function asJson(walk: Walk): object {
  return { entry: walk.entry, state: stateText(walk.after()) }
}
