import type { Lane } from '../model/batch.js'
import type { Part } from '../model/batch.js'
import type { State } from '../model/state.js'
import { unitOf } from '../pipeline/acl-unit.js'

/**
 * Which of a lane's pending changes the next batch takes, in their order: none that is in quarantine, and while a
 * rejected batch is searched only so many of that one's, each ACL counted as one. What is no suspect waits until that
 * is over.
 */
export function admitted<T extends Part>(
  { quarantined, lanes }: Pick<State, 'quarantined' | 'lanes'>,
  lane: Lane,
  pending: readonly T[],
): readonly T[] {
  const refused = new Map(
    quarantined.filter((one) => one.lane === lane && !one.isDue).map(({ key, content }) => [key, content]),
  )
  const free =
    refused.size === 0 ? pending : pending.filter(({ key, content }) => refused.get(key) !== content)
  const { search } = lanes[lane]
  if (search === null) return free
  const keys = new Set(search.suspects)
  const suspects = free.filter(({ key }) => keys.has(key))
  return suspects.length === 0 ? free : inUnits(free, suspects, search.largest)
}

/** Of the first units of `suspects`, `most` at most, all that is pending. */
function inUnits<T extends Part>(pending: readonly T[], suspects: readonly T[], most: number): readonly T[] {
  const units = new Set([...new Set(suspects.map(({ key }) => unitOf(key)))].slice(0, most))
  return pending.filter(({ key }) => units.has(unitOf(key)))
}
