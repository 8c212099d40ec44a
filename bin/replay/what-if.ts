import type { Command } from 'commander'
import { describeBatch, localTime } from '../../lib/words/describe.js'
import type { Batch } from '../../lib/model/batch.js'
import type { Event } from '../../lib/model/event.js'
import { addLine, deleteLine } from '../../lib/model/flow.js'
import { oneLine } from '../../lib/words/one-line.js'
import { positionAt } from '../../lib/history/position.js'
import type { Recording } from '../../lib/history/recording.js'
import { type Edits, whatIf, WhatIfError } from '../../lib/history/what-if.js'
import { TroubleError } from '../command-line/trouble-error.js'
import { eventFrom, MalformedEvent } from '../../journal/upcast.js'
import { UsageError } from '../command-line/usage-error.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import type { Terminal } from '../command-line/terminal.js'

interface Options {
  readonly without: readonly string[]
  readonly change: readonly string[]
  readonly insert: readonly string[]
}

export function addWhatIf(program: Command, terminal: () => Terminal): void {
  const collect = (text: string, before: readonly string[]) => [...before, text]
  program
    .command('what-if')
    .description('how the plans would differ had other things happened')
    .argument('<JOURNAL>')
    .option('--without <POSITION>', 'leave this entry out; may be repeated', collect, [])
    .option(
      '--change <POSITION=EVENT>',
      'put EVENT, in JSON as `log --json` has it, in its place',
      collect,
      [],
    )
    .option('--insert <POSITION=EVENT>', 'let EVENT happen after it; 0: before all', collect, [])
    .addHelpText('after', examples('vtep-replay what-if br0 --without 41'))
    .action((name: string, options: Options) =>
      withRecording(name, (recording) => {
        const edits = editsIn(options, recording)
        print(terminal(), recording, edits)
      }),
    )
}

function editsIn({ without, change, insert }: Options, recording: Recording): Edits {
  const nowMs = Date.now()
  const changed = new Map<number, Event>()
  for (const text of change) {
    const { position, event } = editIn(text)
    changed.set(positionAt(position, recording, nowMs), event)
  }
  const insertedAfter = new Map<number, Event[]>()
  for (const text of insert) {
    const { position, event } = editIn(text)
    const seq = position === '0' ? 0 : positionAt(position, recording, nowMs)
    insertedAfter.set(seq, [...(insertedAfter.get(seq) ?? []), event])
  }
  const left = new Set(without.map((position) => positionAt(position, recording, nowMs)))
  if (left.size + changed.size + insertedAfter.size === 0)
    throw new UsageError('what-if: nothing is altered; see --without, --change and --insert')
  return { without: left, changed, insertedAfter }
}

function editIn(text: string): { position: string; event: Event } {
  const at = text.indexOf('=')
  if (at < 0) throw new UsageError(`${JSON.stringify(text)} is not POSITION=EVENT`)
  const position = text.slice(0, at)
  try {
    return { position, event: eventFrom(JSON.parse(text.slice(at + 1))) }
  } catch (error) {
    const reason = error instanceof MalformedEvent ? `: ${error.message}` : ' in JSON'
    throw new UsageError(`what stands for entry ${position} is no event${reason}`)
  }
}

function print(out: Terminal, recording: Recording, edits: Edits): void {
  let count = 0
  try {
    for (const plan of whatIf(recording.entries(), edits)) {
      count++
      if (out.isJson) {
        out.json(plan)
        continue
      }
      const where =
        plan.seq === null ? 'after the last entry' : `entry ${plan.seq}  ${localTime(plan.atMs ?? 0)}`
      out.line(`${where}  ${plan.lane}`, 'bold')
      out.line(`  recorded  ${words(plan.recorded)}`)
      out.line(`  instead   ${words(plan.instead)}`)
      const [before, after] = [linesOf(plan.recorded), linesOf(plan.instead)]
      for (const line of before) if (!after.has(line)) out.line(`  - ${line}`, 'red')
      for (const line of after) if (!before.has(line)) out.line(`  + ${line}`, 'green')
    }
  } catch (error) {
    if (error instanceof WhatIfError) throw new TroubleError(error.message)
    throw error
  }
  if (!out.isJson) out.line(count === 1 ? '1 plan differs' : `${count} plans differ`)
}

function words(batch: Batch | null): string {
  return batch === null ? 'nothing' : oneLine(describeBatch(batch))
}

/** What a batch changes, a line each. */
function linesOf(batch: Batch | null): ReadonlySet<string> {
  if (batch === null) return new Set()
  switch (batch.kind) {
    case 'config':
      return new Set([oneLine(batch.arguments.join(' ')), ...linesOf(batch.restoration)])
    case 'flows':
      return new Set([...batch.remove.map(deleteLine), ...batch.add.map(addLine)])
    case 'rows':
      return new Set(batch.operations.map((operation) => oneLine(JSON.stringify(operation))))
  }
}
