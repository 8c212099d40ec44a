import { closeSync, openSync, readSync } from 'node:fs'
import { JournalError } from './format.js'

const chunkBytes = 1 << 16

/** The lines of a text file, without their ends; the last may have none. Throws JournalError with file and line. */
export function* linesIn(file: string): Generator<string> {
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
    for (;;) {
      const chunk = Buffer.alloc(chunkBytes)
      const length = explained(file, () => readSync(descriptor, chunk, 0, chunkBytes, null))
      if (length === 0) break
      let from = 0
      for (let end = chunk.indexOf(10); end >= 0 && end < length; end = chunk.indexOf(10, from)) {
        yield text([...parts, chunk.subarray(from, end)])
        parts = []
        from = end + 1
      }
      if (from < length) parts.push(chunk.subarray(from, length))
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
    const code = codeOf(error)
    const reason = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'not a file' : String(error)
    throw new JournalError(`${file}: ${reason}`)
  }
}

/** What the system calls an error; empty: nothing. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
