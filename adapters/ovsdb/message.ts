import { ProtocolError } from './errors.js'
import { arrayOf, excerpt, objectOf, stringOf } from './wire-checks.js'

/** A JSON-RPC 1.0 message from the peer. A reply's `error` is null on success. */
export type Message =
  | {
      readonly kind: 'Request'
      readonly method: string
      readonly params: readonly unknown[]
      readonly id: unknown
    }
  | { readonly kind: 'Notification'; readonly method: string; readonly params: readonly unknown[] }
  | { readonly kind: 'Reply'; readonly id: number; readonly error: unknown; readonly result: unknown }

/** The message that `value` is, else a ProtocolError. Our own request ids are numbers, so a reply's must be one. */
export function parseMessage(value: unknown): Message {
  const { method, params, id = null, error = null, result } = objectOf(value, 'message')
  if (method !== undefined) {
    const call = { method: stringOf(method, 'method'), params: arrayOf(params, 'params') }
    return id === null ? { kind: 'Notification', ...call } : { kind: 'Request', ...call, id }
  }
  if (error === null && result === undefined)
    throw new ProtocolError(`neither request nor reply: ${excerpt(value)}`)
  if (typeof id !== 'number') throw new ProtocolError(`reply to an unknown request: id ${excerpt(id)}`)
  return { kind: 'Reply', id, error, result }
}
