import { setTimeout as sleep } from 'node:timers/promises'
import { type Observable, Subject } from 'rxjs'
import { Backoff } from './backoff.js'
import type { Connection } from './connection.js'
import { Conversation } from './conversation.js'
import { dial } from './dial.js'
import { DisconnectedError, ProtocolError, reasonOf, UnfitServerError } from './errors.js'
import { Monitor } from './monitor.js'
import { printRemote, type Remote } from './remote.js'
import { newStandard, type Standard } from './server-watch.js'
import type { Disconnected, SessionEvent } from './session-event.js'
import type { SessionOptions } from './session-options.js'
import { readTransactReply, replyWithin, type TransactResult } from './transact-reply.js'

export interface OvsdbSession {
  /**
   * Hot, and never errors: subscribe in the turn the session was opened in. Completes after `close`, without
   * a Disconnected. Order is the server's: no method of the session emits before it returns, so subscribers
   * may call them. There is no queue: the socket is not read while subscribers run.
   */
  readonly events$: Observable<SessionEvent>
  /**
   * Commits `operations` (RFC 7047, 5.2) as one transaction, from Connected on. Settles after the updates that
   * preceded the reply, the transaction's own among them, were emitted. Rejects with TransactError (aborted),
   * RequestError (refused), DisconnectedError (not sent) or OutcomeUnknownError (sent, may have been committed).
   */
  transact(operations: readonly unknown[]): Promise<TransactResult>
  /**
   * Resolves when whatever the server had committed before the call has been emitted. It is an echo: the server
   * flushes a session's updates before it reads the session's next request. On a cluster this holds for what
   * the member connected to has applied. Rejects with DisconnectedError unless the contents have arrived.
   */
  barrier(): Promise<void>
  /**
   * Ends the connection and connects anew, with full contents: for a subscriber that finds the server's
   * words unusable. `reason` is what Disconnected says.
   */
  restart(reason: string): void
  /** Ends the session for good; transactions in flight end with OutcomeUnknownError. Never rejects. */
  close(): Promise<void>
}

/** A session with one database, kept alive until it is closed: it reconnects whatever happens. */
export function openSession(options: SessionOptions): OvsdbSession {
  return new ReconnectingSession(options)
}

const defaultProbeIntervalMs = 5000
const defaultBackoffMs = { min: 1000, max: 8000 }
const defaultTransactTimeoutMs = 30_000

class ReconnectingSession implements OvsdbSession {
  readonly #options: SessionOptions
  readonly #events = new Subject<SessionEvent>()
  readonly events$ = this.#events.asObservable()
  readonly #monitor: Monitor
  readonly #backoff: Backoff
  readonly #closing = new AbortController()
  readonly #closed: Promise<void>
  readonly #standard: Standard
  #conversation: Conversation | null = null
  /** The remote that is tried next. */
  #next = 0
  #whyNot = 'still connecting'

  constructor(options: SessionOptions) {
    this.#options = options
    this.#monitor = new Monitor(options.database, this.#emit)
    this.#backoff = new Backoff(options.backoffMs ?? defaultBackoffMs, options.random ?? Math.random)
    this.#standard = newStandard(options.isLeaderOnly ?? true)
    this.#closed = this.#run()
  }

  async transact(operations: readonly unknown[]): Promise<TransactResult> {
    const connection = this.#required(this.#conversation?.connected)
    const reply = connection.request('transact', [this.#options.database, ...operations])
    const timeoutMs = this.#options.transactTimeoutMs ?? defaultTransactTimeoutMs
    return readTransactReply(await replyWithin(timeoutMs, reply), operations.length)
  }

  async barrier(): Promise<void> {
    await this.#required(this.#conversation?.synced).request('echo', [])
  }

  restart(reason: string): void {
    this.#monitor.forget()
    this.#conversation?.close(new ProtocolError(reason))
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#conversation?.close(new Error('the session was closed'))
    await this.#closed
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      const { reason, isPassing } = await this.#round()
      this.#whyNot = reason
      this.#emit({ kind: 'Disconnected', reason, isPassing })
      await sleep(this.#backoff.nextMs(), undefined, { signal }).catch(() => undefined)
    }
    this.#events.complete()
  }

  /** The remotes in turn, until one has been connected to and is so no more, or all have failed; gives the reason. */
  async #round(): Promise<Omit<Disconnected, 'kind'>> {
    const { remotes } = this.#options
    const reasons: string[] = []
    let isPassing = false
    for (const remote of [...remotes.slice(this.#next), ...remotes.slice(0, this.#next)]) {
      this.#next = (remotes.indexOf(remote) + 1) % remotes.length
      const { wasConnected, why } = await this.#converse(remote)
      const reason = remotes.length === 1 ? reasonOf(why) : `${printRemote(remote)}: ${reasonOf(why)}`
      isPassing ||= why instanceof UnfitServerError
      if (wasConnected || this.#closing.signal.aborted) return { reason, isPassing }
      reasons.push(reason)
    }
    return { reason: reasons.join('; '), isPassing }
  }

  /** One connection from its beginning to its end. */
  async #converse(remote: Remote): Promise<{ readonly wasConnected: boolean; readonly why: unknown }> {
    const { database, tables, tablesThatMayLack = new Set<string>(), tls = null, lock = null } = this.#options
    const { probeIntervalMs = defaultProbeIntervalMs } = this.#options
    const lasting = { monitor: this.#monitor, standard: this.#standard }
    const options = { remote, database, tables, tablesThatMayLack, lock, probeIntervalMs, ...lasting }
    let wasConnected = false
    const emit = (event: SessionEvent): void => {
      wasConnected ||= event.kind === 'Connected'
      this.#emit(event)
    }
    try {
      const why = await new Promise<Error>((resolve) => {
        this.#conversation = new Conversation(dial(remote, tls), options, emit, resolve)
      })
      return { wasConnected, why }
    } catch (why) {
      return { wasConnected, why }
    }
  }

  #emit = (event: SessionEvent): void => {
    if (event.kind === 'Connected') this.#whyNot = 'its contents have not arrived'
    if (event.kind === 'Contents' || event.kind === 'Updated') this.#backoff.reset()
    if (!this.#closing.signal.aborted) this.#events.next(event)
  }

  #required(connection: Connection | null | undefined): Connection {
    if (connection != null) return connection
    const { database, remotes } = this.#options
    const at = remotes.map(printRemote).join(',')
    throw new DisconnectedError(`no session with ${database} at ${at}: ${this.#whyNot}`)
  }
}
