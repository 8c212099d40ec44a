import { oneLine } from '../../lib/words/one-line.js'

/** The peer sent what JSON-RPC 1.0 or RFC 7047 does not allow; the connection it came over is given up. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}

/** The server is there and will not do now, as during an election of its cluster: another moment it may. */
export class UnfitServerError extends Error {
  override readonly name = 'UnfitServerError'
}

/** There is no connection to send a request over: nothing was sent. */
export class DisconnectedError extends Error {
  override readonly name = 'DisconnectedError'
}

/** A request was sent and its reply will not come: the server may or may not have carried it out. */
export class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError'

  constructor(method: string, reason: string) {
    super(`outcome of '${method}' unknown: ${reason}`)
  }
}

/** The server refused a whole request; `error` is the short string of RFC 7047, such as 'unknown database'. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly error: string
  readonly details: string

  constructor(method: string, error: string, details: string) {
    super(oneLine(`${method}: ${details === '' ? error : `${error}: ${details}`}`))
    this.error = error
    this.details = details
  }
}

/** A transaction was aborted by the server: nothing of it took effect. */
export class TransactError extends Error {
  override readonly name = 'TransactError'
  /** Position of the operation that failed; null when each one was accepted and the commit as a whole failed. */
  readonly operationIndex: number | null
  /** RFC 7047's <error> string, such as 'constraint violation'. */
  readonly error: string
  readonly details: string

  constructor(operationIndex: number | null, error: string, details: string) {
    const where = operationIndex === null ? 'commit' : `operation ${operationIndex}`
    super(oneLine(`${where}: ${details === '' ? error : `${error}: ${details}`}`))
    this.operationIndex = operationIndex
    this.error = error
    this.details = details
  }
}

/** What to tell a person about anything thrown; never empty. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '') return thrown.errors.map(reasonOf).join(', ')
  if (thrown instanceof ProtocolError) return `protocol error: ${thrown.message}`
  if (thrown instanceof Error) return thrown.message === '' ? thrown.name : thrown.message
  return String(thrown)
}
