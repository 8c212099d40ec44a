import { isUtf8 } from 'node:buffer'
import { mostElements } from '../../lib/model/limits.js'
import { ProtocolError, reasonOf } from './errors.js'
import { LongString } from './long-string.js'
import { Nesting } from './nesting.js'

export interface SplitterLimits {
  readonly maxBytes: number
  readonly maxDepth: number
  /** What a string keeps at most: of a longer one the beginning, and how long it was. Default: all. */
  readonly maxStringBytes?: number
  /** The same within an array that is an element of an array. */
  readonly maxAtomBytes?: number
  /** Of a message that is longer than `fromBytes` so far, what follows keeps so much of a string at most. Default: as before. */
  readonly tight?: { readonly fromBytes: number; readonly stringBytes: number }
  /** Such an array, which in OVSDB is the contents of a set or map, keeps one element more than this at most. Default: all. */
  readonly maxElements?: number
}

/**
 * A million MAC rows fit into 256 MiB; 1000 levels are what OVS's own parser accepts. The others are beyond all that anybody needs, so
 * that what is written into one row costs that row only.
 */
const defaultLimits: SplitterLimits = {
  maxBytes: 256 * 1024 * 1024,
  maxDepth: 1000,
  maxStringBytes: 16_384,
  maxAtomBytes: 1024,
  // many rows with long names each would be too much together; 256 bytes are more than any value has that forwarding depends on
  tight: { fromBytes: 64 * 1024 * 1024, stringBytes: 256 },
  maxElements: mostElements,
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const [openArray, openObject, closeArray, closeObject] = [0x5b, 0x7b, 0x5d, 0x7d]
const spaces: ReadonlySet<number | undefined> = new Set(Buffer.from(' \t\r\n'))
const excerptBytes = 24

/**
 * Cuts a byte stream of concatenated JSON objects and arrays, with or without white space between them, into
 * values. Each byte is looked at once however the stream is cut, and joined once; what is beyond a limit of one value is
 * passed over and never held. The states between two chunks: outside a message, in its structure, in a string, behind a
 * backslash of a string.
 */
export class JsonSplitter {
  readonly #limits: SplitterLimits
  readonly #nesting: Nesting
  readonly #string = new LongString()
  #parts: Buffer[] = []
  #heldBytes = 0
  #isInString = false
  #isBehindBackslash = false
  /** Where in the chunk begins what is to be held. */
  #keptFrom = 0

  constructor(limits: SplitterLimits = defaultLimits) {
    this.#limits = limits
    this.#nesting = new Nesting(limits.maxDepth, limits.maxElements ?? Infinity)
  }

  /**
   * The values that end in `chunk`, in order, parsed as they are asked for. `chunk` must stay unchanged until
   * the message it belongs to has ended. Throws ProtocolError at bytes that are not JSON or UTF-8 or go
   * beyond a limit, after the values before them; the splitter is of no use from then on.
   */
  *push(chunk: Buffer): Generator<unknown, void> {
    let at = 0
    for (;;) {
      if (this.#nesting.depth === 0) at = startOfMessage(chunk, at)
      if (at >= chunk.length) return
      this.#keptFrom = at
      const end = this.#scan(chunk, at)
      if (!this.#nesting.isPassingOver) this.#hold(chunk.subarray(this.#keptFrom, end))
      if (this.#nesting.depth === 0) yield this.#take()
      at = end
    }
  }

  /** Follows the message from `from` to behind its end, or to the end of the chunk if it goes on there. */
  #scan(chunk: Buffer, from: number): number {
    const nesting = this.#nesting
    let at = from
    while (at < chunk.length) {
      if (this.#isInString) {
        at = this.#scanString(chunk, at)
        continue
      }
      switch (chunk[at++]) {
        case quote:
          this.#isInString = true
          break
        case comma:
          if (nesting.isFull()) this.#hold(chunk.subarray(this.#keptFrom, at - 1))
          break
        case openArray:
          nesting.enter(true)
          break
        case openObject:
          nesting.enter(false)
          break
        case closeArray:
        case closeObject:
          if (nesting.leave()) this.#keptFrom = at - 1
          if (nesting.depth === 0) return at
          break
        case undefined:
        default:
      }
    }
    return at
  }

  /** From `from`, within a string, to behind its end or to that of the chunk. */
  #scanString(chunk: Buffer, from: number): number {
    const end = this.#endOfString(chunk, from)
    if (this.#nesting.isPassingOver) return end
    const bytesEnd = this.#isInString ? end : end - 1
    if (
      !this.#isInString &&
      this.#string.isEmpty &&
      bytesEnd - from <= this.#mostBytes(from - this.#keptFrom)
    )
      return end
    this.#hold(chunk.subarray(this.#keptFrom, from))
    // the same for all pieces of a string: nothing else is held between them
    const mostBytes = this.#mostBytes(0)
    this.#string.add(chunk.subarray(from, bytesEnd), mostBytes)
    this.#limit(this.#heldBytes + this.#string.keptBytes)
    this.#keptFrom = bytesEnd
    if (!this.#isInString) for (const part of this.#string.take(mostBytes)) this.#hold(part)
    return end
  }

  /** Of a string; `pendingBytes` of the message stand in the chunk before it. */
  #mostBytes(pendingBytes: number): number {
    const { maxAtomBytes = Infinity, maxStringBytes = Infinity, tight } = this.#limits
    const usual = this.#nesting.isInValue ? maxAtomBytes : maxStringBytes
    return tight !== undefined && this.#heldBytes + pendingBytes > tight.fromBytes
      ? Math.min(usual, tight.stringBytes)
      : usual
  }

  #endOfString(chunk: Buffer, from: number): number {
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

  #hold(part: Buffer): void {
    if (part.length === 0) return
    this.#heldBytes += part.length
    this.#limit(this.#heldBytes)
    // a small part of a chunk would keep all of it
    this.#parts.push(part.length * 4 < part.buffer.byteLength ? Buffer.from(part) : part)
  }

  #limit(heldBytes: number): void {
    const { maxBytes } = this.#limits
    if (heldBytes > maxBytes) throw new ProtocolError(`JSON message longer than ${maxBytes} bytes`)
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
  if (at < chunk.length && chunk[at] !== openObject && chunk[at] !== openArray) {
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
