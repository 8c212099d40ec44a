import type { Socket } from 'node:net'
import { Connection } from './connection.js'
import { Lock } from './lock.js'
import type { Monitor } from './monitor.js'
import type { Remote } from './remote.js'
import { availableColumns, parseSchema, type TableColumns } from './schema.js'
import { ServerWatch, type Standard } from './server-watch.js'
import type { SessionEvent } from './session-event.js'

export interface ConversationOptions {
  readonly remote: Remote
  readonly database: string
  readonly tables: TableColumns
  readonly tablesThatMayLack: ReadonlySet<string>
  readonly lock: string | null
  readonly probeIntervalMs: number
  /** Both live longer than the conversation: what was seen in a cluster must not be unseen. */
  readonly standard: Standard
  /** With it a server that has history can resume. */
  readonly monitor: Monitor
}

/**
 * What a session does on one connection: asks whether the server will do, then for the schema, then for the lock and the
 * monitor. Any error ends it.
 */
export class Conversation {
  readonly #connection: Connection
  readonly #options: ConversationOptions
  readonly #watch: ServerWatch
  readonly #lock: Lock | null
  readonly #emit: (event: SessionEvent) => void
  #isConnected = false

  /** `onEnded` is called once, after the last event. */
  constructor(
    stream: Socket,
    options: ConversationOptions,
    emit: (event: SessionEvent) => void,
    onEnded: (reason: Error) => void,
  ) {
    this.#options = options
    this.#emit = emit
    this.#watch = new ServerWatch(options.database, options.standard)
    this.#lock =
      options.lock === null ? null : new Lock(options.lock, (isHeld) => emit({ kind: 'LockChanged', isHeld }))
    const onClosed = (reason: Error) => {
      this.#isConnected = false
      this.#lock?.lose()
      options.monitor.stop()
      onEnded(reason)
    }
    const handlers = { onOpened: this.#greet, onNotification: this.#receive, onClosed }
    this.#connection = new Connection(stream, handlers, options.probeIntervalMs)
  }

  /** The connection while the database is known to be there, else null. */
  get connected(): Connection | null {
    return this.#isConnected ? this.#connection : null
  }

  /** The connection while the monitor is running, else null. */
  get synced(): Connection | null {
    return this.#options.monitor.isRunning ? this.connected : null
  }

  close(reason: Error): void {
    this.#connection.close(reason)
  }

  #greet = (): void => {
    this.#watch.start(this.#connection, this.#enquire)
  }

  #enquire = (): void => {
    this.#connection.call('get_schema', [this.#options.database], (error, result) => {
      if (error === null) this.#begin(result)
      else this.#connection.close(error)
    })
  }

  #begin(schemaReply: unknown): void {
    const schema = parseSchema(schemaReply)
    const { available, missing } = availableColumns(
      schema,
      this.#options.tables,
      this.#options.tablesThatMayLack,
    )
    this.#isConnected = true
    this.#emit({ kind: 'Connected', remote: this.#options.remote, schema, missing })
    this.#lock?.start(this.#connection)
    this.#options.monitor.start(this.#connection, available)
  }

  #receive = (method: string, params: readonly unknown[]): void => {
    if (this.#watch.receive(method, params)) return
    this.#lock?.receive(method, params)
    this.#options.monitor.receive(method, params)
  }
}
