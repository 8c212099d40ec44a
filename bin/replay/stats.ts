import { statSync } from 'node:fs'
import { counted } from '../../lib/words/counted.js'
import type { Command } from 'commander'
import { localTime } from '../../lib/words/describe.js'
import { historyStatistics, type Spread } from '../../lib/history/statistics.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import type { Terminal } from '../command-line/terminal.js'

export function addStats(program: Command, terminal: () => Terminal): void {
  program
    .command('stats')
    .description('the history in numbers: events, plan sizes, times, what changes most, growth')
    .argument('<JOURNAL>')
    .addHelpText('after', examples('vtep-replay stats br0', 'vtep-replay stats br0 --json'))
    .action((name: string) =>
      withRecording(name, (recording) => {
        const out = terminal()
        const bytes = statSync(recording.file).size
        const statistics = historyStatistics(recording.entries())
        const { entries, fromMs, toMs, kinds, bundleFlows, planMs, applyMs, talkers } = statistics
        if (out.isJson) return out.json({ ...statistics, bytes })
        const times = fromMs === null || toMs === null ? '' : `, ${localTime(fromMs)} to ${localTime(toMs)}`
        out.line(`${counted(entries, 'entry')}${times}, ${counted(bytes, 'byte')}`)
        const hours = ((toMs ?? 0) - (fromMs ?? 0)) / 3_600_000
        if (hours > 0) out.line(`growth: ${counted(Math.round(entries / hours), 'entry')} an hour`)
        for (const { kind, count, perSecond } of kinds)
          out.line(`${kind.padEnd(14)}  ${String(count).padStart(9)}  ${perSecond.toFixed(3)} a second`)
        out.line(`flows in a bundle: ${spread(bundleFlows)}`)
        out.line(`from the last cause to its plan, ms: ${spread(planMs)}`)
        out.line(`a batch's run, ms: ${spread(applyMs)}`)
        out.line('what changes most:', 'bold')
        for (const { what, count } of talkers) out.line(`${String(count).padStart(9)}  ${what}`)
      }),
    )
}

function spread({ count, min, median, p99, max }: Spread): string {
  return count === 0 ? 'none' : `${count}, min ${min}, median ${median}, p99 ${p99}, max ${max}`
}
