import type { Command } from 'commander'
import { oneLine } from '../../lib/one-line.js'
import { compare, type FlowDifference } from '../../lib/replay/compare.js'
import { positionAt, positionForms } from '../../lib/replay/position.js'
import { examples } from './help.js'
import { withRecording } from './journal-at.js'
import type { Terminal } from './terminal.js'

export function addDiff(program: Command, terminal: () => Terminal): void {
  program
    .command('diff')
    .description('what differs between two positions: rows, flows that were desired, flows in the switch')
    .argument('<JOURNAL>')
    .argument('<A>', positionForms)
    .argument('<B>', 'the same')
    .addHelpText('after', examples('vtep-replay diff br0 03:12 HEAD', 'vtep-replay diff br0 HEAD~1 HEAD'))
    .action((name: string, a: string, b: string) =>
      withRecording(name, (recording) => {
        const out = terminal()
        const [before, after] = [a, b].map((text) => positionAt(text, recording, Date.now()))
        const comparison = compare(recording.coreAt(before ?? 0), recording.coreAt(after ?? 0))
        const { rows, desired, installed } = comparison
        if (rows.length + desired.length + installed.length > 0) out.status = 2
        if (out.isJson) return out.json(comparison)
        const pair = (from: string | null, to: string | null): void => {
          if (from !== null) out.line(out.styled('red', oneLine(`- ${from}`)))
          if (to !== null) out.line(out.styled('green', oneLine(`+ ${to}`)))
        }
        const text = (table: string, uuid: string, row: object | null): string | null =>
          row && `${table} ${uuid} ${JSON.stringify(row)}`
        const section = (title: string, count: number): void =>
          out.line(out.styled('bold', `${title}: ${count} ${count === 1 ? 'difference' : 'differences'}`))
        section('rows', rows.length)
        for (const { table, uuid, ...row } of rows)
          pair(text(table, uuid, row.before), text(table, uuid, row.after))
        const flows = (title: string, differences: readonly FlowDifference[]): void => {
          section(title, differences.length)
          for (const difference of differences) pair(difference.before, difference.after)
        }
        flows('desired flows', desired)
        flows('flows in the switch', installed)
      }),
    )
}
