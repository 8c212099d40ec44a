import { flowDump, type Intake } from './intake.js'

/**
 * Dumps of the bridge's flows, one at a time; what the flow monitor says meanwhile waits its turn. Order: a
 * dump says how things stood at one moment, and what the monitor says while it runs follows it; all of it may
 * be said twice.
 */
export class Dumps {
  readonly #start: (taken: (text: string) => void) => void
  readonly #hear: (intake: Intake) => void
  /** What a dump that runs will say is waited for, or it is there for nobody any more. */
  #running: 'needed' | 'audit' | 'void' | null = null
  #held: Intake[] = []
  #isWanted = false
  #isDisturbed = false
  #isUnderWay = false

  /** `start` begins a dump, and calls `taken` with its text unless it fails. */
  constructor(start: (taken: (text: string) => void) => void, hear: (intake: Intake) => void) {
    this.#start = start
    this.#hear = hear
  }

  get isRunning(): boolean {
    return this.#running !== null
  }

  /** A dump that is made until it counts. */
  request(): void {
    if (this.#running === null) this.#begin('needed')
    else this.#isWanted = true
  }

  /**
   * A dump that nothing depends on: a batch that begins meanwhile puts an end to it, and while one is under way none is begun.
   * Under steady change it would be made again and again, in vain, and what the monitor says would wait.
   */
  audit(): void {
    if (this.#running === null && !this.#isUnderWay) this.#begin('audit')
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
    this.#start((text) => this.#taken(text))
  }

  #taken(text: string): void {
    const isRepeated = this.#isWanted || (this.#isDisturbed && this.#running === 'needed')
    this.#running = null
    this.#isWanted = false
    if (!this.#isDisturbed) this.#hear(flowDump(text))
    this.#release()
    if (isRepeated) this.request()
  }

  #release(): void {
    const held = this.#held
    this.#held = []
    for (const intake of held) this.#hear(intake)
  }
}
