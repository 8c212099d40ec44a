import type { Event } from '../model/event.js'
import type { Source } from '../model/settings.js'
import { initialState, type Knowledge, type State } from '../model/state.js'
import { reduce } from '../reduce/reduce.js'
import { type Intake, ovsTablesAre, vtepTablesAre } from './intake.js'

/** What the databases say now, for somebody who neither records nor acts: whoever begins to may begin from here. */
export class Mirror {
  #state: State

  /** Goes on from what a history knows of the databases. */
  constructor({ vtep, ovs, knowledge }: State = initialState) {
    this.#state = { ...initialState, vtep, ovs, knowledge }
  }

  /** Of what comes from the databases. */
  take(intake: Intake): void {
    this.#state = folded(this.#state, intake(this.#state))
  }

  /**
   * Takes `intake`, and gives what somebody has to be told who was told `intakes` and all of this since: a database
   * that was not connected may go on where it lost us, which is not where a history is, so all that it says then is
   * told.
   */
  relay(intake: Intake): readonly Intake[] {
    const events = intake(this.#state)
    const [source] = events.map(sourceOf)
    if (source === undefined) return []
    const wasKnown = this.#state.knowledge[source] === 'current'
    this.#state = folded(this.#state, events)
    return wasKnown ? [intake] : this.#said(source)
  }

  /** Whether both databases are connected. */
  get isCurrent(): boolean {
    const { vtep, ovs } = this.#state.knowledge
    return vtep === 'current' && ovs === 'current'
  }

  /**
   * Says what it said, but in the very rows of `state`, a history, where that says the same: whoever begins from here has to
   * look at what differs, and at nothing else.
   */
  share({ vtep, ovs }: State): void {
    const intakes = this.intakes()
    const { knowledge } = this.#state
    this.#state = {
      ...this.#state,
      // a server that goes on where it lost us goes on from what we know by then
      ...(knowledge.vtep === 'current' && vtep !== null && { vtep }),
      ...(knowledge.ovs === 'current' && ovs !== null && { ovs }),
    }
    for (const intake of intakes) this.take(intake)
  }

  get knowledge(): Readonly<Record<Source, Knowledge>> {
    return { ...this.#state.knowledge, flows: 'unknown' }
  }

  /** What brings a history up to date; of a database that is not connected nothing. */
  intakes(): readonly Intake[] {
    return [...this.#said('vtep'), ...this.#said('ovs')]
  }

  #said(source: 'vtep' | 'ovs'): readonly Intake[] {
    const { knowledge, vtep, ovs } = this.#state
    if (knowledge[source] !== 'current') return []
    if (source === 'vtep') return vtep === null ? [] : [vtepTablesAre(vtep)]
    return ovs === null ? [] : [ovsTablesAre(ovs)]
  }

  /** What a history becomes by `intakes`. */
  onto(history: State): State {
    return this.intakes().reduce((state, intake) => folded(state, intake(state)), history)
  }
}

function folded(state: State, events: readonly Event[]): State {
  return events.reduce((now, event) => reduce(now, { seq: now.seq, atMs: 0, event }), state)
}

/** Which database an event comes from. */
function sourceOf(event: Event): 'vtep' | 'ovs' | undefined {
  if (event.type === 'VtepUpdated') return 'vtep'
  if (event.type === 'OvsUpdated') return 'ovs'
  return event.type === 'SourceLost' && event.source !== 'flows' ? event.source : undefined
}
