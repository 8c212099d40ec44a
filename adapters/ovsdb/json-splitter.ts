import { isUtf8 } from 'node:buffer'
import { ProtocolError, reasonOf } from './errors.js'

export interface SplitterLimits {
  readonly maxBytes: number
  readonly maxDepth: number
}

/** A million MAC rows fit into 256 MiB; 1000 levels are what OVS's own parser accepts. */
const defaultLimits: SplitterLimits = { maxBytes: 256 * 1024 * 1024, maxDepth: 1000 }

const quote = 0x22
const backslash = 0x5c
const openers: ReadonlySet<number | undefined> = new Set(Buffer.from('{['))
const closers: ReadonlySet<number | undefined> = new Set(Buffer.from('}]'))
const spaces: ReadonlySet<number | undefined> = new Set(Buffer.from(' \t\r\n'))
const excerptBytes = 24

/**
 * Cuts a byte stream of concatenated JSON objects and arrays, with or without white space between them, into
 * values. Each byte is looked at once however the stream is cut, and joined once. The states between two
 * chunks: outside a message, in its structure, in a string, behind a backslash of a string.
 */
export class JsonSplitter {
  readonly #limits: SplitterLimits
  #parts: Buffer[] = []
  #heldBytes = 0
  #depth = 0
  #isInString = false
  #isBehindBackslash = false

  constructor(limits: SplitterLimits = defaultLimits) {
    this.#limits = limits
  }

  /**
   * The values that end in `chunk`, in order, parsed as they are asked for. `chunk` must stay unchanged until
   * the message it belongs to has ended. Throws ProtocolError at bytes that are not JSON or UTF-8 or go
   * beyond a limit, after the values before them; the splitter is of no use from then on.
   */
  *push(chunk: Buffer): Generator<unknown, void> {
    let at = 0
    for (;;) {
      if (this.#depth === 0) at = startOfMessage(chunk, at)
      if (at >= chunk.length) return
      const end = this.#scan(chunk, at)
      this.#hold(chunk.subarray(at, end))
      if (this.#depth === 0) yield this.#take()
      at = end
    }
  }

  /** Follows the message from `from` to behind its end, or to the end of the chunk if it goes on there. */
  #scan(chunk: Buffer, from: number): number {
    let at = from
    while (at < chunk.length) {
      if (this.#isInString) {
        at = this.#scanString(chunk, at)
        continue
      }
      const byte = chunk[at++]
      if (byte === quote) this.#isInString = true
      else if (openers.has(byte)) this.#descend()
      else if (closers.has(byte) && --this.#depth === 0) return at
    }
    return at
  }

  #scanString(chunk: Buffer, from: number): number {
    let at = this.#isBehindBackslash ? from + 1 : from
    for (;;) {
      const found = chunk.indexOf(quote, at)
      const end = found < 0 ? chunk.length : found
      this.#isBehindBackslash = backslashesBefore(chunk, at, end) % 2 === 1
      if (found < 0) return end
      this.#isInString = this.#isBehindBackslash
      this.#isBehindBackslash = false
      if (!this.#isInString) return end + 1
      at = end + 1
    }
  }

  #descend(): void {
    if (++this.#depth > this.#limits.maxDepth)
      throw new ProtocolError(`JSON nested more than ${this.#limits.maxDepth} levels deep`)
  }

  #hold(part: Buffer): void {
    this.#heldBytes += part.length
    if (this.#heldBytes > this.#limits.maxBytes)
      throw new ProtocolError(`JSON message longer than ${this.#limits.maxBytes} bytes`)
    this.#parts.push(part)
  }

  #take(): unknown {
    const [first, ...others] = this.#parts
    const bytes = first !== undefined && others.length === 0 ? first : Buffer.concat(this.#parts)
    this.#parts = []
    this.#heldBytes = 0
    if (!isUtf8(bytes)) throw new ProtocolError('JSON message is not UTF-8')
    try {
      return JSON.parse(bytes.toString('utf8'))
    } catch (error) {
      throw new ProtocolError(`malformed JSON: ${reasonOf(error)}`)
    }
  }
}

function startOfMessage(chunk: Buffer, from: number): number {
  let at = from
  while (spaces.has(chunk[at])) at++
  if (at < chunk.length && !openers.has(chunk[at])) {
    const stray = JSON.stringify(chunk.toString('latin1', at, at + excerptBytes))
    throw new ProtocolError(`${stray} where a JSON object should begin`)
  }
  return at
}

function backslashesBefore(chunk: Buffer, from: number, end: number): number {
  let at = end
  while (at > from && chunk[at - 1] === backslash) at--
  return end - at
}
