import type { Connection } from './connection.js'
import { ProtocolError, RequestError } from './errors.js'
import { Excess } from './excess.js'
import { type MonitorDialect, monitorDialects, monitorRequests, noTxnId } from './monitor-dialects.js'
import type { TableColumns } from './schema.js'
import type { Contents, Updated } from './session-event.js'
import type { TableUpdates } from './table-updates.js'
import { excerpt } from './wire-checks.js'

const monitorId = 'contents'

/**
 * The monitor of one database over any number of connections. It remembers the last transaction it has
 * emitted, so that a server with history (a cluster or relay) can go on from there.
 */
export class Monitor {
  readonly #database: string
  readonly #emit: (event: Contents | Updated) => void
  readonly #excess: Excess
  #connection: Connection | null = null
  #columnsText = ''
  #lastTxnId = noTxnId
  #dialect: MonitorDialect | null = null

  constructor(database: string, emit: (event: Contents | Updated) => void) {
    this.#database = database
    this.#emit = emit
    this.#excess = new Excess(database, (updates) => emit({ kind: 'Updated', updates }))
  }

  /**
   * Starts on a new connection: one Contents, or one Updated if the server resumed, then an Updated for each
   * notification. A server that refuses closes the connection.
   */
  start(connection: Connection, tables: TableColumns): void {
    const columnsText = JSON.stringify(tables)
    if (columnsText !== this.#columnsText) this.#lastTxnId = noTxnId
    this.#columnsText = columnsText
    this.#connection = connection
    this.#request(connection, tables, monitorDialects)
  }

  /** Whether the contents have arrived, and updates may. */
  get isRunning(): boolean {
    return this.#dialect !== null
  }

  /** The next connection begins with full contents. */
  forget(): void {
    this.#lastTxnId = noTxnId
  }

  /** The connection has ended; what was received stays known. */
  stop(): void {
    this.#dialect = null
    this.#connection = null
    // what was asked for must not stay unknown
    if (this.#excess.isWaiting) this.forget()
    this.#excess.stop()
  }

  /** Takes a notification, if it is one of this monitor's. */
  receive(method: string, params: readonly unknown[]): void {
    if (method === 'monitor_canceled') throw new Error('the server cancelled the monitor')
    if (!monitorDialects.some((dialect) => dialect.notification === method)) return
    const [id, ...rest] = params
    if (method !== this.#dialect?.notification || id !== monitorId)
      throw new ProtocolError(`${method} of an unknown monitor: ${excerpt(id)}`)
    const { lastTxnId, updates } = this.#dialect.readNotification(rest)
    this.#lastTxnId = lastTxnId
    this.#update(updates)
  }

  #update(updates: TableUpdates): void {
    if (this.#connection === null) return
    this.#emit({ kind: 'Updated', updates: this.#excess.passed(this.#connection, updates) })
  }

  #request(connection: Connection, tables: TableColumns, dialects: readonly MonitorDialect[]): void {
    const [dialect, ...older] = dialects
    if (dialect === undefined) throw new Error('the server knows no way to monitor a database')
    const params = [
      this.#database,
      monitorId,
      monitorRequests(tables),
      ...dialect.extraParams(this.#lastTxnId),
    ]
    connection.call(dialect.method, params, (error, result) => {
      if (error === null) this.#begin(dialect, tables, result)
      else if (isUnknownMethod(error)) this.#request(connection, tables, older)
      else {
        // perhaps for what is asked to be gone on from, which another server said
        this.forget()
        connection.close(error)
      }
    })
  }

  #begin(dialect: MonitorDialect, tables: TableColumns, result: unknown): void {
    const reply = dialect.readReply(result)
    this.#dialect = dialect
    this.#lastTxnId = reply.lastTxnId
    if ('updates' in reply) this.#update(reply.updates)
    else {
      this.#excess.begin(reply.contents)
      const all = Object.keys(tables).map((table) => [table, reply.contents[table] ?? {}] as const)
      this.#emit({ kind: 'Contents', tables: Object.fromEntries(all) })
    }
  }
}

function isUnknownMethod(error: Error): boolean {
  return error instanceof RequestError && error.error === 'unknown method'
}
