import { setImmediate as turn } from 'node:timers/promises'
import { bisect, BisectError } from '../../../lib/history/bisect.js'
import { holds } from '../../../lib/history/predicate/holds.js'
import { ofState, parsePredicate } from '../../../lib/history/predicate/parse.js'
import type { Checkpoints } from '../../../lib/screens/step/checkpoints.js'

/** The first entry between two after which the predicate holds. Throws BisectError, PredicateError. */
export async function turnedAt(
  checkpoints: Checkpoints,
  from: number,
  to: number,
  text: string,
  signal: AbortSignal,
): Promise<{ readonly seq: number; readonly looked: number }> {
  const predicate = parsePredicate(text)
  if (predicate === null) throw new BisectError('nothing is said of what is to be found')
  const bad = ofState(predicate, text)
  const { bad: seq, looked } = await bisect(Math.min(from, to), Math.max(from, to), async (at) => {
    await turn()
    if (signal.aborted) throw new BisectError('nobody waits for it any more')
    return holds(bad, null, () => checkpoints.coreAt(at)) ? 'bad' : 'good'
  })
  return { seq, looked }
}
