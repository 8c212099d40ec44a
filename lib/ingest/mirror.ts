import type { Source } from '../model/settings.js'
import { initialState, type Knowledge, type State } from '../model/state.js'
import { reduce } from '../reduce/reduce.js'
import { type Intake, ovsTablesAre, sourceLost, vtepTablesAre } from './intake.js'

/** What the databases say now, for somebody who neither records nor acts: whoever begins to may begin from here. */
export class Mirror {
  #state: State

  /** Goes on from what a history knows of the databases. */
  constructor({ vtep, ovs, knowledge }: State = initialState) {
    this.#state = { ...initialState, vtep, ovs, knowledge }
  }

  /** Of what comes from the databases. */
  take(intake: Intake): void {
    for (const event of intake(this.#state))
      this.#state = reduce(this.#state, { seq: this.#state.seq, atMs: 0, event })
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

  /**
   * The same for whoever takes over for good, and what a database that is not connected said last: a server that goes on where it
   * lost us goes on from there.
   */
  handover(): readonly Intake[] {
    const { knowledge, vtep, ovs } = this.#state
    const lost = (['vtep', 'ovs'] as const).filter((source) => knowledge[source] !== 'current')
    return [
      ...(vtep === null ? [] : [vtepTablesAre(vtep)]),
      ...(ovs === null ? [] : [ovsTablesAre(ovs)]),
      ...lost
        .filter((source) => this.#state[source] !== null)
        .map((source) => sourceLost(source, 'not connected')),
    ]
  }

  /** What brings a history up to date; of a database that is not connected nothing. */
  intakes(): readonly Intake[] {
    const { knowledge, vtep, ovs } = this.#state
    return [
      ...(knowledge.vtep === 'current' && vtep !== null ? [vtepTablesAre(vtep)] : []),
      ...(knowledge.ovs === 'current' && ovs !== null ? [ovsTablesAre(ovs)] : []),
    ]
  }
}
