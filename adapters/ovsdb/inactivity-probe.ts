/**
 * Watches a connection for silence. Listening ─silence→ `onSilence`, probing ─silence→ `onDead`; anything
 * heard leads back to listening. Each silence lasts `intervalMs`; with 0 nothing is ever called.
 */
export class InactivityProbe {
  readonly #timer: NodeJS.Timeout | null
  #isProbing = false

  constructor(intervalMs: number, onSilence: () => void, onDead: () => void) {
    const expired = () => {
      if (this.#isProbing) {
        onDead()
      } else {
        this.#isProbing = true
        this.#timer?.refresh()
        onSilence()
      }
    }
    this.#timer = intervalMs > 0 ? setTimeout(expired, intervalMs) : null
  }

  /** To be called for whatever arrives. */
  heard(): void {
    this.#isProbing = false
    this.#timer?.refresh()
  }

  stop(): void {
    clearTimeout(this.#timer ?? undefined)
  }
}
