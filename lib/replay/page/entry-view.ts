import type { Core } from '../../core.js'
import { type Called, describe } from '../../describe.js'
import { commandsOf, shellLines } from '../../command.js'
import type { Entry } from '../../model/event.js'
import { addLine } from '../../model/flow.js'
import { oneLine } from '../../one-line.js'
import { Names } from '../names.js'
import { outcomeOf, planOf } from '../outcome.js'
import type { Recording } from '../recording.js'
import type { Pages } from '../step/pages.js'
import type { EntryLine, EntryView } from './api.js'

const around = 12
/** An outcome's plan is looked for so far back. */
const planWithin = 512
const mostLines = 500

/** An entry as the page shows it; no state is folded for it but where a learned MAC is to be told by its names. */
export function entryView(
  entry: Entry,
  recording: Recording,
  pages: Pages,
  coreAt: (seq: number) => Core,
): EntryView {
  const outcome = outcomeOf(entry, recording)
  const plan = planOf(entry, some(pages.backward(entry.seq - 1), planWithin))
  const { event } = entry
  const near = [
    ...[...some(pages.backward(entry.seq - 1), around)].reverse(),
    entry,
    ...some(pages.forward(entry.seq + 1), around),
  ]
  const isCalled = near.some((one) => one.event.type === 'MacsLearned' && one.event.updates.length > 0)
  const names = isCalled ? new Names(coreAt(entry.seq).state) : undefined
  const lineOf = (one: Entry): EntryLine => entryLine(one, names)
  return {
    ...lineOf(entry),
    around: near.map(lineOf),
    lines: flowLines(entry),
    commands: event.type === 'Planned' ? commandsOf(event.batch).map(shellLines) : [],
    outcome: outcome && {
      ...lineOf(outcome),
      hasFailed: outcome.event.type === 'Failed',
      tookMs: outcome.event.type === 'Applied' ? outcome.event.tookMs : null,
    },
    plan: plan && lineOf(plan),
  }
}

/** The entry in the words of `log`. */
function entryLine(entry: Entry, called: Called | undefined): EntryLine {
  const text = describe(entry, called).replace(/^ *\d+ {2}\S+ {2}\S+ */, '')
  return { seq: entry.seq, atMs: entry.atMs, type: entry.event.type, text: text.slice(0, 400) }
}

function* some(entries: Iterable<Entry | null>, count: number): Generator<Entry> {
  let left = count
  for (const entry of entries) {
    if (entry === null) continue
    yield entry
    if (--left === 0) return
  }
}

function flowLines({ event }: Entry): readonly string[] {
  if (event.type !== 'FlowsObserved') return []
  const lines = [
    ...event.absent.map((key) => `- ${key}`),
    ...event.present.map((flow) => `+ ${addLine(flow)}`),
  ]
  return lines.slice(0, mostLines).map(oneLine)
}
