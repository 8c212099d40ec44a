import { tellsOfStations } from '../../words/narrator.js'
import type { Core } from '../../daemon/core.js'
import type { Called } from '../../words/describe.js'
import { commandsOf, shellLines } from '../../plan/command.js'
import type { Entry } from '../../model/event.js'
import { addLine } from '../../model/flow.js'
import { oneLine } from '../../words/one-line.js'
import type { Chronicle } from '../../history/changes/chronicle.js'
import { entryWords } from '../../history/changes/entry-words.js'
import { Names } from '../../words/names.js'
import { planOf } from '../../history/outcome.js'
import type { Pages } from '../step/pages.js'
import type { EntryLine, EntryView } from './api.js'
import { changeLine } from './change-view.js'

const around = 12
/** An outcome and its plan are looked for so far from each other, where the changes are not read yet. */
const within = 512
const mostLines = 500
const mostParts = 40

/** Where a moment is asked about. */
export interface Shown {
  readonly pages: Pages
  readonly chronicle: Chronicle
  readonly coreAt: (seq: number) => Core
}

/** An entry as the page shows it; no state is folded for it but where a learned MAC is to be told by its names. */
export function entryView(entry: Entry, { pages, chronicle, coreAt }: Shown): EntryView {
  const { event, seq } = entry
  const place = seq <= chronicle.last ? chronicle.placeOf(seq) : -1
  const parts = place < 0 ? [] : chronicle.entriesOf(place)
  const change = parts.includes(seq) ? (chronicle.at(place) ?? null) : null
  const near = [
    ...[...some(pages.backward(seq - 1), around)].reverse(),
    entry,
    ...some(pages.forward(seq + 1), around),
  ]
  const all = change === null ? [] : parts.slice(0, mostParts).flatMap((one) => pages.at(one) ?? [])
  const names = [...near, ...all].some(isNamed) ? new Names(coreAt(seq).state) : undefined
  const lineOf = (one: Entry): EntryLine => entryLine(one, names)
  const outcome = outcomeNear(entry, pages)
  const plan = planOf(entry, some(pages.backward(seq - 1), within))
  return {
    ...lineOf(entry),
    change: change && changeLine(change, place),
    parts: all.map(lineOf),
    about: change?.about ?? [],
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

function outcomeNear({ seq, event }: Entry, pages: Pages): Entry | null {
  if (event.type !== 'Planned') return null
  for (const later of some(pages.forward(seq + 1), within)) {
    const { type } = later.event
    if (type === 'Started') return null
    if ((type === 'Applied' || type === 'Failed') && later.event.lane === event.lane) return later
  }
  return null
}

/** Whether its line says numbers that have names. */
function isNamed({ event }: Entry): boolean {
  if (event.type === 'BackedOff' || event.type === 'RetryDue') return event.keys !== undefined
  return tellsOfStations(event)
}

function entryLine(entry: Entry, called: Called | undefined): EntryLine {
  const text = entryWords(entry.event, called)
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
