import { flowDump, type Intake } from './intake.js'

/** Called with a dump's text, and how long it took to make it. */
export type Taken = (text: string, tookMs: number) => void

/** How soon others' changes are looked at. */
const soonMs = 1_000
/** Looking at others' changes takes one part of so many of the time, however busy they are. */
const looksPart = 20

/**
 * Dumps of the bridge's flows, one at a time; what the flow monitor says meanwhile waits its turn. Order: a
 * dump says how things stood at one moment, and what the monitor says while it runs follows it; all of it may
 * be said twice.
 */
export class Dumps {
  readonly #start: (taken: Taken) => void
  readonly #hear: (intake: Intake) => void
  readonly #later: (waitMs: number, then: () => void) => void
  /** What a dump that runs will say is waited for, or it is there for nobody any more. */
  #running: 'needed' | 'audit' | 'void' | null = null
  #held: Intake[] = []
  #isWanted = false
  #isDisturbed = false
  #isUnderWay = false
  /** Others changed something since the last dump began; the dump that runs is the first since others did. */
  #isStale = false
  #isLook = false
  #isLookDue = false
  #tookMs = 0

  /** `start` begins a dump, and calls `taken` with its text unless it fails; `later` waits. */
  constructor(
    start: (taken: Taken) => void,
    hear: (intake: Intake) => void,
    later: (waitMs: number, then: () => void) => void,
  ) {
    this.#start = start
    this.#hear = hear
    this.#later = later
  }

  get isRunning(): boolean {
    return this.#running !== null
  }

  /** What others have is looked at, or will be soon. */
  get isLooking(): boolean {
    return this.#isStale || this.#isLook
  }

  /** A dump that is made until it counts. */
  request(): void {
    if (this.#running === null) this.#begin('needed')
    else this.#isWanted = true
  }

  /**
   * A dump that nothing depends on: a batch that begins meanwhile puts an end to it, and while one is under way none is begun.
   * Under steady change it would be made again and again, in vain, and what the monitor says would wait. Gives whether it is begun.
   */
  audit(): boolean {
    const isFree = this.#running === null && !this.#isUnderWay
    if (isFree) this.#begin('audit')
    return isFree
  }

  /**
   * Others changed flows of theirs. The monitor does not say priorities, so only a dump tells what they have now. It is made
   * soon, and again until one counts.
   */
  lookSoon(): void {
    this.#isStale = true
    if (this.#isLookDue) return
    this.#isLookDue = true
    this.#later(Math.max(soonMs, looksPart * this.#tookMs), () => {
      this.#isLookDue = false
      if (this.#isStale && !this.audit()) this.lookSoon()
    })
  }

  /** What the monitor says. */
  pass(intake: Intake): void {
    if (this.#running === null || this.#running === 'void') this.#hear(intake)
    else this.#held.push(intake)
  }

  /**
   * A batch begins or ends, and one is under way now or not: nobody can say whether a dump that runs was made before it or after. It counts for
   * nothing, another follows it where one is needed.
   */
  disturb(isUnderWay: boolean): void {
    this.#isUnderWay = isUnderWay
    this.#isDisturbed = true
    if (this.#running !== 'audit') return
    this.#running = 'void'
    this.#release()
  }

  #begin(what: 'needed' | 'audit'): void {
    this.#running = what
    this.#isDisturbed = false
    this.#isLook ||= this.#isStale
    this.#isStale = false
    this.#start((text, tookMs) => this.#taken(text, tookMs))
  }

  #taken(text: string, tookMs: number): void {
    this.#tookMs = tookMs
    const isRepeated = this.#isWanted || (this.#isDisturbed && this.#running === 'needed')
    this.#running = null
    this.#isWanted = false
    if (!this.#isDisturbed) this.#hear(flowDump(text))
    if (this.#isDisturbed && this.#isLook) this.lookSoon()
    this.#isLook = false
    this.#release()
    if (isRepeated) this.request()
  }

  #release(): void {
    const held = this.#held
    this.#held = []
    for (const intake of held) this.#hear(intake)
  }
}
