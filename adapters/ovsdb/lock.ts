import type { Connection } from './connection.js'
import { ProtocolError } from './errors.js'
import { excerpt, objectOf } from './wire-checks.js'

/**
 * A server-wide lock (RFC 7047, 4.1.8) asked for on every connection and kept while it lasts: waiting ⇄ held.
 * Stolen, it is waited for again.
 */
export class Lock {
  readonly #name: string
  readonly #changed: (isHeld: boolean) => void
  #isHeld = false

  /** `changed` is called for changes only; at first the lock is not held. */
  constructor(name: string, changed: (isHeld: boolean) => void) {
    this.#name = name
    this.#changed = changed
  }

  start(connection: Connection): void {
    connection.call('lock', [this.#name], (error, result) => {
      if (error !== null) {
        connection.close(error)
        return
      }
      const { locked } = objectOf(result, 'reply to lock')
      if (typeof locked !== 'boolean')
        throw new ProtocolError(`"locked" is not a boolean: ${excerpt(locked)}`)
      this.#set(locked)
    })
  }

  /** Takes a notification, if it is about this lock. */
  receive(method: string, [name]: readonly unknown[]): void {
    if ((method === 'locked' || method === 'stolen') && name === this.#name) this.#set(method === 'locked')
  }

  /** The connection has ended, and the lock with it. */
  lose(): void {
    this.#set(false)
  }

  #set(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return
    this.#isHeld = isHeld
    this.#changed(isHeld)
  }
}
