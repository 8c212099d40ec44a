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
    .description('walk through time: entry, plan and state side by side on a terminal, else as text')
    .argument('<JOURNAL>')
    .option('--at <POSITION>', `where to begin (${positionForms})`, 'HEAD')
    .option('--filter <PREDICATE>', 'only entries for which this predicate holds (bisect --help)', '')
    .addHelpText(
      'after',
      examples('vtep-replay step br0', 'vtep-replay step br0 --at 03:12 --filter planned'),
    )
    .action((name: string, { at, filter }: { at: string; filter: string }) =>
      withRecording(name, async (recording) => {
        const out = terminal()
        const nowMs = Date.now()
        const walk = new Walk(recording, positionAt(at, recording, nowMs))
        walk.filter = filter
        if (out.isJson) return out.json(asJson(walk))
        if (isInteractive()) {
          // what takes long comes first, while its progress can be shown
          walk.after()
          progress.makeWay(true)
          return await walkThrough(new Walkthrough(walk, nowMs))
        }
        for (const line of plain(walk)) out.line(line)
      }),
    )
}

/** A person must be at both ends, in front of a terminal that can do more than print. */
function isInteractive(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && process.env['TERM'] !== 'dumb'
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
