import type { OvsdbSession } from '../../../../adapters/ovsdb/session.js'
import type { SessionEvent } from '../../../../adapters/ovsdb/session-event.js'

type EventOf<K extends SessionEvent['kind']> = Extract<SessionEvent, { kind: K }>

/** What a session emitted, read forward; `next` waits for what has not come yet. */
export class EventLog {
  readonly events: SessionEvent[] = []
  #read = 0
  #arrived: () => void = () => undefined

  constructor(session: OvsdbSession) {
    session.events$.subscribe((event) => {
      this.events.push(event)
      this.#arrived()
    })
  }

  get kinds(): readonly string[] {
    return this.events.map((event) => event.kind)
  }

  /** The next event of `kind` not read yet; those before it count as read. */
  async next<K extends SessionEvent['kind']>(kind: K): Promise<EventOf<K>> {
    for (;;) {
      const event = this.events[this.#read]
      if (event === undefined) {
        await new Promise<void>((resolve) => (this.#arrived = resolve))
        continue
      }
      this.#read++
      if (event.kind === kind) return event as EventOf<K>
    }
  }

  /** Every event from here on counts as new. */
  skip(): void {
    this.#read = this.events.length
  }
}
