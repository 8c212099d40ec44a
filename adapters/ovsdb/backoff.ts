export interface BackoffRangeMs {
  readonly min: number
  readonly max: number
}

/** Delays between attempts: `min`, doubled at each up to `max`, of which jitter takes away up to a half. */
export class Backoff {
  readonly #range: BackoffRangeMs
  readonly #random: () => number
  #ceilingMs: number

  /** `random` gives numbers in [0, 1). */
  constructor(range: BackoffRangeMs, random: () => number) {
    this.#range = range
    this.#random = random
    this.#ceilingMs = range.min
  }

  /** How long to wait before the next attempt. */
  nextMs(): number {
    const ceilingMs = this.#ceilingMs
    this.#ceilingMs = Math.min(ceilingMs * 2, this.#range.max)
    return ceilingMs * (1 - this.#random() / 2)
  }

  /** The next delay is the shortest again. */
  reset(): void {
    this.#ceilingMs = this.#range.min
  }
}
