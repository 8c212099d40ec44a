import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { counted } from '../lib/words/counted.js'
import type { Tip } from './format.js'

/**
 * The last entry of a journal with its chain value, noted in a small file beside it: SQLite takes a journal whose -wal file was
 * removed for a shorter one that is sound, and a copy of another journal is as sound as the one it replaced. The note is behind by
 * what was written since, and never ahead.
 */
export function promise(file: string, { seq, chain }: Tip): void {
  try {
    writeFileSync(`${noteOf(file)}.new`, `${seq} ${chain.toString('hex')}\n`, { mode: 0o600 })
    renameSync(`${noteOf(file)}.new`, noteOf(file))
  } catch {
    // the journal itself says what is wrong with its directory
  }
}

/**
 * How a journal is not the one that was promised, in words; null: it is, as far as is known. `tipAt`: its last entry, or the last up to
 * one of them.
 */
export function broken(file: string, tipAt: (seq?: number) => Tip): string | null {
  const promised = promisedIn(file)
  const last = tipAt().seq
  if (promised.seq > last)
    return `${file} ends at entry ${last}, and ${promised.seq} was written once: ${counted(promised.seq - last, 'entry')} ${promised.seq - last === 1 ? 'is' : 'are'} gone, perhaps with a -wal file, or an older copy took its place`
  const { seq, chain } = tipAt(promised.seq)
  const isOther = promised.chain !== null && seq === promised.seq && chain.toString('hex') !== promised.chain
  return isOther
    ? `${file}: entry ${seq} is not the one that was written: another journal took the place of this one`
    : null
}

/** `chain` null: it was noted by a program that did not yet. */
function promisedIn(file: string): { readonly seq: number; readonly chain: string | null } {
  try {
    const [, digits = '0', chain = null] =
      /^(\d{1,15})(?: ([0-9a-f]{64}))?\n$/.exec(readFileSync(noteOf(file), 'utf8')) ?? []
    return { seq: Number(digits), chain }
  } catch {
    return { seq: 0, chain: null }
  }
}

function noteOf(file: string): string {
  return `${file}.last`
}
