import type { Batch } from '../model/batch.js'
import { describe } from '../describe.js'
import { entriesOf } from '../model/collection.js'
import type { Entry } from '../model/event.js'
import type { Flow, FlowKey } from '../model/flow.js'
import type { Uuid } from '../model/uuid.js'
import { type Meaning, meaningOf } from './meaning.js'
import { type Mention, mentionsIn } from './mentions.js'
import { Names } from './names.js'
import { originsOf } from './origin.js'
import { Past } from './past.js'
import type { Recording } from './recording.js'
import { columnTexts } from './row-change.js'

/** An entry that had a part in something. */
export interface Cause {
  readonly seq: number
  readonly atMs: number
  readonly text: string
}

/** A row that a flow was made from. */
export interface Origin {
  readonly table: string
  readonly uuid: Uuid
  /** What it is called, see Names. */
  readonly name: string
  /** As it stood when the flow was planned. */
  readonly columns: object | null
  /** What made it so until then, the latest last. */
  readonly causes: readonly Cause[]
}

/** Why a flow is in the switch, or was. */
export interface Explanation {
  readonly flow: Flow
  readonly meaning: Meaning
  /** What it was made from, as `originsOf`; none for the pipeline itself. */
  readonly rows: readonly Origin[]
  /** The plan that installed it; null: the switch had it before anything was recorded. */
  readonly planned: Cause | null
  readonly batch: Batch | null
  readonly outcome: Cause | null
  /** How it went; null: it is there. */
  readonly gone: Cause | null
}

interface Life {
  flow: Flow
  entry: Entry | null
  outcome: Entry | null
  gone: Entry | null
}

/**
 * The flows that `isAbout` says yes to, as they stand after entry `seq` or stood last before it, by key; where one was made for
 * another thing than the one before it in its place, its cookie says so, that one comes first. `isAbout` is
 * asked about every mention in order. One pass over the history.
 */
export function explain(
  recording: Recording,
  seq: number,
  isAbout: (mention: Mention) => boolean,
): readonly Explanation[] {
  const before = recording.first > 1 ? recording.coreAt(recording.first - 1).state : null
  const names = new Names({ vtep: null, ovs: null })
  const past = new Past()
  const lives = new Map<FlowKey, Life>()
  const former: Life[] = []
  /** Of the batch that runs. */
  let underWay: Life[] = []
  const hear = (mention: Mention, entry: Entry | null): void => {
    if (mention.what === 'row') past.hear(mention, entry, names)
    names.hear(mention)
    const isWanted = isAbout(mention)
    if (mention.what === 'flow' && isWanted) noteFlow(lives, former, underWay, mention, entry)
  }
  for (const [table, tables] of Object.entries({ ...before?.vtep, ...before?.ovs }))
    for (const [key, value] of entriesOf<object>(tables)) hear({ what: 'row', table, key, value }, null)
  for (const [key, value] of before?.flows === null || before === null ? [] : entriesOf(before.flows))
    hear({ what: 'flow', how: 'observed', key, value }, null)
  for (const entry of recording.entries(recording.first, seq)) {
    const { event } = entry
    const isEnd = event.type === 'Applied' || event.type === 'Failed'
    if (isEnd && event.lane === 'switch') for (const life of underWay) life.outcome = entry
    if ((isEnd && event.lane === 'switch') || event.type === 'Started') underWay = []
    for (const mention of mentionsIn(entry)) hear(mention, entry)
  }
  return [...former, ...lives.values()]
    .sort((a, b) => (a.flow.key < b.flow.key ? -1 : a.flow.key > b.flow.key ? 1 : 0))
    .map((life) => explanationOf(life, past, names))
}

/** What is there comes before what was. */
export function sortedByPresence(explanations: readonly Explanation[]): readonly Explanation[] {
  return explanations.toSorted((a, b) => Number(a.gone !== null) - Number(b.gone !== null))
}

function noteFlow(
  lives: Map<FlowKey, Life>,
  former: Life[],
  underWay: Life[],
  { key, value, how }: Mention & { what: 'flow' },
  entry: Entry | null,
): void {
  const known = lives.get(key)
  if (value === null) {
    if (known !== undefined) known.gone = entry
    return
  }
  const isConfirmed =
    how === 'observed' && known !== undefined && known.gone === null && isSame(known.flow, value)
  if (isConfirmed) return
  if (known !== undefined && known.flow.cookie !== value.cookie)
    former.push({ ...known, gone: known.gone ?? entry })
  const life = { flow: value, entry, outcome: null, gone: null }
  lives.set(key, life)
  if (how === 'planned') underWay.push(life)
}

function isSame(a: Flow, b: Flow): boolean {
  return a.cookie === b.cookie && a.actions === b.actions
}

function explanationOf({ flow, entry, outcome, gone }: Life, past: Past, names: Names): Explanation {
  const meaning = meaningOf(flow, names)
  const until = entry?.seq ?? 0
  return {
    flow,
    meaning,
    rows: originsOf(flow, meaning.rule, past, until).map((uuid) => originOf(uuid, past, until, names)),
    planned: entry && causeOf(entry),
    batch: entry?.event.type === 'Planned' ? entry.event.batch : null,
    outcome: outcome && causeOf(outcome),
    gone: gone && causeOf(gone),
  }
}

function originOf(uuid: Uuid, past: Past, until: number, names: Names): Origin {
  return {
    table: past.table(uuid),
    uuid,
    name: names.of(uuid),
    columns: past.at(uuid, until),
    causes: past.changes(uuid, until).map(({ entry, change }) => {
      const columns = change.did === 'modify' ? ` ${columnTexts(change, names).join(', ')}` : ''
      return { ...partOf(entry), text: `${change.did}${columns}` }
    }),
  }
}

function partOf({ seq, atMs }: Entry): Pick<Cause, 'seq' | 'atMs'> {
  return { seq, atMs }
}

function causeOf(entry: Entry): Cause {
  return { ...partOf(entry), text: describe(entry).replace(/^ *\d+ {2}\S+ {2}\S+ +/, '') }
}
