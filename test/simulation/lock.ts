/** The lock of the switch in the server of Open_vSwitch (RFC 7047, 4.1.8): whoever asked first has it. */
export class Lock<T extends object> {
  #queue: T[] = []
  readonly #told: (who: T, isHeld: boolean) => void
  readonly #now: () => number
  readonly #lostMs = new WeakMap<T, number>()

  /** `told`: the server says to `who` whether it holds the lock. */
  constructor(now: () => number, told: (who: T, isHeld: boolean) => void) {
    this.#now = now
    this.#told = told
  }

  get holder(): T | null {
    return this.#queue[0] ?? null
  }

  /** Now, for the holder. */
  heldUntilMs(who: T): number {
    return this.holder === who ? this.#now() : (this.#lostMs.get(who) ?? -Infinity)
  }

  ask(who: T): void {
    this.#queue.push(who)
    if (this.holder === who) this.#told(who, true)
  }

  /** Its connection is gone: nobody tells it. */
  release(who: T): void {
    const before = this.holder
    this.#queue = this.#queue.filter((one) => one !== who)
    const { holder } = this
    if (before !== who) return
    this.#lostMs.set(who, this.#now())
    if (holder !== null) this.#told(holder, true)
  }

  /** The last in the queue takes it; who had it waits again. */
  steal(): void {
    const [holder, thief] = [this.holder, this.#queue.at(-1)]
    if (holder === null || thief === undefined || thief === holder) return
    this.#queue = [thief, ...this.#queue.filter((one) => one !== thief)]
    this.#lostMs.set(holder, this.#now())
    this.#told(holder, false)
    this.#told(thief, true)
  }
}
