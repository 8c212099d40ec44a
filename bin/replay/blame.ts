import type { Command } from 'commander'
import { localTime } from '../../lib/describe.js'
import { oneLine } from '../../lib/one-line.js'
import { explain } from '../../lib/replay/explain.js'
import { positionAt, positionForms } from '../../lib/replay/position.js'
import { byTable } from './flows.js'
import { examples } from './help.js'
import { withRecording } from './journal-at.js'
import type { Terminal } from './terminal.js'

export function addBlame(program: Command, terminal: () => Terminal): void {
  program
    .command('blame')
    .description('every flow of ours in the switch with the entry and the row that made it so')
    .argument('<JOURNAL>')
    .option('--at <POSITION>', positionForms, 'HEAD')
    .addHelpText('after', examples('vtep-replay blame br0', 'vtep-replay blame br0 --at HEAD-10m'))
    .action((name: string, { at }: { at: string }) =>
      withRecording(name, (recording) => {
        const out = terminal()
        const seq = positionAt(at, recording, Date.now())
        const there = explain(recording, seq, () => true).filter(({ gone }) => gone === null)
        for (const { flow, planned, row, causes } of there.toSorted((a, b) =>
          byTable(a.flow.key, b.flow.key),
        )) {
          const cause = causes.at(-1) ?? null
          const origin = row && { table: row.table, uuid: row.uuid }
          if (out.isJson) {
            out.json({ flow, planned, row: origin, cause })
            continue
          }
          const since = planned === null ? 'before'.padStart(6) : String(planned.seq).padStart(6)
          const time = planned === null ? '' : localTime(planned.atMs)
          const why = origin === null ? 'pipeline' : `${origin.table} ${origin.uuid.slice(0, 8)}`
          const because = cause === null ? '' : ` (entry ${cause.seq})`
          out.line(oneLine(`${since}  ${time.padEnd(23)}  ${`${why}${because}`.padEnd(40)}  ${flow.key}`))
        }
      }),
    )
}
