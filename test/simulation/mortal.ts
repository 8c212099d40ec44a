import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs'
import type { Clock } from './clock.js'

/** The time of one process: nothing happens in it while it hangs, and nothing after its end. */
export class Mortal implements SchedulerLike {
  readonly #clock: Clock
  #hangsUntilMs = 0
  isDead = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.scheduler.now()
  }

  hang(forMs: number): void {
    this.#hangsUntilMs = Math.max(this.#hangsUntilMs, this.#clock.nowMs + forMs)
  }

  get isHanging(): boolean {
    return this.#clock.nowMs < this.#hangsUntilMs
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    // the action is the scheduler's own, and may be scheduled again
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    const mortal = this
    return this.#clock.scheduler.schedule(
      function (this: SchedulerAction<T>, given?: T) {
        if (mortal.isDead) return
        if (mortal.isHanging) this.schedule(given, mortal.#hangsUntilMs - mortal.#clock.nowMs)
        else work.call(this, given)
      },
      delay,
      state,
    )
  }
}
