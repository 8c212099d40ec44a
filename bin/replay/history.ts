import type { Command } from 'commander'
import { localTime } from '../../lib/describe.js'
import { oneLine } from '../../lib/one-line.js'
import { flowText } from '../../lib/model/flow.js'
import { type Mention, mentionsIn } from '../../lib/replay/mentions.js'
import { Names } from '../../lib/replay/names.js'
import { columnTexts, rowChange, type RowChange } from '../../lib/replay/row-change.js'
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
        const names = new Names(recording.first > 1 ? recording.coreAt(recording.first - 1).state : noRows)
        for (const entry of recording.entries())
          for (const mention of mentionsIn(entry)) {
            const change = mention.what === 'row' ? rowChange(mention, names) : null
            names.hear(mention)
            if (!subject.isAbout(mention)) continue
            const { seq, atMs } = entry
            if (out.isJson) out.json({ seq, atMs, ...mention })
            else
              out.line(
                oneLine(
                  `${String(seq).padStart(6)}  ${localTime(atMs)}  ${mentionText(mention, change, names)}`,
                ),
              )
          }
      }),
    )
}

const noRows = { vtep: null, ovs: null }

function mentionText(mention: Mention, change: RowChange | null, names: Names): string {
  switch (mention.what) {
    case 'row': {
      const columns = change === null ? [] : columnTexts(change, names)
      const start = `${change?.did ?? ''} ${mention.table} ${names.of(mention.key)}`
      return columns.length === 0 ? start : `${start}: ${columns.join(', ')}`
    }
    case 'flow':
      return `flow (${mention.how}) ${mention.value === null ? `${mention.key}: gone` : flowText(mention.value)}`
    case 'learned':
      return `learned ${names.learned(mention.key)}: ${mention.value === null ? 'forgotten' : names.binding(mention.value)}`
  }
}
