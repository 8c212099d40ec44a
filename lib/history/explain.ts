import { commandsOf, shellLines } from '../plan/command.js'
import { describe } from '../words/describe.js'
import type { Entry } from '../model/event.js'
import type { Flow, FlowKey } from '../model/flow.js'
import type { Uuid } from '../model/uuid.js'
import { type FlowMeaning, meaningOf } from './meaning.js'
import type { Mention } from './mentions.js'
import { Names } from '../words/names.js'
import { originsOf } from './origin.js'
import { passage } from './passage.js'
import { Past, type PastRow } from './past.js'
import type { Recording } from './recording.js'
import { columnTexts } from './row-change.js'

/** An entry that had a part in something. */
export interface Cause {
  readonly seq: number
  readonly atMs: number
  readonly text: string
}

/** A row that a flow was made from. */
export interface ExplainedOrigin {
  readonly table: string
  readonly uuid: Uuid
  /** What it is called, see Names. */
  readonly name: string
  /** As it stood when the flow was planned. */
  readonly columns: object | null
  /** What made it so until then: the last few changes, the latest last. */
  readonly causes: readonly Cause[]
  /** How many changes came before those, and the entry of the first. */
  readonly earlier: { readonly count: number; readonly seq: number } | null
}

/** Why a flow is in the switch, or was. */
export interface Explanation {
  readonly flow: Flow
  readonly meaning: FlowMeaning
  /** What it was made from, as `originsOf`; none for the pipeline itself. */
  readonly rows: readonly ExplainedOrigin[]
  /** The plan that installed it; null: the switch had it before anything was recorded. */
  readonly planned: Cause | null
  /** The commands of that plan without their input, as lines for a shell. */
  readonly commands: readonly string[]
  readonly outcome: Cause | null
  /** How it went; null: it is there. */
  readonly gone: Cause | null
}

/** Which mentions of a history a question is about. */
export interface Asked {
  /** Of those of one entry; entries come in their order. */
  among(mentions: readonly Mention[]): readonly Mention[]
  /** Whether this one is for its own sake, and not only since an earlier one was. */
  isAboutNow(mention: Mention): boolean
}

interface Life {
  readonly flow: Flow
  readonly planned: Cause | null
  readonly commands: readonly string[]
  /** As they stood then. */
  readonly rows: readonly (readonly [Uuid, PastRow])[]
  outcome: Cause | null
  gone: Cause | null
}

/**
 * The flows that `asked` is about, as they stand after entry `seq` or stood last before it, by key; where another flow took
 * the place of one that it was about, both are told. One pass over the history.
 */
export function explain(recording: Recording, seq: number, asked: Asked): readonly Explanation[] {
  const lives = new Lives(asked)
  for (const { entry, mentions } of passage(recording, seq)) lives.hear(entry, mentions)
  return lives.explanations()
}

class Lives {
  readonly #asked: Asked
  readonly #names = new Names({ vtep: null, ovs: null })
  readonly #past = new Past()
  readonly #lives = new Map<FlowKey, Life>()
  readonly #former: Life[] = []
  /** Of the batch that runs. */
  #underWay: Life[] = []

  constructor(asked: Asked) {
    this.#asked = asked
  }

  hear(entry: Entry | null, mentions: readonly Mention[]): void {
    if (entry !== null) this.#noteEnd(entry)
    for (const mention of mentions) {
      if (mention.what === 'row') this.#past.hear(mention, entry, this.#names)
      this.#names.hear(mention)
    }
    let cause: { readonly planned: Cause; readonly commands: readonly string[] } | null = null
    for (const mention of this.#asked.among(mentions)) {
      if (mention.what !== 'flow') continue
      // a batch may be long, and its text is the same for all its flows
      if (entry !== null) cause ??= { planned: causeOf(entry), commands: commandsIn(entry) }
      this.#noteFlow(mention, cause)
    }
  }

  explanations(): readonly Explanation[] {
    return [...this.#former, ...this.#lives.values()]
      .sort((a, b) => (a.flow.key < b.flow.key ? -1 : a.flow.key > b.flow.key ? 1 : 0))
      .map((life) => this.#explanationOf(life))
  }

  #noteEnd(entry: Entry): void {
    const { event } = entry
    const isEnd = (event.type === 'Applied' || event.type === 'Failed') && event.lane === 'switch'
    if (isEnd && this.#underWay.length > 0) {
      const outcome = causeOf(entry)
      for (const life of this.#underWay) life.outcome = outcome
    }
    if (isEnd || event.type === 'Started') this.#underWay = []
  }

  #noteFlow(
    mention: Mention & { what: 'flow' },
    cause: { readonly planned: Cause; readonly commands: readonly string[] } | null,
  ): void {
    const { key, value, how } = mention
    const known = this.#lives.get(key)
    if (value === null) {
      if (known !== undefined) known.gone = cause?.planned ?? null
      return
    }
    // only in the place of what was asked about, and that is told already
    if (known === undefined && !this.#asked.isAboutNow(mention)) return
    const isThere = known !== undefined && known.gone === null
    if (how === 'observed' && isThere && isSame(known.flow, value)) return
    const isOther = known !== undefined && known.flow.cookie !== value.cookie
    const isElsewhere = isThere && !isSame(known.flow, value) && !this.#asked.isAboutNow(mention)
    if (known !== undefined && (isOther || isElsewhere))
      this.#former.push({ ...known, gone: known.gone ?? cause?.planned ?? null })
    const life = this.#begun(value, cause?.planned ?? null, cause?.commands ?? [])
    // what only took its place is not what was asked about
    if (isElsewhere && !isOther) this.#lives.delete(key)
    else this.#lives.set(key, life)
    if (how === 'planned') this.#underWay.push(life)
  }

  #begun(flow: Flow, planned: Cause | null, commands: readonly string[]): Life {
    const rows = originsOf(flow, this.#past).flatMap((uuid) => {
      const row = this.#past.of(uuid)
      return row === undefined ? [] : [[uuid, row] as const]
    })
    return { flow, planned, commands, rows, outcome: null, gone: null }
  }

  #explanationOf({ flow, planned, commands, rows, outcome, gone }: Life): Explanation {
    const names = this.#names
    return {
      flow,
      meaning: meaningOf(flow, names),
      rows: rows.map(([uuid, row]) => originOf(uuid, row, names)),
      planned,
      commands,
      outcome,
      gone,
    }
  }
}

/** What is there comes before what was, and of these the newest first. */
export function sortedByPresence(explanations: readonly Explanation[]): readonly Explanation[] {
  return explanations.toSorted(
    (a, b) => Number(a.gone !== null) - Number(b.gone !== null) || newest(b) - newest(a),
  )
}

function newest({ planned, gone }: Explanation): number {
  return gone?.seq ?? planned?.seq ?? 0
}

function isSame(a: Flow, b: Flow): boolean {
  return a.cookie === b.cookie && a.actions === b.actions
}

function originOf(uuid: Uuid, { table, row, changes, earlier }: PastRow, names: Names): ExplainedOrigin {
  return {
    table,
    uuid,
    name: names.of(uuid),
    columns: row,
    causes: changes.map(({ seq, atMs, change }) => {
      const columns = change.did === 'modify' ? ` ${columnTexts(change, names).join(', ')}` : ''
      return { seq, atMs, text: `${change.did}${columns}` }
    }),
    earlier,
  }
}

function commandsIn({ event }: Entry): readonly string[] {
  if (event.type !== 'Planned') return []
  return commandsOf(event.batch).map((command) => shellLines({ ...command, input: '' }))
}

function causeOf(entry: Entry): Cause {
  const text = describe(entry).replace(/^ *\d+ {2}\S+ {2}\S+ +/, '')
  return { seq: entry.seq, atMs: entry.atMs, text }
}
