/** What a lease needs to know of the lock. */
export interface LeaseWorld {
  readonly isHeld$: { readonly value: boolean }
  /** Resolves when everything was heard that its server had said before the call; rejects when the connection is lost. */
  barrier(): Promise<void>
  elapsedMs(): number
}

/** So long it is believed without asking. */
const leaseMs = 1_000

/**
 * Whether a lock is held still. A process that hung acts on what it heard before: that the lock is lost waits in its
 * socket, perhaps behind something that makes it act. So the server is asked where it was not asked for a while.
 */
export class Lease {
  readonly #world: LeaseWorld
  #untilMs = -Infinity

  constructor(world: LeaseWorld) {
    this.#world = world
  }

  /** Rejects where the lock is lost, or nobody can say. */
  async confirm(): Promise<void> {
    const askedMs = this.#world.elapsedMs()
    if (askedMs >= this.#untilMs) await this.#world.barrier()
    if (!this.#world.isHeld$.value) throw new Error('the lock is lost')
    if (askedMs >= this.#untilMs) this.#untilMs = askedMs + leaseMs
  }
}
