import type { Random } from '../support/differential/random.js'
import type { Clock } from './clock.js'

interface Message {
  readonly deliver: () => void
  readonly lost: () => void
}

/** A connection's one direction: what is sent arrives in order and late, or not at all. */
export class Channel {
  readonly #clock: Clock
  readonly #random: Random
  #queue: Message[] = []
  #stalledUntilMs = 0

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0
  }

  send(deliver: () => void, lost: () => void = () => undefined): void {
    const message = { deliver, lost }
    this.#queue.push(message)
    this.#clock.after(this.#random.int(4), () => this.#arrive(message))
  }

  /** Nothing arrives for a while, then all of it at once. */
  stall(forMs: number): void {
    this.#stalledUntilMs = Math.max(this.#stalledUntilMs, this.#clock.nowMs + forMs)
  }

  /** What is under way is lost. */
  cut(): void {
    const lost = this.#queue
    this.#queue = []
    for (const message of lost) message.lost()
  }

  #arrive(message: Message): void {
    if (!this.#queue.includes(message)) return
    const waitMs = this.#stalledUntilMs - this.#clock.nowMs
    if (waitMs > 0) {
      this.#clock.after(waitMs, () => this.#arrive(message))
      return
    }
    const end = this.#queue.indexOf(message) + 1
    for (const arrived of this.#queue.splice(0, end)) arrived.deliver()
  }
}
