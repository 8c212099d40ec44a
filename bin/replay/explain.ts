import type { Command } from 'commander'
import { counted } from '../../lib/words/counted.js'
import { explain, sortedByPresence } from '../../lib/history/explain.js'
import { factsOf, headingOf } from '../../lib/words/explanation-text.js'
import { positionAt, positionForms } from '../../lib/history/position.js'
import { Subject } from '../../lib/history/subject.js'
import { subjectForms } from '../../lib/history/subject-form.js'
import { isSaid, unknownSubject } from '../../lib/history/unknown-word.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import type { Terminal } from '../command-line/terminal.js'

const mostShown = 20

export function addExplain(program: Command, terminal: () => Terminal): void {
  program
    .command('explain')
    .description(
      'why flows are in the switch, or were, the newest first: meaning, row, cause, plan, command, outcome',
    )
    .argument('<JOURNAL>')
    .argument('<WHAT>', subjectForms)
    .option('--at <POSITION>', positionForms, 'HEAD')
    .option('--all', `more than ${mostShown} flows, too`, false)
    .addHelpText(
      'after',
      examples(
        'vtep-replay explain br0 02:00:00:00:0e:01 --at 03:12',
        "vtep-replay explain br0 'cookie=0x5654…, table=20, priority=100,… actions=…'",
      ),
    )
    .action((name: string, what: string, { at, all }: { at: string; all: boolean }) =>
      withRecording(name, (recording) => {
        const out = terminal()
        const subject = new Subject(what)
        const seq = positionAt(at, recording, Date.now())
        const found = explain(recording, seq, subject)
        if (found.length === 0 && !isSaid(recording, subject)) throw unknownSubject(what, recording)
        const sorted = sortedByPresence(found)
        for (const one of all ? sorted : sorted.slice(0, mostShown))
          if (out.isJson) out.json(one)
          else {
            out.line(headingOf(one), 'bold')
            for (const { name, text } of factsOf(one))
              out.line(`${name === 'cause' ? '    ' : '  '}${name}:`.padEnd(12) + text)
          }
        if (out.isJson) return
        if (found.length === 0)
          out.line(
            `no flow of ours was ever there for ${JSON.stringify(what)}; \`history\` shows what is known of it`,
          )
        if (!all && found.length > mostShown)
          out.line(`${counted(found.length - mostShown, 'more flow')}: --all`)
      }),
    )
}
