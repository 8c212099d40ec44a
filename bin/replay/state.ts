import type { Command } from 'commander'
import { entriesOf } from '../../lib/model/collection.js'
import type { State } from '../../lib/model/state.js'
import { standing, standingText } from '../../lib/history/about.js'
import { pictureOf, pictureText } from '../../lib/screens/picture.js'
import { positionAt, positionForms } from '../../lib/history/position.js'
import type { Recording } from '../../lib/history/recording.js'
import { Subject } from '../../lib/history/subject.js'
import { subjectForms } from '../../lib/history/subject-form.js'
import { isSaid, unknownSubject } from '../../lib/history/unknown-word.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import type { Terminal } from '../command-line/terminal.js'

interface Options {
  readonly at: string
  readonly about?: string
  readonly tables: boolean
}

export function addState(program: Command, terminal: () => Terminal): void {
  program
    .command('state')
    .description('the emulated switch at a position: ports, bindings, logical switches, MACs, tunnels')
    .argument('<JOURNAL>')
    .option('--at <POSITION>', positionForms, 'HEAD')
    .option('--about <WHAT>', `only what stands there about it, with its flows: ${subjectForms}`)
    .option('--tables', 'the rows of both databases instead', false)
    .addHelpText(
      'after',
      examples(
        'vtep-replay state br0 --at 03:12',
        'vtep-replay state br0 --about 02:00:00:00:0e:01',
        'vtep-replay state br0 --tables',
      ),
    )
    .action((name: string, { at, about, tables }: Options) =>
      withRecording(name, (recording) => {
        const out = terminal()
        const core = recording.coreAt(positionAt(at, recording, Date.now()))
        if (about !== undefined) return showStanding(out, core.state, new Subject(about), recording)
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

/** Throws UnknownWordError where nothing recorded is about it. */
function showStanding(out: Terminal, state: State, subject: Subject, recording: Recording): void {
  const there = standing(state, subject)
  if (there.length === 0 && !isSaid(recording, subject)) throw unknownSubject(subject.text, recording)
  if (out.isJson) for (const mention of there) out.json(mention)
  else if (there.length === 0)
    out.line(`nothing is there about ${JSON.stringify(subject.text)}; \`history\` shows what was`)
  else for (const line of standingText(state, there)) out.line(line, line.startsWith(' ') ? null : 'bold')
}
