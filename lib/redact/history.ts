import { Core } from '../core.js'
import type { Batch, Lane } from '../model/batch.js'
import { isSameBatch } from '../model/batch.js'
import { amend, type Buckets, entriesOf, lookup, none } from '../model/buckets.js'
import type { Entry, Event } from '../model/event.js'
import { type Flow, isSameFlow } from '../model/flow.js'
import { learnedKey } from '../model/identity.js'
import type { Mac } from '../model/mac.js'
import { joined, piecesOf } from '../model/pieces.js'
import { flowContent, type Quarantined, reportContent } from '../model/quarantine.js'
import { restored, snapshotOf } from '../model/snapshot.js'
import type { LaneState, State } from '../model/state.js'
import { batchRedacted, reportKeyRedacted } from './batches.js'
import { flowRedacted, keyRedacted } from './flows.js'
import { type Digest, Pseudonyms } from './pseudonyms.js'
import { Rows } from './rows.js'

/** A history with pseudonyms in it, and the state that it begins with. */
export interface Redacted {
  readonly start: State | null
  readonly entries: Iterable<Entry>
  /** How many plans up to now are not what the entries before them lead to, though the real ones are. */
  readonly astray: () => number
}

/**
 * The same history among other names and addresses. Rows and flows of others are mapped; what we make of them ourselves, plans
 * and flows, is derived anew from what they were mapped to, for its order depends on them. A plan that the real history does
 * not lead to is mapped change by change, so that it stays a difference; so is one that goes astray, because which of two rows
 * or end points comes first, where both can't, is a matter of the names that they have. `start`: what the entries begin with.
 */
export function redacted(entries: Iterable<Entry>, start: State | null, digest: Digest): Redacted {
  const redactor = new HistoryRedactor(start, new Pseudonyms(digest))
  return { start: redactor.start, entries: redactor.entries(entries), astray: () => redactor.astray }
}

class HistoryRedactor {
  readonly start: State | null
  readonly #names: Pseudonyms
  readonly #rows: Rows
  /** The real history, and the one that is given. */
  readonly #real: Core
  #shown: Core
  astray = 0

  constructor(start: State | null, names: Pseudonyms) {
    this.#names = names
    this.#rows = new Rows(names)
    this.#real = new Core(start ?? undefined)
    this.#shown = new Core()
    if (start === null) this.start = null
    else {
      // once to know the rows, and again with the flows that these lead to
      this.#shown = new Core(this.#state(start))
      this.start = joined(piecesOf(this.#state(start)))
      this.#shown = new Core(this.start)
    }
  }

  *entries(entries: Iterable<Entry>): Generator<Entry> {
    for (const entry of entries) {
      const event = this.#event(entry.event)
      const shown = { seq: entry.seq, atMs: entry.atMs, event }
      this.#real.fold(entry)
      this.#shown.fold(shown)
      yield shown
    }
  }

  #event(event: Event): Event {
    switch (event.type) {
      case 'Started':
        return {
          ...event,
          version: /^[\w.+-]{1,40}$/.test(event.version) ? event.version : this.#names.text(event.version),
          settings: {
            physicalSwitch: this.#rows.physicalSwitch(event.settings.physicalSwitch),
            macAgingSeconds: event.settings.macAgingSeconds,
          },
        }
      case 'VtepUpdated':
        return { ...event, updates: event.updates.map((update) => this.#rows.update(update)) }
      case 'OvsUpdated':
        return { ...event, updates: event.updates.map((update) => this.#rows.update(update)) }
      case 'FlowsObserved':
        return {
          ...event,
          present: event.present.map((flow) => this.#flow(flow)),
          absent: event.absent.map((key) => keyRedacted(this.#names, key, true)),
          foreign: event.foreign && event.foreign.map((flow) => flowRedacted(this.#names, flow)),
        }
      case 'MacsLearned':
        return {
          ...event,
          updates: event.updates.map(({ key, binding }) => ({ key: this.#learned(key), binding })),
        }
      case 'FlowsDoubted':
      case 'SourceLost':
      case 'Failed':
      case 'Stopped':
        return { ...event, reason: this.#names.text(event.reason) }
      case 'Planned':
      case 'BackedOff':
        return { ...event, batch: this.#planned(event.lane, event.batch) }
      case 'JournalResumed':
        return { ...event, snapshot: snapshotOf(this.#state(restored(event.snapshot))) }
      case 'Applied':
        // digests of real commands, which whoever guesses one could prove
        return { type: 'Applied', lane: event.lane, tookMs: event.tookMs }
      case 'RetryDue':
      case 'QuarantineDue':
      case 'CleanupRequested':
        return event
    }
  }

  #planned(lane: Lane, batch: Batch): Batch {
    const real = this.#real.plan(lane)
    const isRepeatable = real !== null && isSameBatch(real, batch)
    const again = isRepeatable ? this.#shown.plan(lane) : null
    if (isRepeatable && again === null) this.astray++
    return again ?? batchRedacted(this.#names, this.#rows, batch)
  }

  /** One of ours as it was derived, any other part by part. */
  #flow(flow: Flow): Flow {
    const image = flowRedacted(this.#names, flow)
    const real = lookupIn(this.#real.derived()?.desired.flows, flow.key)
    const shown = lookupIn(this.#shown.derived()?.desired.flows, image.key)
    return real !== undefined && shown !== undefined && isSameFlow(real, flow) ? shown : image
  }

  #learned(key: string): string {
    const [metadata = '', mac = ''] = key.split('/')
    return learnedKey(this.#names.metadata(metadata), this.#names.mac(mac) as Mac)
  }

  #batch(batch: Batch | null): Batch | null {
    return batch && batchRedacted(this.#names, this.#rows, batch)
  }

  #state(state: State): State {
    const { settings, vtep, ovs, drift, planned } = state
    const flows = (list: readonly Flow[]) => list.map((flow) => flowRedacted(this.#names, flow))
    const uuid = (key: string) => this.#names.uuid(key)
    return {
      ...state,
      settings: settings && {
        physicalSwitch: this.#rows.physicalSwitch(settings.physicalSwitch),
        macAgingSeconds: settings.macAgingSeconds,
      },
      vtep: vtep && (this.#tables(vtep) as State['vtep']),
      ovs: ovs && (this.#tables(ovs) as State['ovs']),
      seen: mapped(state.seen, uuid, (seq) => seq),
      announcedAddresses: state.announcedAddresses.map((text) => this.#names.address(text)).sort(),
      flows: state.flows && this.#flows(state.flows),
      foreign: flows(state.foreign),
      displaced: flows(state.displaced),
      replaced: flows(state.replaced),
      learned:
        state.learned &&
        mapped(
          state.learned,
          (key) => this.#learned(key),
          (binding) => binding,
        ),
      drift: drift && { ...drift, example: keyRedacted(this.#names, drift.example, true) },
      lanes: { switch: this.#lane(state.lanes.switch, 'switch'), vtep: this.#lane(state.lanes.vtep, 'vtep') },
      quarantined: state.quarantined.map((one) => this.#quarantined(one)),
      planned: planned && { ...planned, batch: batchRedacted(this.#names, this.#rows, planned.batch) },
    }
  }

  #tables(tables: object): object {
    const list = Object.entries(tables) as [string, Buckets<object>][]
    return Object.fromEntries(
      list.map(([table, rows]) => [
        table,
        mapped(
          rows,
          (uuid) => this.#names.uuid(uuid),
          (row) => this.#rows.row(table, row),
        ),
      ]),
    )
  }

  #flows(flows: Buckets<Flow>): Buckets<Flow> {
    const shown = Array.from(entriesOf(flows), ([, flow]) => this.#flow(flow))
    return amend<Flow>(
      none,
      shown.map((flow) => [flow.key, flow]),
    )
  }

  #lane({ inFlight, failed, repeated, search }: LaneState, lane: Lane): LaneState {
    return {
      inFlight: this.#batch(inFlight),
      failed: this.#batch(failed),
      repeated: repeated && { ...repeated, batch: batchRedacted(this.#names, this.#rows, repeated.batch) },
      search: search && { ...search, suspects: search.suspects.map((key) => this.#partKey(lane, key)) },
    }
  }

  #partKey(lane: Lane, key: string): string {
    return lane === 'switch'
      ? keyRedacted(this.#names, key, true)
      : reportKeyRedacted(this.#names, this.#rows, key)
  }

  /** What was refused counts as long as just that is desired, so its content is that of what is desired now. */
  #quarantined(one: Quarantined): Quarantined {
    const [real, shown] = [this.#real.derived()?.desired, this.#shown.derived()?.desired]
    const key = this.#partKey(one.lane, one.key)
    const content =
      one.lane === 'switch'
        ? replaced(one.content, flowContent, lookupIn(real?.flows, one.key), lookupIn(shown?.flows, key))
        : replaced(
            one.content,
            reportContent,
            lookupIn(real?.reports, one.key),
            lookupIn(shown?.reports, key),
          )
    return {
      ...one,
      key,
      content: content ?? this.#names.text(one.content),
      reason: this.#names.text(one.reason),
    }
  }
}

function replaced<T>(
  content: string,
  print: (value: T | undefined) => string,
  real?: T,
  shown?: T,
): string | null {
  if (content === '') return content
  return real !== undefined && content === print(real) ? print(shown) : null
}

function lookupIn<T>(buckets: Buckets<T> | undefined, key: string): T | undefined {
  return buckets && lookup(buckets, key)
}

function mapped<T>(
  buckets: Buckets<T>,
  keyOf: (key: string) => string,
  valueOf: (value: T) => T,
): Buckets<T> {
  return amend<T>(
    none,
    Array.from(entriesOf(buckets), ([key, value]) => [keyOf(key), valueOf(value)]),
  )
}
