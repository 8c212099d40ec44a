import type { Event } from '../model/event.js'
import type { State } from '../model/state.js'
import type { Intake } from './intake.js'

/** What the history does not explain after so many comparisons, nothing in it explains. */
const mostRounds = 8
const mostHeld = 1_000

interface Held {
  readonly intake: Intake
  readonly rounds: number
}

/**
 * Whether the flow tables are as a history says that somebody else writes: from what the tables say, and the history as it grows.
 * It is sure after a dump that the history agrees with, until something is said that the history does not explain; then until the next dump not.
 */
export class Witness {
  #held: readonly Held[] = []
  #isSure = false

  /** Of what a watch of the flow tables says. */
  take(intake: Intake): void {
    this.#held = [...this.#held, { intake, rounds: 0 }]
    if (this.#held.length > mostHeld) this.#doubt()
  }

  /** `state`: what the history led to by now. Later than what is said, and so is what explains it: each thing is looked at several times. */
  compare(state: State): void {
    // nobody can say whether a dump was made before the batch or after
    if (state.lanes.switch.inFlight !== null) return
    for (const one of this.#held) {
      const [observed, ...others] = one.intake(knowing(state, 'unknown'))
      if (observed?.type === 'FlowsObserved') {
        if ([observed, ...others].every(saysNothing)) this.#agree(one)
        else this.#keep(one)
      } else if (isExplained(one.intake, state)) this.#drop(one)
      else this.#keep(one)
    }
  }

  /** Whether that is so at `state`, to be asked after it was compared. */
  isSureOf({ lanes, knowledge, isDoubted, learned }: State): boolean {
    const isKnown = knowledge.flows === 'current' && !isDoubted && learned !== null
    return this.#isSure && this.#held.length === 0 && isKnown && lanes.switch.inFlight === null
  }

  #agree(dump: Held): void {
    this.#isSure = true
    this.#held = this.#held.slice(this.#held.indexOf(dump) + 1)
  }

  #drop(one: Held): void {
    this.#held = this.#held.filter((other) => other !== one)
  }

  #keep(one: Held): void {
    if (one.rounds >= mostRounds) this.#doubt()
    else this.#held = this.#held.map((other) => (other === one ? { ...one, rounds: one.rounds + 1 } : other))
  }

  #doubt(): void {
    this.#isSure = false
    this.#held = []
  }
}

/** What a dump says that found everything as it is known. */
export const asRecorded: Event = {
  type: 'FlowsObserved',
  isDrift: false,
  present: [],
  absent: [],
  foreign: null,
}

/** That flows of ours went only the batch explains that removed them: the last one, for others are not known any more. */
function isExplained(intake: Intake, state: State): boolean {
  const now = knowing(state, 'current')
  const inFlight = state.lanes.switch.repeated?.batch ?? null
  const then = { ...now, lanes: { ...now.lanes, switch: { ...now.lanes.switch, inFlight } } }
  return intake(now).length === 0 || intake(then).length === 0
}

function saysNothing(event: Event): boolean {
  if (event.type === 'MacsLearned') return event.updates.length === 0
  return (
    event.type === 'FlowsObserved' &&
    event.foreign === null &&
    event.present.length + event.absent.length === 0
  )
}

function knowing(state: State, flows: 'unknown' | 'current'): State {
  return { ...state, isDoubted: false, knowledge: { ...state.knowledge, flows } }
}
