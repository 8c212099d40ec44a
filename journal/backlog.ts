import type { Entry } from '../lib/model/event.js'

/** How much is kept in memory: entries, and characters of their JSON. */
export interface BacklogLimits {
  readonly entries: number
  readonly characters: number
}

/**
 * Entries that wait for the journal to be written again. It keeps the first ones: they continue what is in
 * the file, so all of it can be folded; of what comes later only the outcome is recorded, as a snapshot.
 */
export class Backlog {
  readonly #limits: BacklogLimits
  #entries: Entry[] = []
  #characters = 0
  #isBroken = false

  constructor(limits: BacklogLimits) {
    this.#limits = limits
  }

  get entries(): readonly Entry[] {
    return this.#entries
  }

  /** Whether something was dropped: what follows does not continue `entries`. */
  get isBroken(): boolean {
    return this.#isBroken
  }

  /** Takes entries, all or none; the first ones always, for a snapshot may be large. `full`: from now on none. */
  add(entries: readonly Entry[]): 'taken' | 'full' | 'dropped' {
    if (this.#isBroken) return 'dropped'
    const characters = JSON.stringify(entries).length
    const isFull =
      this.#entries.length + entries.length > this.#limits.entries ||
      this.#characters + characters > this.#limits.characters
    if (isFull && this.#entries.length > 0) {
      this.#isBroken = true
      return 'full'
    }
    for (const entry of entries) this.#entries.push(entry)
    this.#characters += characters
    return 'taken'
  }

  /** They are in the journal. */
  written(): void {
    this.#entries = []
    this.#characters = 0
  }

  /** They can't be continued: they are lost with all that was dropped. */
  drop(): void {
    this.written()
    this.#isBroken = true
  }

  /** What follows stands by itself. */
  mended(): void {
    this.#isBroken = false
  }
}
