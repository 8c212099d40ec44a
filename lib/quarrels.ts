import type { Batch, Lane } from './model/batch.js'
import { lookup, none } from './model/collection.js'
import type { Event } from './model/event.js'
import { flowContent, partsOf } from './model/quarantine.js'
import { type Part } from './model/batch.js'
import type { State } from './model/state.js'

/** Changes that somebody undoes again and again, and how long they are to wait. */
export interface Contested {
  readonly keys: readonly string[]
  readonly retryInMs: number
}

/** How often one change was made, or found undone, without another of its key in between. */
interface Round {
  readonly lane: Lane
  readonly key: string
  readonly content: string
  readonly count: number
  readonly atMs: number
  /** It has waited, so it may be made once more. */
  readonly isReleased?: true
}

/** The first repetitions are at once, for most drift is an accident. */
const patientFrom = 4
const mostPatienceMs = 60_000
/** Longer than the longest patience, or each wait would end the quarrel. */
const forgottenAfterMs = 2 * mostPatienceMs
/** Of changes that were made once only so many are remembered; a batch is always remembered whole. */
const mostRounds = 1_024

/**
 * Tells quarrels from accidents, flow by flow, port by port and row by row. Ports and rows are counted when they are made,
 * flows when drift says that they were undone: nearly all that is made of them is made once.
 */
export class Quarrels {
  /** By lane and key, in the order of their last round. */
  readonly #rounds = new Map<string, Round>()

  /** `before`: the state that `event` comes to; `nowMs`: of a clock that only goes forward. */
  note(event: Event, before: State, nowMs: number): void {
    if (event.type === 'Applied' || (event.type === 'Failed' && event.isUndone === true)) {
      const { inFlight } = before.lanes[event.lane]
      if (inFlight !== null && inFlight.kind !== 'flows') this.#count(event.lane, partsOf(inFlight), nowMs)
    } else if (event.type === 'FlowsObserved' && event.isDrift)
      this.#count('switch', undoneIn(event, before), nowMs)
    else if (event.type === 'RetryDue' || event.type === 'QuarantineDue')
      this.#release(event.lane, event.type === 'RetryDue' ? (event.keys ?? []) : null)
    else if (event.type === 'SourceLost') this.#forget(event.source === 'vtep' ? 'vtep' : 'switch')
    else if (event.type === 'Started' || event.type === 'CleanupRequested') this.#rounds.clear()
  }

  /** What of `batch` is to wait; null: nothing. */
  contestedIn(lane: Lane, batch: Batch, nowMs: number): Contested | null {
    const counts = new Map<string, Round>()
    for (const round of this.#rounds.values())
      if (round.lane === lane && isPatient(round) && !isForgotten(round, nowMs)) counts.set(round.key, round)
    if (counts.size === 0) return null
    const rounds = partsOf(batch).flatMap(({ key, content }) => {
      const round = counts.get(key)
      return round?.content === content ? [round] : []
    })
    if (rounds.length === 0) return null
    const retryInMs = Math.max(...rounds.map(patienceMs))
    return { keys: rounds.map(({ key }) => key), retryInMs }
  }

  #count(lane: Lane, parts: readonly Part[], atMs: number): void {
    for (const { key, content } of parts) {
      const name = `${lane} ${key}`
      const before = this.#rounds.get(name)
      const isAgain = before?.content === content && !isForgotten(before, atMs)
      this.#rounds.delete(name)
      this.#rounds.set(name, { lane, key, content, count: isAgain ? before.count + 1 : 1, atMs })
    }
    this.#makeRoom(parts.length, atMs)
  }

  /** `newest`: so many of the last stay. */
  #makeRoom(newest: number, nowMs: number): void {
    let older = this.#rounds.size - newest
    for (const [name, round] of this.#rounds) {
      if (this.#rounds.size <= mostRounds || older-- <= 0) return
      if (round.count === 1 || isForgotten(round, nowMs)) this.#rounds.delete(name)
    }
  }

  /** `keys` null: all. */
  #release(lane: Lane, keys: readonly string[] | null): void {
    for (const key of keys ?? [...this.#rounds.values()].map((round) => round.key)) {
      const round = this.#rounds.get(`${lane} ${key}`)
      if (round !== undefined) this.#rounds.set(`${lane} ${key}`, { ...round, isReleased: true })
    }
  }

  #forget(lane: Lane): void {
    for (const [name, round] of this.#rounds) if (round.lane === lane) this.#rounds.delete(name)
  }
}

/** What others undid: of our flows as we made them, and of other owners' flows that they came. */
function undoneIn(
  { present, absent, foreign }: Extract<Event, { type: 'FlowsObserved' }>,
  before: Pick<State, 'flows' | 'foreign'>,
): readonly Part[] {
  const keys = [...absent, ...present.map(({ key }) => key)]
  const ours = keys.map((key) => ({ key, content: flowContent(lookup(before.flows ?? none, key)) }))
  if (foreign === null) return ours
  const known = new Set([...keys, ...before.foreign.map(({ key }) => key)])
  const came = foreign.filter(({ key }) => !known.has(key))
  return [...ours, ...came.map(({ key }) => ({ key, content: flowContent(undefined) }))]
}

function isPatient({ count, isReleased }: Round): boolean {
  return count >= patientFrom && isReleased !== true
}

function isForgotten({ atMs }: Round, nowMs: number): boolean {
  return nowMs - atMs >= forgottenAfterMs
}

function patienceMs({ count }: Round): number {
  return Math.min(mostPatienceMs, 1_000 * 4 ** (count - patientFrom))
}
