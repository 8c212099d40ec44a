import type { Command } from 'commander'
import { chronicleOf } from '../../lib/history/changes/tell.js'
import { positionForms, rangeOf } from '../../lib/history/position.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import type { Terminal } from '../command-line/terminal.js'
import { summaryLines } from './changes.js'

export function addSummary(program: Command, terminal: () => Terminal): void {
  program
    .command('summary')
    .description(
      'what is noteworthy: faults, failures, drift, outages and moved MACs, and where the last of each is',
    )
    .argument('<JOURNAL>')
    .option('--to <POSITION>', `up to there: ${positionForms}`)
    .addHelpText('after', examples('vtep-replay summary br0'))
    .action((name: string, options: { readonly to?: string }) =>
      withRecording(name, (recording) => {
        const out = terminal()
        const { to } = rangeOf(options, recording, Date.now())
        const chronicle = chronicleOf(recording, to)
        if (out.isJson) for (const line of chronicle.summary()) out.json(line)
        else summaryLines(out, chronicle, recording, to)
      }),
    )
}
