import type { Command } from 'commander'
import { shellLines } from '../../lib/plan/command.js'
import { buildCommands } from '../../lib/history/build.js'
import { positionAt, positionForms } from '../../lib/history/position.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import type { Terminal } from '../command-line/terminal.js'

export function addCommands(program: Command, terminal: () => Terminal): void {
  program
    .command('commands')
    .description('a script that builds the switch of a position from nothing: bridge, ports and our flows')
    .argument('<JOURNAL>')
    .option('--at <POSITION>', positionForms, 'HEAD')
    .addHelpText('after', examples('vtep-replay commands br0 --at 03:12 > build.sh'))
    .action((name: string, { at }: { at: string }) =>
      withRecording(name, (recording) => {
        const out = terminal()
        const commands = buildCommands(recording.coreAt(positionAt(at, recording, Date.now())))
        for (const command of commands)
          if (out.isJson) out.json(command)
          else out.lines(shellLines(command))
      }),
    )
}
