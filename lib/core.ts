import { Derivation, type Derived } from './derive/derive.js'
import { nothingLeft } from './derive/leaving.js'
import { scopeOf } from './derive/scope.js'
import { diff } from './diff.js'
import { type Batch, type Lane, lanes } from './model/batch.js'
import { none } from './model/collection.js'
import type { Entry } from './model/event.js'
import { isSameFlow } from './model/flow.js'
import { isReported } from './model/report.js'
import { initialState, type LaneState, type State } from './model/state.js'
import { type Differences, isPlanned, plan } from './plan/plan.js'
import { reduce } from './reduce.js'

/**
 * reduce → derive → diff → plan over one history. The daemon and a replay fold entries into one of
 * these, so both plan the same from the same entries. Deriving waits until a plan is asked for.
 */
export class Core {
  #state: State
  #derivedState = initialState
  #derivation: Derivation | null = null
  #differences: Differences = { flows: undefined, reports: undefined }

  /** `state`: what the entries up to now led to. */
  constructor(state: State = initialState) {
    this.#state = state
  }

  get state(): State {
    return this.#state
  }

  fold(entry: Entry): void {
    this.#state = reduce(this.#state, entry)
  }

  /** Null while one of the databases is not known. */
  derived(): Derived | null {
    this.#catchUp()
    return this.#derivation?.derived ?? null
  }

  /** The next batch of `lane`; null: nothing to do, or nothing that may be done now. */
  plan(lane: Lane): Batch | null {
    const derived = this.derived()
    return derived === null ? null : plan(lane, this.#state, derived, this.#differences)
  }

  /** Whether `batch`, which is under way, would be planned again: the databases do not show its changes. */
  isWanted(lane: Lane, batch: Batch): boolean {
    const derived = this.derived()
    if (batch.kind === 'flows' || derived === null) return false
    const lanes = {
      ...this.#state.lanes,
      [lane]: { ...this.#state.lanes[lane], inFlight: null, failed: null },
    }
    return isPlanned(batch, lane, { ...this.#state, lanes }, derived, this.#differences)
  }

  /** Everything known, nothing under way, nothing to do. */
  isInSync(): boolean {
    const { knowledge, lanes: states } = this.#state
    const isKnown =
      knowledge.vtep === 'current' && knowledge.ovs === 'current' && knowledge.flows === 'current'
    return isKnown && lanes.every((lane) => isIdle(states[lane]) && this.plan(lane) === null)
  }

  /** Whether `leaving` has come to its end. Without a bridge there are no flows to ask for. */
  isGone(): boolean {
    if (this.#state.phase !== 'leaving') return false
    const { knowledge, lanes: states } = this.#state
    const isBridgeGone = this.derived()?.view.bridge === null
    const isKnown = knowledge.vtep === 'current' && knowledge.ovs === 'current'
    if (!isKnown || (knowledge.flows !== 'current' && !isBridgeGone)) return false
    return lanes.every((lane) => isIdle(states[lane]) && this.plan(lane) === null)
  }

  #catchUp(): void {
    if (this.#derivedState === this.#state) return
    const scope = scopeOf(this.#derivedState, this.#state)
    this.#derivation = this.#derivation?.advance(this.#state, scope) ?? Derivation.of(this.#state)
    this.#derivedState = this.#state
    if (this.#derivation === null) return
    const { desired: running, reported } = this.#derivation.derived
    const desired = this.#state.phase === 'leaving' ? nothingLeft(reported) : running
    this.#differences = {
      flows: diff(desired.flows, this.#state.flows ?? none, isSameFlow, this.#differences.flows),
      reports: diff(desired.reports, reported, isReported, this.#differences.reports),
    }
  }
}

function isIdle({ inFlight, failed }: LaneState): boolean {
  return inFlight === null && failed === null
}
