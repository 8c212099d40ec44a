import { VirtualTimeScheduler } from 'rxjs'

/** Virtual time: nothing happens but what was scheduled, and between two moments all promises settle. */
export class Clock {
  readonly scheduler = new VirtualTimeScheduler()
  /** The wall clock is ahead by so much; it jumps, time goes on. */
  #aheadMs = 1e12
  #looked: () => void = () => undefined

  constructor() {
    // as rxjs asks the real one
    this.scheduler.now = () => this.wallMs
  }

  get nowMs(): number {
    return this.scheduler.frame
  }

  get wallMs(): number {
    return this.nowMs + this.#aheadMs
  }

  /** The wall clock is set forward, or back where `byMs` is negative. */
  set(byMs: number): void {
    this.#aheadMs += byMs
  }

  /** Calls `look` whenever all that a moment brought has been done. */
  onMoment(look: () => void): void {
    this.#looked = look
  }

  after(delayMs: number, what: () => void): void {
    this.scheduler.schedule(what, delayMs)
  }

  async run(forMs: number): Promise<void> {
    const { scheduler } = this
    const endMs = scheduler.frame + forMs
    for (;;) {
      const next = scheduler.actions[0]?.delay ?? Infinity
      if (next > endMs) break
      scheduler.maxFrames = next
      scheduler.flush()
      await new Promise(setImmediate)
      // what promises brought is still to be done at this moment
      if (scheduler.actions[0]?.delay !== scheduler.frame) this.#looked()
    }
    scheduler.frame = endMs
  }
}
