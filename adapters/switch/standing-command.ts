import { type Head, type PreparedCommand, prepareCommand } from './run-command.js'

/**
 * A command that is asked for again and again, and each time started before it is: of what a lone change takes nearly all would
 * be the start of a process. It must read its standard input before it changes anything; without any it must change nothing,
 * for that is what it gets where we are killed.
 */
export class StandingCommand {
  readonly #signal: AbortSignal
  #waiting: { readonly head: Head; readonly command: PreparedCommand } | null = null

  /** `signal` ends what is started, whether it waits or runs. */
  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  /** Starts it, where it does not wait yet. Another that waits is ended. */
  prepare(head: Head): void {
    if (this.#signal.aborted || this.#isWaiting(head)) return
    this.end()
    this.#waiting = { head, command: prepareCommand(head, this.#signal) }
  }

  /** The one that waits, or where none does one that is started now; none waits afterwards. */
  take(head: Head): PreparedCommand {
    const waiting = this.#isWaiting(head) ? this.#waiting : null
    if (waiting === null) this.end()
    this.#waiting = null
    return waiting?.command ?? prepareCommand(head, this.#signal)
  }

  /** Ends the one that waits. */
  end(): void {
    this.#waiting?.command.cancel()
    this.#waiting = null
  }

  /** One that ended by itself, because there was no bridge yet, does not. */
  #isWaiting(head: Head): boolean {
    return this.#waiting?.command.isThere() === true && isSame(this.#waiting.head, head)
  }
}

function isSame(one: Head, other: Head): boolean {
  return one.program === other.program && one.arguments.join('\0') === other.arguments.join('\0')
}
