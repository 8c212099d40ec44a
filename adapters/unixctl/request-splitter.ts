/** Far more than any command needs. */
const MAX_REQUEST_BYTES = 64 * 1024

const code = (character: string): number => character.charCodeAt(0)
const [QUOTE, BACKSLASH, OPEN, CLOSE] = [code('"'), code('\\'), code('{'), code('}')]
const WHITE_SPACE: readonly number[] = Array.from(' \t\n\r', code)

/** Bytes that can't belong to a JSON object, or too many of them. */
export class RequestSyntaxError extends Error {
  override readonly name = 'RequestSyntaxError'
}

/** Cuts a byte stream of JSON objects, with nothing but white space between, into the texts of the objects. */
export class RequestSplitter {
  #pending: number[] = []
  #depth = 0
  #isString = false
  #isEscaped = false

  /** The objects that `chunk` completes, in order. Throws RequestSyntaxError; the stream is of no use then. */
  push(chunk: Uint8Array): readonly string[] {
    const texts: string[] = []
    for (const byte of chunk) {
      if (this.#depth === 0 && WHITE_SPACE.includes(byte)) continue
      this.#pending.push(byte)
      this.#step(byte)
      if (this.#depth === 0) texts.push(Buffer.from(this.#pending.splice(0)).toString('utf8'))
      else if (this.#pending.length > MAX_REQUEST_BYTES) throw new RequestSyntaxError('request too long')
    }
    return texts
  }

  #step(byte: number): void {
    if (this.#isString) {
      if (this.#isEscaped) this.#isEscaped = false
      else if (byte === BACKSLASH) this.#isEscaped = true
      else if (byte === QUOTE) this.#isString = false
      return
    }
    if (this.#depth === 0 && byte !== OPEN) throw new RequestSyntaxError('not a JSON object')
    if (byte === QUOTE) this.#isString = true
    else if (byte === OPEN) this.#depth++
    else if (byte === CLOSE) this.#depth--
  }
}
