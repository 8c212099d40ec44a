import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { OutcomeUnknownError, ProtocolError, reasonOf, RequestError } from './errors.js'
import { InactivityProbe } from './inactivity-probe.js'
import { JsonSplitter } from './json-splitter.js'
import { type Message, parseMessage } from './message.js'
import { explainTls } from './tls.js'
import { isJsonObject, textOf } from './wire-checks.js'

/** What happens on a connection, in the order of the stream; whatever a handler throws closes the connection. */
export interface ConnectionHandlers {
  onOpened: () => void
  onNotification: (method: string, params: readonly unknown[]) => void
  /** The last call, made once, after every pending request was settled with an OutcomeUnknownError. */
  onClosed: (reason: Error) => void
}

/**
 * Takes the outcome of a request: RequestError or OutcomeUnknownError, else null and the result. It runs while
 * the reply is being read, before any later message, which a promise's continuation does not.
 */
export type Settle = (error: Error | null, result: unknown) => void

const mostUnreadBytes = 4 << 20

interface PendingRequest {
  readonly method: string
  readonly settle: Settle
}

/**
 * One JSON-RPC 1.0 connection to an OVSDB server, over a stream that may still be connecting. Answers the
 * server's echoes, probes it when it falls silent, and never throws out of an event of the stream.
 */
export class Connection {
  readonly #stream: Socket
  readonly #handlers: ConnectionHandlers
  readonly #splitter = new JsonSplitter()
  readonly #pending = new Map<number, PendingRequest>()
  readonly #probe: InactivityProbe
  #nextId = 0
  #isOpen = false
  #isClosed = false

  /** The connection is closed after two silences of `probeIntervalMs`, connecting included; 0: never. */
  constructor(stream: Socket, handlers: ConnectionHandlers, probeIntervalMs: number) {
    this.#stream = stream
    this.#handlers = handlers
    const dead = new Error(`no answer from the server within ${2 * probeIntervalMs} ms`)
    this.#probe = new InactivityProbe(probeIntervalMs, this.#sendProbe, () => this.close(dead))
    stream.once(stream instanceof TLSSocket ? 'secureConnect' : 'connect', () => this.#guard(this.#open))
    stream.on('data', (chunk: Buffer) => this.#guard(() => this.#read(chunk)))
    stream.on('error', (error) => this.close(stream instanceof TLSSocket ? explainTls(error) : error))
    stream.on('close', () => this.close(new Error('the server closed the connection')))
  }

  /** Sends a request. `settle` is called exactly once, also when the connection is closed already. */
  call(method: string, params: readonly unknown[], settle: Settle): void {
    if (this.#isClosed) {
      settle(new OutcomeUnknownError(method, 'the connection is closed'), undefined)
      return
    }
    const id = this.#nextId++
    this.#send({ method, params, id })
    this.#pending.set(id, { method, settle })
  }

  /** `call` for those to whom the order of the reply among other messages does not matter. */
  request(method: string, params: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.call(method, params, (error, result) => (error === null ? resolve(result) : reject(error)))
    })
  }

  /** Ends the connection at once; closing again does nothing. */
  close(reason: Error): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#probe.stop()
    this.#stream.destroy()
    for (const { method, settle } of this.#pending.values())
      settle(new OutcomeUnknownError(method, reasonOf(reason)), undefined)
    this.#pending.clear()
    this.#handlers.onClosed(reason)
  }

  #open = (): void => {
    this.#isOpen = true
    this.#probe.heard()
    this.#handlers.onOpened()
  }

  #sendProbe = (): void => {
    if (this.#isOpen) this.call('echo', [], () => undefined)
  }

  #read(chunk: Buffer): void {
    this.#probe.heard()
    for (const value of this.#splitter.push(chunk)) {
      this.#dispatch(parseMessage(value))
      if (this.#isClosed) return
    }
  }

  #dispatch(message: Message): void {
    switch (message.kind) {
      case 'Notification':
        this.#handlers.onNotification(message.method, message.params)
        break
      case 'Reply':
        this.#settle(message.id, message.error, message.result)
        break
      case 'Request':
        this.#answer(message.method, message.params, message.id)
        break
    }
  }

  #settle(id: number, error: unknown, result: unknown): void {
    const request = this.#pending.get(id)
    if (request === undefined) throw new ProtocolError(`reply to an unknown request: id ${id}`)
    this.#pending.delete(id)
    request.settle(error === null ? null : requestError(request.method, error), result)
  }

  /** What a server asks of us is tiny: one that lets so much lie does not read, and asks only to have us fill our memory. */
  #answer(method: string, params: readonly unknown[], id: unknown): void {
    if (this.#stream.writableLength > mostUnreadBytes)
      throw new ProtocolError('the server does not read what it asks for')
    if (method === 'echo') this.#send({ result: params, error: null, id })
    else this.#send({ result: null, error: 'unknown method', id })
  }

  #send(message: object): void {
    this.#stream.write(JSON.stringify(message))
  }

  #guard(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.close(error instanceof Error ? error : new Error(String(error)))
    }
  }
}

/** ovsdb-server reports errors as an <error> object, but an unknown method as a bare string. */
function requestError(method: string, error: unknown): RequestError {
  if (!isJsonObject(error)) return new RequestError(method, textOf(error), '')
  return new RequestError(method, textOf(error['error']), textOf(error['details']))
}
