import type { Command } from 'commander'
import { localTime } from '../../lib/words/describe.js'
import { flowText } from '../../lib/model/flow.js'
import type { Entry } from '../../lib/model/event.js'
import type { Mention } from '../../lib/history/mentions.js'
import { Names } from '../../lib/words/names.js'
import { passage } from '../../lib/history/passage.js'
import { columnTexts, rowChange, type RecordedRowChange } from '../../lib/history/row-change.js'
import { Subject } from '../../lib/history/subject.js'
import { subjectForms } from '../../lib/history/subject-form.js'
import { unknownSubject } from '../../lib/history/unknown-word.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import type { Terminal } from '../command-line/terminal.js'

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
        const names = new Names(noRows)
        let isKnown = false
        for (const { entry, mentions } of passage(recording)) {
          const about = new Set(subject.among(mentions))
          isKnown ||= about.size > 0
          for (const mention of mentions) {
            const change = mention.what === 'row' ? rowChange(mention, names) : null
            names.hear(mention)
            if (!about.has(mention)) continue
            if (out.isJson) out.json({ seq: entry?.seq ?? null, atMs: entry?.atMs ?? null, ...mention })
            else out.line(`${whenText(entry)}  ${mentionText(mention, change, names)}`)
          }
        }
        if (!isKnown) throw unknownSubject(key, recording)
      }),
    )
}

const noRows = { vtep: null, ovs: null }

/** Null: it stood so before the first entry that is kept. */
function whenText(entry: Entry | null): string {
  if (entry === null) return `${'before'.padStart(6)}  ${''.padEnd(23)}`
  return `${String(entry.seq).padStart(6)}  ${localTime(entry.atMs)}`
}

function mentionText(mention: Mention, change: RecordedRowChange | null, names: Names): string {
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
    case 'claim':
      return `claimed ${names.claimed(mention.key)}: ${mention.value === null ? 'by nobody here' : `by ${mention.value.mac} at ${names.binding(mention.value.binding)}`}`
  }
}
