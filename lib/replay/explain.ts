import type { Batch } from '../model/batch.js'
import { describe } from '../describe.js'
import { entriesOf } from '../model/buckets.js'
import type { Entry } from '../model/event.js'
import type { Flow, FlowKey } from '../model/flow.js'
import { cookieOf } from '../model/identity.js'
import type { Uuid } from '../model/uuid.js'
import { type Meaning, meaningOf } from './meaning.js'
import { type Mention, mentionsIn } from './mentions.js'
import { Names } from './names.js'
import type { Recording } from './recording.js'

/** An entry that had a part in something. */
export interface Cause {
  readonly seq: number
  readonly atMs: number
  readonly text: string
}

/** Why a flow is in the switch, or was. */
export interface Explanation {
  readonly flow: Flow
  readonly meaning: Meaning
  /** The row that it was made for; null: for no single one. */
  readonly row: { readonly table: string; readonly uuid: Uuid; readonly columns: object } | null
  /** What made that row so, until the flow was planned. */
  readonly causes: readonly Cause[]
  /** The plan that installed it; null: the switch had it before anything was recorded. */
  readonly planned: Cause | null
  readonly batch: Batch | null
  readonly outcome: Cause | null
  /** How it went; null: it is there. */
  readonly gone: Cause | null
}

interface Row {
  readonly table: string
  readonly uuid: Uuid
  columns: object
  readonly changes: Cause[]
}

interface Life {
  flow: Flow
  entry: Entry | null
  outcome: Entry | null
  gone: Entry | null
}

/**
 * The flows that `isAbout` says yes to, as they stand after entry `seq` or stood last before it, by key. `isAbout` is
 * asked about every mention in order. One pass over the history.
 */
export function explain(
  recording: Recording,
  seq: number,
  isAbout: (mention: Mention) => boolean,
): readonly Explanation[] {
  const before = recording.first > 1 ? recording.coreAt(recording.first - 1).state : null
  const names = new Names({ vtep: before?.vtep ?? null, ovs: before?.ovs ?? null })
  const rows = new Map<string, Row>()
  const lives = new Map<FlowKey, Life>()
  /** Of the batch that runs. */
  let underWay: Life[] = []
  const hear = (mention: Mention, entry: Entry | null): void => {
    names.hear(mention)
    const isWanted = isAbout(mention)
    if (mention.what === 'row') noteRow(rows, mention, entry)
    if (mention.what === 'flow' && isWanted) noteFlow(lives, underWay, mention, entry)
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
  return [...lives.values()]
    .sort((a, b) => (a.flow.key < b.flow.key ? -1 : 1))
    .map((life) => explanationOf(life, rows, names))
}

function noteRow(rows: Map<string, Row>, mention: Mention & { what: 'row' }, entry: Entry | null): void {
  const cookie = cookieOf(mention.key)
  const known = rows.get(cookie)
  const did = mention.value === null ? 'delete' : known === undefined ? 'insert' : 'modify'
  const cause = entry === null ? [] : [{ ...partOf(entry), text: `${did} ${mention.table} ${mention.key}` }]
  if (known === undefined)
    rows.set(cookie, {
      table: mention.table,
      uuid: mention.key,
      columns: mention.value ?? {},
      changes: cause,
    })
  else {
    known.columns = mention.value ?? known.columns
    known.changes.push(...cause)
  }
}

function noteFlow(
  lives: Map<FlowKey, Life>,
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
  const life = { flow: value, entry, outcome: null, gone: null }
  lives.set(key, life)
  if (how === 'planned') underWay.push(life)
}

function isSame(a: Flow, b: Flow): boolean {
  return a.cookie === b.cookie && a.actions === b.actions
}

function explanationOf(
  { flow, entry, outcome, gone }: Life,
  rows: Map<string, Row>,
  names: Names,
): Explanation {
  const row = rows.get(flow.cookie)
  const until = entry?.seq ?? Infinity
  return {
    flow,
    meaning: meaningOf(flow, names),
    row: row === undefined ? null : { table: row.table, uuid: row.uuid, columns: row.columns },
    causes: row?.changes.filter((cause) => cause.seq <= until) ?? [],
    planned: entry && causeOf(entry),
    batch: entry?.event.type === 'Planned' ? entry.event.batch : null,
    outcome: outcome && causeOf(outcome),
    gone: gone && causeOf(gone),
  }
}

function partOf({ seq, atMs }: Entry): Pick<Cause, 'seq' | 'atMs'> {
  return { seq, atMs }
}

function causeOf(entry: Entry): Cause {
  return { ...partOf(entry), text: describe(entry).replace(/^ *\d+ {2}\S+ {2}\S+ +/, '') }
}
