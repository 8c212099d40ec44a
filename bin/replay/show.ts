import type { Command } from 'commander'
import { commandsOf, shellLines } from '../../lib/plan/command.js'
import { describe } from '../../lib/words/describe.js'
import type { Entry } from '../../lib/model/event.js'
import { recordedOutcomeOf, planOf } from '../../lib/history/outcome.js'
import { Pages } from '../../lib/screens/step/pages.js'
import { positionAt, positionForms } from '../../lib/history/position.js'
import type { Recording } from '../../lib/history/recording.js'
import { entryText } from '../../lib/screens/step/texts.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import type { Terminal } from '../command-line/terminal.js'

export function addShow(program: Command, terminal: () => Terminal): void {
  program
    .command('show')
    .description('one entry in full: its changes, its plan as lines for a shell, and what came of that')
    .argument('<JOURNAL>')
    .argument('<POSITION>', positionForms)
    .addHelpText('after', examples('vtep-replay show br0 41', 'vtep-replay show br0 HEAD~3'))
    .action((name: string, at: string) =>
      withRecording(name, (recording) => {
        const out = terminal()
        const seq = positionAt(at, recording, Date.now())
        if (out.isJson) return out.json(shownEntry(seq, recording))
        showEntry(out, recording, seq)
      }),
    )
}

/** An entry with the commands of its plan and what came of that; of an outcome also the entry that planned it. */
export function shownEntry(seq: number, recording: Recording): object {
  const [entry] = recording.entries(seq, seq)
  if (entry === undefined) return {}
  const plan = planOf(entry, new Pages(recording).backward(entry.seq - 1))
  return { entry, plan, commands: commandsIn(plan ?? entry), outcome: recordedOutcomeOf(entry, recording) }
}

/** The same for a person. */
export function showEntry(out: Terminal, recording: Recording, seq: number): void {
  const [entry] = recording.entries(seq, seq)
  if (entry === undefined) return
  printText(out, recording, entry)
  const plan = planOf(entry, new Pages(recording).backward(entry.seq - 1))
  if (plan !== null) printText(out, recording, plan)
  const outcome = recordedOutcomeOf(entry, recording)
  if (outcome !== null) out.line(`# ${describe(outcome).trimStart()}`)
}

function printText(out: Terminal, recording: Recording, entry: Entry): void {
  const [first = '', ...details] = entryText(entry, recording.coreAt(entry.seq - 1).state)
  // whoever gives this to a shell runs the plan alone
  const isPlan = entry.event.type === 'Planned' || entry.event.type === 'BackedOff'
  out.line(`# ${first}`, 'bold')
  for (const line of details) out.line(isPlan ? line : `# ${line}`)
}

function commandsIn({ event }: Entry): readonly string[] {
  return event.type === 'Planned' ? commandsOf(event.batch).map(shellLines) : []
}
