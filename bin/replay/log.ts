import type { Command } from 'commander'
import { describe } from '../../lib/describe.js'
import { withRecording } from './journal-at.js'
import { examples } from './help.js'
import type { Terminal } from './terminal.js'

export function addLog(program: Command, terminal: () => Terminal): void {
  program
    .command('log', { isDefault: true })
    .description('list the entries (what `vtep-replay JOURNAL` does)')
    .argument('<JOURNAL>')
    .addHelpText(
      'after',
      examples('vtep-replay br0', 'vtep-replay log --json /var/lib/openvswitch/vtep/br0.journal'),
    )
    .action((name: string) =>
      withRecording(name, (recording) => {
        const out = terminal()
        for (const entry of recording.entries()) {
          if (out.isJson) out.json(entry)
          else out.line(describe(entry))
        }
      }),
    )
}
