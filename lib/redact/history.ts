import { Core } from '../daemon/core.js'
import type { Batch, Lane } from '../model/batch.js'
import { isSameBatch } from '../model/batch.js'
import type { Entry, Event } from '../model/event.js'
import { joined, piecesOf } from '../model/pieces.js'
import { restored, snapshotOf } from '../model/snapshot.js'
import type { State } from '../model/state.js'
import { batchRedacted } from './batches.js'
import { flowRedacted, keyRedacted } from './flows.js'
import { type Digest, Pseudonyms } from './pseudonyms.js'
import { RowRedaction } from './rows.js'
import { StateRedactor } from './state.js'

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
  readonly #rows: RowRedaction
  readonly #worlds: { readonly real: Core; shown: Core }
  readonly #states: StateRedactor
  astray = 0

  constructor(start: State | null, names: Pseudonyms) {
    this.#names = names
    this.#rows = new RowRedaction(names)
    this.#worlds = { real: new Core(start ?? undefined), shown: new Core() }
    this.#states = new StateRedactor(names, this.#rows, this.#worlds)
    if (start === null) this.start = null
    else {
      // once to know the rows, and again with the flows that these lead to
      this.#worlds.shown = new Core(this.#states.state(start))
      this.start = joined(piecesOf(this.#states.state(start)))
      this.#worlds.shown = new Core(this.start)
    }
  }

  *entries(entries: Iterable<Entry>): Generator<Entry> {
    for (const entry of entries) {
      const event = this.#event(entry.event)
      const shown = { seq: entry.seq, atMs: entry.atMs, event }
      this.#worlds.real.fold(entry)
      this.#worlds.shown.fold(shown)
      yield shown
    }
  }

  #event(event: Event): Event {
    switch (event.type) {
      case 'Started':
        return {
          ...event,
          version: /^[\w.+-]{1,40}$/.test(event.version) ? event.version : this.#names.text(event.version),
          settings: this.#states.settings(event.settings),
        }
      case 'VtepUpdated':
        return { ...event, updates: event.updates.map((update) => this.#rows.update(update)) }
      case 'OvsUpdated':
        return { ...event, updates: event.updates.map((update) => this.#rows.update(update)) }
      case 'FlowsObserved':
        return {
          ...event,
          present: event.present.map((flow) => this.#states.flow(flow)),
          absent: event.absent.map((key) => keyRedacted(this.#names, key)),
          foreign: event.foreign && event.foreign.map((flow) => flowRedacted(this.#names, flow)),
        }
      case 'MacsLearned':
        return {
          ...event,
          updates: event.updates.map((update) => ({ ...update, key: this.#states.learned(update.key) })),
        }
      case 'AddressesClaimed':
        return { ...event, updates: event.updates.map((update) => this.#states.claim(update)) }
      case 'FlowsDoubted':
      case 'SourceLost':
      case 'Failed':
      case 'Stopped':
        return { ...event, reason: this.#names.text(event.reason) }
      case 'Planned':
        return { ...event, batch: this.#planned(event.lane, event.batch) }
      case 'BackedOff':
        return { ...event, batch: this.#planned(event.lane, event.batch), ...this.#keys(event) }
      case 'JournalResumed':
        return { ...event, snapshot: snapshotOf(this.#states.state(restored(event.snapshot))) }
      case 'Applied':
        // digests of real commands, which whoever guesses one could prove
        return { type: 'Applied', lane: event.lane, tookMs: event.tookMs }
      case 'RetryDue':
        return { ...event, ...this.#keys(event) }
      case 'QuarantineDue':
      case 'CleanupRequested':
        return event
    }
  }

  #keys({ lane, keys }: Extract<Event, { type: 'BackedOff' | 'RetryDue' }>): { keys?: readonly string[] } {
    return keys === undefined ? {} : { keys: keys.map((key) => this.#states.partKey(lane, key)) }
  }

  #planned(lane: Lane, batch: Batch): Batch {
    const real = this.#worlds.real.plan(lane)
    const isRepeatable = real !== null && isSameBatch(real, batch)
    const again = isRepeatable ? this.#worlds.shown.plan(lane) : null
    if (isRepeatable && again === null) this.astray++
    return again ?? batchRedacted(this.#names, this.#rows, batch)
  }
}
