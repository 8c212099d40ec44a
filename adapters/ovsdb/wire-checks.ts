import { cutTo, oneLine } from '../../lib/words/one-line.js'
import { ProtocolError } from './errors.js'

export type JsonObject = Readonly<Record<string, unknown>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `value` as an object, else a ProtocolError that names `what`. */
export function objectOf(value: unknown, what: string): JsonObject {
  if (!isJsonObject(value)) throw new ProtocolError(`${what} is not an object: ${excerpt(value)}`)
  return value
}

/** `value` as an array, else a ProtocolError that names `what`. */
export function arrayOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ProtocolError(`${what} is not an array: ${excerpt(value)}`)
  return value
}

/** `value` as a string, else a ProtocolError that names `what`. */
export function stringOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new ProtocolError(`${what} is not a string: ${excerpt(value)}`)
  return value
}

const excerptChars = 80

/** JSON of `value`, cut to what fits into a log line. */
export function excerpt(value: unknown): string {
  return cutTo(excerptChars, value === undefined ? 'missing' : oneLine(JSON.stringify(value)))
}

/** Longer than any that a server says of itself. */
const mostTextChars = 1000

/** A text meant for people, cut where it is endless; what should be one and is not, as JSON; '' for what is missing. */
export function textOf(value: unknown): string {
  if (typeof value === 'string')
    return value.length > mostTextChars ? `${value.slice(0, mostTextChars)}…` : value
  return value == null ? '' : excerpt(value)
}
