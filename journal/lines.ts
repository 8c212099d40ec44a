import { closeSync, openSync, readSync } from 'node:fs'
import { JournalError } from './format.js'
import { readableFile, placeReasonOf } from './place.js'

const chunkBytes = 1 << 16
/** How much is read of a file that somebody gave. */
export interface ReadingLimits {
  /** Of one line: an entry, or a piece of a snapshot. Ours have tens of millions at most; a text can't have many more than this. */
  readonly lineBytes: number
  /** Of the whole file; it may be a pipe that never ends. */
  readonly bytes: number
  readonly entries: number
  /** Arrays and objects of one line: each takes many times the memory of its two characters. */
  readonly brackets: number
}

/** Beyond all that a daemon writes with the usual limits of its journal. */
export const usualLimits: ReadingLimits = {
  lineBytes: 256 << 20,
  bytes: 16 * 2 ** 30,
  entries: 50_000_000,
  brackets: 16_000_000,
}

/** The lines of a text file, without their ends; the last may have none. Throws JournalError with file and line. */
export function* linesIn(
  file: string,
  { lineBytes, bytes, brackets }: ReadingLimits = usualLimits,
): Generator<string> {
  // what comes through a pipe that the shell made has such a name; another could wait for ever
  if (!file.startsWith('/dev/')) readableFile(file)
  const descriptor = explained(file, () => openSync(file, 'r'))
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let number = 0
  let bytesRead = 0
  const wrong = (what: string) => new JournalError(`${file}: line ${number}: ${what}`, 'damaged')
  const text = (parts: readonly Buffer[]): string => {
    number++
    const line = Buffer.concat(parts)
    if (line.length > lineBytes) throw wrong(`longer than ${lineBytes} bytes`)
    if (line.length > brackets && bracketsIn(line) > brackets)
      throw wrong(`more than ${brackets} arrays and objects`)
    try {
      return decoder.decode(line)
    } catch {
      throw wrong('not text in UTF-8')
    }
  }
  try {
    let parts: Buffer[] = []
    let partBytes = 0
    for (;;) {
      const chunk = Buffer.alloc(chunkBytes)
      const length = explained(file, () => readSync(descriptor, chunk, 0, chunkBytes, null))
      if (length === 0) break
      bytesRead += length
      if (bytesRead > bytes)
        throw new JournalError(`${file}: larger than ${bytes} bytes, which is more than is read`)
      let from = 0
      for (let end = chunk.indexOf(10); end >= 0 && end < length; end = chunk.indexOf(10, from)) {
        yield text([...parts, chunk.subarray(from, end)])
        parts = []
        partBytes = 0
        from = end + 1
      }
      if (from < length) {
        parts.push(chunk.subarray(from, length))
        partBytes += length - from
        if (partBytes > lineBytes)
          throw new JournalError(`${file}: line ${number + 1}: longer than ${lineBytes} bytes`, 'damaged')
      }
    }
    if (parts.length > 0) yield text(parts)
  } finally {
    closeSync(descriptor)
  }
}

/** Also those within strings, of which a line has no millions. */
function bracketsIn(line: Buffer): number {
  let count = 0
  for (const byte of line) if (byte === 0x5b || byte === 0x7b) count++
  return count
}

function explained<T>(file: string, use: () => T): T {
  try {
    return use()
  } catch (error) {
    throw new JournalError(`${file}: ${placeReasonOf(error)}`)
  }
}
