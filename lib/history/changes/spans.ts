import { entriesOf } from '../../model/collection.js'
import type { Entry, Event } from '../../model/event.js'
import type { Source } from '../../model/settings.js'
import { restored } from '../../model/snapshot.js'
import type { State } from '../../model/state.js'
import type { Uuid } from '../../model/uuid.js'
import { faultsIn } from './row-facts.js'

/** What lasts for a while, and has a lane of its own on the timeline. */
export const spanKinds = ['faults', 'drift', 'failures', 'outages', 'degraded', 'stopped'] as const
export type SpanKind = (typeof spanKinds)[number]

/** From the entry that began it to the one that ended it. */
export interface Span {
  readonly kind: SpanKind
  readonly seq: number
  readonly fromMs: number
  /** Null: it lasts. */
  readonly endSeq: number | null
  readonly toMs: number | null
  readonly text: string
}

type OpenSpan = { -readonly [K in keyof Span]: Span[K] }

const sources: Readonly<Record<Source, string>> = {
  vtep: 'hardware_vtep was out of reach',
  ovs: 'Open_vSwitch was out of reach',
  flows: 'the flow tables could not be watched',
}
const tables = ['Physical_Switch', 'Physical_Port'] as const

/** Folds entries, in their order, into what lasted from one to another. */
export class Spans {
  /** As they began. */
  readonly all: Span[] = []
  readonly #open = new Map<string, OpenSpan>()
  #lastMs = 0

  /** `state`: what stood before the first entry. */
  constructor(state: Pick<State, 'vtep'>) {
    this.#faultsOf(state, { seq: 0, atMs: 0 })
  }

  add(entry: Entry): void {
    const { event } = entry
    if (this.#lastMs === 0) for (const span of this.#open.values()) span.fromMs = entry.atMs
    if (event.type === 'VtepUpdated')
      for (const { table, uuid, row } of event.updates)
        if (table === 'Physical_Switch' || table === 'Physical_Port') this.#faults(table, uuid, row, entry)
    this.#sources(event, entry)
    this.#lanes(event, entry)
    this.#daemon(event, entry)
    this.#lastMs = entry.atMs
  }

  #begin(key: string, kind: SpanKind, at: Pick<Entry, 'seq' | 'atMs'>, text: string): void {
    if (this.#open.has(key)) return
    const span: OpenSpan = { kind, seq: at.seq, fromMs: at.atMs, endSeq: null, toMs: null, text }
    this.#open.set(key, span)
    this.all.push(span)
  }

  #end(key: string, { seq, atMs }: Entry): void {
    const span = this.#open.get(key)
    if (span === undefined) return
    span.endSeq = seq
    span.toMs = atMs
    this.#open.delete(key)
  }

  #faults(
    table: (typeof tables)[number],
    uuid: Uuid,
    row: { readonly name: string } | null,
    at: Pick<Entry, 'seq' | 'atMs'>,
  ): void {
    const is = faultsIn(table, row)
    const start = `fault ${uuid} `
    for (const key of [...this.#open.keys()])
      if (key.startsWith(start) && !is.has(key.slice(start.length))) this.#end(key, at as Entry)
    for (const fault of is) this.#begin(`${start}${fault}`, 'faults', at, `${fault} at ${row?.name ?? ''}`)
  }

  #faultsOf({ vtep }: Pick<State, 'vtep'>, at: Pick<Entry, 'seq' | 'atMs'>): void {
    if (vtep === null) return
    for (const table of tables)
      for (const [uuid, row] of entriesOf<{ readonly name: string }>(vtep[table]))
        this.#faults(table, uuid, row, at)
  }

  #sources(event: Event, entry: Entry): void {
    if (event.type === 'SourceLost')
      this.#begin(`source ${event.source}`, 'outages', entry, `${sources[event.source]}: ${event.reason}`)
    else if (event.type === 'VtepUpdated') this.#end('source vtep', entry)
    else if (event.type === 'OvsUpdated') this.#end('source ovs', entry)
    else if (event.type === 'FlowsObserved') this.#end('source flows', entry)
  }

  #lanes(event: Event, entry: Entry): void {
    if (event.type === 'FlowsObserved' && event.isDrift) {
      const { present, absent } = event
      this.#begin(
        'drift',
        'drift',
        entry,
        `${present.length} flows changed, ${absent.length} gone by somebody else`,
      )
    } else if (event.type === 'Failed') {
      this.#begin(`failure ${event.lane}`, 'failures', entry, event.reason)
    } else if (event.type === 'BackedOff') {
      this.#begin(`failure ${event.lane}`, 'failures', entry, 'undone by another again and again')
    } else if (event.type === 'Applied') {
      this.#end(`failure ${event.lane}`, entry)
      if (event.lane === 'switch') this.#end('drift', entry)
    }
  }

  #daemon(event: Event, entry: Entry): void {
    if (event.type === 'Stopped')
      this.#begin('stopped', 'stopped', entry, `ovs-vtep did not run: ${event.reason}`)
    else if (event.type === 'Started') {
      this.#end('stopped', entry)
      for (const key of [...this.#open.keys()]) if (!key.startsWith('fault ')) this.#end(key, entry)
    } else if (event.type === 'JournalResumed') {
      // the entries that are lost lay between the last one and this
      this.#begin(
        'degraded',
        'degraded',
        { seq: entry.seq, atMs: this.#lastMs || entry.atMs },
        lostText(event.lost),
      )
      this.#end('degraded', entry)
      for (const key of [...this.#open.keys()]) if (key.startsWith('fault ')) this.#end(key, entry)
      this.#faultsOf(restored(event.snapshot), entry)
    }
  }
}

function lostText(lost: number): string {
  return `${lost} ${lost === 1 ? 'entry is' : 'entries are'} lost: the journal could not be written`
}
