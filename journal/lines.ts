import { closeSync, openSync, readSync } from 'node:fs'
import { JournalError } from './format.js'
import { readableFile, placeReasonOf } from './place.js'

const chunkBytes = 1 << 16
/** Entries and pieces of ours have tens of millions of characters at most; a text can't have many more than this. */
const longestLineBytes = 256 << 20

/** The lines of a text file, without their ends; the last may have none. Throws JournalError with file and line. */
export function* linesIn(file: string): Generator<string> {
  // what comes through a pipe that the shell made has such a name; another could wait for ever
  if (!file.startsWith('/dev/')) readableFile(file)
  const descriptor = explained(file, () => openSync(file, 'r'))
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let number = 0
  const text = (parts: readonly Buffer[]): string => {
    number++
    try {
      return decoder.decode(Buffer.concat(parts))
    } catch {
      throw new JournalError(`${file}: line ${number}: not text in UTF-8`, 'damaged')
    }
  }
  try {
    let parts: Buffer[] = []
    let partBytes = 0
    for (;;) {
      const chunk = Buffer.alloc(chunkBytes)
      const length = explained(file, () => readSync(descriptor, chunk, 0, chunkBytes, null))
      if (length === 0) break
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
        if (partBytes > longestLineBytes)
          throw new JournalError(
            `${file}: line ${number + 1}: longer than ${longestLineBytes} bytes`,
            'damaged',
          )
      }
    }
    if (parts.length > 0) yield text(parts)
  } finally {
    closeSync(descriptor)
  }
}

function explained<T>(file: string, use: () => T): T {
  try {
    return use()
  } catch (error) {
    throw new JournalError(`${file}: ${placeReasonOf(error)}`)
  }
}
