import { setImmediate as turn } from 'node:timers/promises'
import { PredicateError } from '../../../lib/replay/predicate/predicate.js'
import { conditionOf } from '../../../lib/replay/step/condition.js'
import type { Exhibit } from './exhibit.js'

/**
 * The next entry that has all these words, from the one behind `seq` on; null: there is none. Others are answered
 * between its pages, so nothing is asked of states. Throws JournalError, PredicateError.
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
    throw new PredicateError('the search looks at entries only; `bisect --bad` looks at what they lead to')
  }
  for (const entry of isBackward ? pages.backward(seq - 1) : pages.forward(seq + 1)) {
    if (entry === null) {
      await turn()
      if (signal.aborted) return null
    } else if (condition(entry, nobody)) return entry.seq
  }
  return null
}
