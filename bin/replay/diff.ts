import type { Command } from 'commander'
import type { Core } from '../../lib/daemon/core.js'
import { compare, type FlowDifference } from '../../lib/history/compare.js'
import { Names } from '../../lib/words/names.js'
import { changeOf, columnTexts } from '../../lib/history/row-change.js'
import { positionAt, positionForms } from '../../lib/history/position.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import type { Terminal } from '../command-line/terminal.js'
import { exitStatus } from '../command-line/exit-status.js'

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
        const coreAt = (text: string): Core => recording.coreAt(positionAt(text, recording, Date.now()))
        const [before, after] = [coreAt(a), coreAt(b)]
        const comparison = compare(before, after)
        const { rows, desired, installed } = comparison
        if (rows.length + desired.length + installed.length > 0) out.status = exitStatus.found
        if (out.isJson) return out.json(comparison)
        const section = (title: string, count: number): void =>
          out.line(`${title}: ${count} ${count === 1 ? 'difference' : 'differences'}`, 'bold')
        section('rows', rows.length)
        const names = new Names(before.state)
        for (const { table, uuid, after: value } of rows)
          if (value !== null) names.hear({ what: 'row', table, key: uuid, value })
        for (const { table, uuid, before: was, after: is } of rows) {
          const [mark, style] =
            was === null
              ? (['+', 'green'] as const)
              : is === null
                ? (['-', 'red'] as const)
                : (['~', 'yellow'] as const)
          out.line(`${mark} ${table} ${names.of(uuid)} (${uuid})`, style)
          for (const text of columnTexts(changeOf(was, is), names)) out.line(`    ${text}`)
        }
        const flows = (title: string, differences: readonly FlowDifference[]): void => {
          section(title, differences.length)
          printFlows(out, differences)
        }
        flows('desired flows', desired)
        flows('flows in the switch', installed)
      }),
    )
}

/** What was there and is not, and the other way round. */
export function printFlows(out: Terminal, differences: readonly FlowDifference[]): void {
  for (const { before, after } of differences) printPair(out, before, after)
}

function printPair(out: Terminal, before: string | null, after: string | null): void {
  if (before !== null) out.line(`- ${before}`, 'red')
  if (after !== null) out.line(`+ ${after}`, 'green')
}
