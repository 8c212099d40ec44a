import { flowDump, type Intake } from './intake.js'

/**
 * Dumps of the bridge's flows, one at a time; what the flow monitor says meanwhile waits its turn. Order: a
 * dump says how things stood at one moment, and what the monitor says while it runs follows it; all of it may
 * be said twice.
 */
export class Dumps {
  readonly #start: (taken: (text: string) => void) => void
  readonly #hear: (intake: Intake) => void
  #held: Intake[] | null = null
  #isWanted = false
  #isDisturbed = false

  /** `start` begins a dump, and calls `taken` with its text unless it fails. */
  constructor(start: (taken: (text: string) => void) => void, hear: (intake: Intake) => void) {
    this.#start = start
    this.#hear = hear
  }

  get isRunning(): boolean {
    return this.#held !== null
  }

  request(): void {
    if (this.#held !== null) {
      this.#isWanted = true
      return
    }
    this.#held = []
    this.#isDisturbed = false
    this.#start((text) => this.#taken(text))
  }

  /** What the monitor says. */
  pass(intake: Intake): void {
    if (this.#held === null) this.#hear(intake)
    else this.#held.push(intake)
  }

  /**
   * A batch begins or ends: nobody can say whether a dump that runs was made before it or after. It counts for
   * nothing, another follows it.
   */
  disturb(): void {
    this.#isDisturbed = true
  }

  #taken(text: string): void {
    const held = this.#held ?? []
    const isRepeated = this.#isWanted || this.#isDisturbed
    const intakes = this.#isDisturbed ? held : [flowDump(text), ...held]
    this.#held = null
    this.#isWanted = false
    for (const intake of intakes) this.#hear(intake)
    if (isRepeated) this.request()
  }
}
