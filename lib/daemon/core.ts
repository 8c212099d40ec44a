import type { Desired } from '../derive/board.js'
import { Derivation, type Derived } from '../derive/derive.js'
import { nothingLeft } from '../derive/leaving.js'
import { scopeOf } from '../derive/scope.js'
import { changesBetween, Comparison } from '../model/diff.js'
import { type Batch, type Lane, lanes } from '../model/batch.js'
import { amend, none } from '../model/collection.js'
import type { Entry } from '../model/event.js'
import { type Flow, isSameFlow } from '../model/flow.js'
import { isReported, type Report, type ReportedRows } from '../model/report.js'
import { initialState, type LaneState, type State } from '../model/state.js'
import { type Differences, isPlanned, largestBundle, plan } from '../plan/plan.js'
import { reduce } from '../reduce/reduce.js'

/**
 * reduce → derive → diff → plan over one history. The daemon and a replay fold entries into one of
 * these, so both plan the same from the same entries. Deriving waits until a plan is asked for.
 */
export class Core {
  #state: State
  #derivedState = initialState
  #derivation: Derivation | null = null
  #desired: Pick<Desired, 'flows' | 'reports'> = { flows: none, reports: none }
  readonly #flows = new Comparison<Flow, Flow>(isSameFlow)
  readonly #reports = new Comparison<Report, ReportedRows>(isReported)

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

  /**
   * Goes to another state, earlier or later, that shares with this one what is alike in both: what is derived then follows from
   * what differs. By the law of Derivation it is what that state alone leads to.
   */
  moveTo(state: State): void {
    this.#state = state
  }

  /** Null while one of the databases is not known. */
  derived(): Derived | null {
    this.#catchUp()
    return this.#derivation?.derived ?? null
  }

  /** The next batch of `lane`; null: nothing to do, or nothing that may be done now. */
  plan(lane: Lane): Batch | null {
    const derived = this.derived()
    return derived === null ? null : plan(lane, this.#state, derived, this.#differences(this.#state, derived))
  }

  /**
   * Does now what the end of the bundle under way will ask for, if it ends well and nothing else comes before: to find what is
   * left and to plan it. Changes nothing but how long that takes then; what follows a bundle that was not full is soon planned.
   */
  foresee(): void {
    const { seq, phase, lanes: states } = this.#state
    const { inFlight } = states.switch
    if (phase !== 'running' || inFlight?.kind !== 'flows' || inFlight.add.length < largestBundle) return
    const derived = this.derived()
    if (derived === null) return
    const applied = { type: 'Applied', lane: 'switch', tookMs: 0 } as const
    const state = reduce(this.#state, { seq: seq + 1, atMs: 0, event: applied })
    plan('switch', state, derived, this.#differences(state, derived))
  }

  /** Whether `batch`, which is under way, would be planned again: the databases do not show its changes. */
  isWanted(lane: Lane, batch: Batch): boolean {
    const derived = this.derived()
    if (batch.kind === 'flows' || derived === null) return false
    const lanes = {
      ...this.#state.lanes,
      [lane]: { ...this.#state.lanes[lane], inFlight: null, failed: null },
    }
    const differences = this.#differences(this.#state, derived)
    return isPlanned(batch, lane, { ...this.#state, lanes }, derived, differences)
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
    const before = this.#derivation
    this.#derivation = before?.advance(this.#state, scope) ?? Derivation.of(this.#state)
    if (this.#derivation !== before) this.#share()
    this.#derivedState = this.#state
    if (this.#derivation === null) return
    const { desired, reported } = this.#derivation.derived
    this.#desired = this.#state.phase === 'leaving' ? nothingLeft(reported) : desired
  }

  /**
   * Who derives from nothing gets flows of its own. What is installed and like them becomes the very same: it is in memory once,
   * and seen to be the same at a glance.
   */
  #share(): void {
    const { flows } = this.#state
    if (this.#derivation === null || flows === null) return
    const { desired } = this.#derivation.derived
    const others = changesBetween(desired.flows, flows, isSameFlow)
    const shared = amend(
      desired.flows,
      others.map(({ key, actual }) => [key, actual]),
    )
    this.#state = { ...this.#state, flows: shared }
  }

  /** Found when they are asked for: while a bundle is under way many a change comes that is compared once. */
  #differences(state: State, { reported }: Derived): Differences {
    const [{ flows, reports }, comparedFlows, comparedReports] = [this.#desired, this.#flows, this.#reports]
    return {
      get flows() {
        return comparedFlows.between(flows, state.flows ?? none)
      },
      get reports() {
        return comparedReports.between(reports, reported)
      },
    }
  }
}

function isIdle({ inFlight, failed, setAside }: LaneState): boolean {
  return inFlight === null && failed === null && setAside === undefined
}
