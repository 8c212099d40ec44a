import type { Command } from 'commander'
import { entriesOf } from '../../lib/model/collection.js'
import { pictureOf, pictureText } from '../../lib/replay/picture.js'
import { positionAt, positionForms } from '../../lib/replay/position.js'
import { examples } from './help.js'
import { withRecording } from './journal-at.js'
import type { Terminal } from './terminal.js'

export function addState(program: Command, terminal: () => Terminal): void {
  program
    .command('state')
    .description('the emulated switch at a position: ports, bindings, logical switches, MACs, tunnels')
    .argument('<JOURNAL>')
    .option('--at <POSITION>', positionForms, 'HEAD')
    .option('--tables', 'the rows of both databases instead', false)
    .addHelpText('after', examples('vtep-replay state br0 --at 03:12', 'vtep-replay state br0 --tables'))
    .action((name: string, { at, tables }: { at: string; tables: boolean }) =>
      withRecording(name, (recording) => {
        const out = terminal()
        const core = recording.coreAt(positionAt(at, recording, Date.now()))
        if (tables) {
          const { vtep, ovs } = core.state
          for (const [table, rows] of Object.entries({ ...vtep, ...ovs }))
            for (const [uuid, row] of [...entriesOf<object>(rows)].sort(([a], [b]) => (a < b ? -1 : 1)))
              if (out.isJson) out.json({ table, uuid, row })
              else out.line(`${table} ${uuid} ${JSON.stringify(row)}`)
          return
        }
        const picture = pictureOf(core)
        if (out.isJson) return out.json(picture)
        for (const line of pictureText(picture)) out.line(line, line.startsWith(' ') ? null : 'bold')
      }),
    )
}
