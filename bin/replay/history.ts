import type { Command } from 'commander'
import { localTime } from '../../lib/describe.js'
import { oneLine } from '../../lib/one-line.js'
import { mentionsIn, valueText } from '../../lib/replay/mentions.js'
import { Subject, subjectForms } from '../../lib/replay/subject.js'
import { examples } from './help.js'
import { withRecording } from './journal-at.js'
import type { Terminal } from './terminal.js'

export function addHistory(program: Command, terminal: () => Terminal): void {
  program
    .command('history')
    .description('every value that a row, a flow or a learned MAC ever had')
    .argument('<JOURNAL>')
    .argument('<KEY>', subjectForms)
    .addHelpText(
      'after',
      examples('vtep-replay history br0 02:00:00:00:0e:01', 'vtep-replay history br0 ls0'),
    )
    .action((name: string, key: string) =>
      withRecording(name, (recording) => {
        const out = terminal()
        const subject = new Subject(key)
        for (const entry of recording.entries())
          for (const mention of mentionsIn(entry)) {
            if (!subject.isAbout(mention)) continue
            const { seq, atMs } = entry
            if (out.isJson) {
              out.json({ seq, atMs, ...mention })
              continue
            }
            const what =
              mention.what === 'row'
                ? mention.table
                : mention.what === 'flow'
                  ? `flow (${mention.how})`
                  : 'learned'
            const start = `${String(seq).padStart(6)}  ${localTime(atMs)}  ${what} ${mention.key}`
            out.line(oneLine(`${start}: ${valueText(mention)}`))
          }
      }),
    )
}
