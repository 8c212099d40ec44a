import { setImmediate as turn } from 'node:timers/promises'
import { conditionOf } from '../../../lib/replay/step/condition.js'
import type { Exhibit } from './exhibit.js'

/**
 * The next entry that has all these words, from the one behind `seq` on; null: there is none. Others are answered
 * between its pages. Throws JournalError.
 */
export async function searched(
  { pages }: Exhibit,
  seq: number,
  words: string,
  isBackward: boolean,
  signal: AbortSignal,
): Promise<number | null> {
  const condition = conditionOf(words)
  if (condition === null) return null
  const nobody = () => {
    throw new Error('these conditions ask nothing of the state')
  }
  for (const entry of isBackward ? pages.backward(seq - 1) : pages.forward(seq + 1)) {
    if (entry === null) {
      await turn()
      if (signal.aborted) return null
    } else if (condition(entry, nobody)) return entry.seq
  }
  return null
}
