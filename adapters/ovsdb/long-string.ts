import { ProtocolError } from './errors.js'

/** Bytes of an escape sequence at most, less one. */
const mostCut = 5

/** A string of JSON that comes in pieces, without its quotes. Of one that is too long the beginning is kept, and how long it was. */
export class LongString {
  #parts: Buffer[] = []
  #bytes = 0
  #keptBytes = 0

  get isEmpty(): boolean {
    return this.#bytes === 0
  }

  get keptBytes(): number {
    return this.#keptBytes
  }

  /** What goes beyond `mostBytes` is counted only. */
  add(part: Buffer, mostBytes: number): void {
    this.#bytes += part.length
    // so that it can be told that there was more
    const kept = part.subarray(0, mostBytes + 1 - this.#keptBytes)
    this.#keptBytes += kept.length
    if (kept.length > 0) this.#parts.push(kept)
  }

  /** All of it, as what stands between the quotes; it is empty again. */
  take(mostBytes: number): readonly Buffer[] {
    const [parts, bytes] = [this.#parts, this.#bytes]
    this.#parts = []
    this.#bytes = 0
    this.#keptBytes = 0
    return bytes <= mostBytes ? parts : [shortened(Buffer.concat(parts).subarray(0, mostBytes), bytes)]
  }
}

function shortened(beginning: Buffer, bytes: number): Buffer {
  const text = `${wholeText(beginning)}… (${bytes} bytes)`
  return Buffer.from(JSON.stringify(text).slice(1, -1))
}

/** Without the character or the escape sequence at the end that is not whole. */
function wholeText(beginning: Buffer): string {
  let end = beginning.length
  // bytes that go on with a character of UTF-8, and the first of it
  while (((beginning[end - 1] ?? 0) & 0xc0) === 0x80) end--
  if ((beginning[end - 1] ?? 0) >= 0xc0) end--
  for (let cut = 0; cut <= mostCut; cut++)
    try {
      return textIn(beginning.toString('utf8', 0, end - cut))
    } catch {
      // within an escape sequence
    }
  throw new ProtocolError('malformed JSON: a long string that is none')
}

/** Without the first half of a pair at its end. */
function textIn(json: string): string {
  const text: unknown = JSON.parse(`"${json}"`)
  return String(text).replace(/[\ud800-\udbff]$/, '')
}
