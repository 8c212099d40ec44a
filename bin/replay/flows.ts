import type { Command } from 'commander'
import { entriesOf, none } from '../../lib/model/collection.js'
import { addLine } from '../../lib/model/flow.js'
import { byTable } from '../../lib/model/flow.js'
import { positionAt, positionForms } from '../../lib/history/position.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import type { Terminal } from '../command-line/terminal.js'

export function addFlows(program: Command, terminal: () => Terminal): void {
  program
    .command('flows')
    .description('our flows in the switch at a position, as ovs-ofctl bundle reads them')
    .argument('<JOURNAL>')
    .option('--at <POSITION>', positionForms, 'HEAD')
    .option('--desired', 'those that the databases ask for instead', false)
    .addHelpText('after', examples('vtep-replay flows br0 --at HEAD-10m', 'vtep-replay flows br0 --desired'))
    .action((name: string, { at, desired }: { at: string; desired: boolean }) =>
      withRecording(name, (recording) => {
        const out = terminal()
        const core = recording.coreAt(positionAt(at, recording, Date.now()))
        const flows = desired ? core.derived()?.desired.flows : core.state.flows
        const list = [...entriesOf(flows ?? none)].sort(([a], [b]) => byTable(a, b))
        for (const [, flow] of list)
          if (out.isJson) out.json(flow)
          else out.line(addLine(flow))
      }),
    )
}
