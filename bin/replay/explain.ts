import type { Command } from 'commander'
import { commandsOf, shellLines } from '../../lib/command.js'
import { localTime } from '../../lib/describe.js'
import { addLine } from '../../lib/model/flow.js'
import { oneLine } from '../../lib/one-line.js'
import { type Cause, explain, type Explanation } from '../../lib/replay/explain.js'
import { positionAt, positionForms } from '../../lib/replay/position.js'
import { Subject, subjectForms } from '../../lib/replay/subject.js'
import { examples } from './help.js'
import { withRecording } from './journal-at.js'
import type { Terminal } from './terminal.js'

const mostShown = 20
/** Of one row. */
const mostCauses = 4

export function addExplain(program: Command, terminal: () => Terminal): void {
  program
    .command('explain')
    .description('why flows are in the switch, or were: meaning, row, cause, plan, command, outcome')
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
        const found = explain(recording, seq, (mention) => subject.isAbout(mention))
        // what is there comes before what was
        const sorted = found.toSorted((a, b) => Number(a.gone !== null) - Number(b.gone !== null))
        for (const one of all ? sorted : sorted.slice(0, mostShown))
          if (out.isJson) out.json(one)
          else for (const line of explanationText(one, out)) out.line(line)
        if (out.isJson) return
        if (found.length === 0) out.line(`no flow of ours was ever there for ${JSON.stringify(what)}`)
        if (!all && found.length > mostShown) out.line(`${found.length - mostShown} more flows: --all`)
      }),
    )
}

function* explanationText(one: Explanation, out: Terminal): Generator<string> {
  const { flow, meaning, rows, planned, batch, outcome, gone } = one
  yield out.styled('bold', oneLine(addLine(flow).replace('flow add ', '')))
  yield oneLine(`  meaning:  ${meaning.words}`)
  yield `  rule:     ${meaning.rule}`
  for (const { table, uuid, name, causes } of rows) {
    yield oneLine(`  row:      ${table} ${name} (${uuid})`)
    const [left, shown] = [causes.slice(0, -mostCauses), causes.slice(-mostCauses)]
    if (causes.length === 0) yield '    cause:  before anything recorded'
    if (left.length > 0) yield `    cause:  ${left.length} earlier changes, from entry ${left[0]?.seq ?? 0}`
    for (const cause of shown) yield oneLine(`    cause:  ${causeText(cause)}`)
  }
  yield oneLine(`  plan:     ${planned === null ? 'before anything recorded' : causeText(planned)}`)
  if (batch !== null)
    for (const command of commandsOf(batch))
      yield oneLine(`  command:  ${shellLines({ ...command, input: '' })}`)
  if (outcome !== null) yield oneLine(`  outcome:  ${causeText(outcome)}`)
  yield oneLine(`  now:      ${gone === null ? 'there' : `gone, ${causeText(gone)}`}`)
}

function causeText({ seq, atMs, text }: Cause): string {
  return `entry ${seq}, ${localTime(atMs)}: ${text}`
}
