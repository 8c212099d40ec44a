import { VirtualTimeScheduler } from 'rxjs'

/** Virtual time: nothing happens but what was scheduled, and between two moments all promises settle. */
export class Clock {
  readonly scheduler = new VirtualTimeScheduler()

  get nowMs(): number {
    return this.scheduler.frame
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
    }
    scheduler.frame = endMs
  }
}
