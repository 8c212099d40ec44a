import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Tip } from './format.js'

/**
 * The last entry of a journal, noted in a small file beside it: SQLite takes a journal whose -wal file was removed for a
 * shorter one that is sound. It is behind by what was written since it was noted, and never ahead.
 */
export function promise(file: string, { seq }: Pick<Tip, 'seq'>): void {
  try {
    writeFileSync(`${noteOf(file)}.new`, `${seq}\n`, { mode: 0o600 })
    renameSync(`${noteOf(file)}.new`, noteOf(file))
  } catch {
    // the journal itself says what is wrong with its directory
  }
}

/** What is missing of what was promised, in words; null: nothing, as far as is known. */
export function broken(file: string, { seq }: Pick<Tip, 'seq'>): string | null {
  const promised = promisedIn(file)
  if (promised <= seq) return null
  return `${file} ends at entry ${seq}, and ${promised} was written once: ${promised - seq} entries are gone, perhaps with a -wal file`
}

function promisedIn(file: string): number {
  try {
    const [, digits = '0'] = /^(\d{1,15})\n$/.exec(readFileSync(noteOf(file), 'utf8')) ?? []
    return Number(digits)
  } catch {
    return 0
  }
}

function noteOf(file: string): string {
  return `${file}.last`
}
