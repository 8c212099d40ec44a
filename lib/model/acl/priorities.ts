import type { AclEntry } from './entry.js'

const highest = 0xffff
/** Below it is what no entry matches. */
const lowest = 2
/** That of sequence 0; above it is room for negative ones. */
const first = 60_000

/** Why `prioritiesOf` may give none. */
export const noMore = `more than ${highest - first} entries with sequences below 0, or close to each other: the switch has no more priorities`

/**
 * The priorities of entries in their order, each above all later ones: 60,000 less the sequence wherever that is so, hence an
 * entry more changes no other. Entries with one sequence, and those whose sequences are out of 0 to 59,998, move those close
 * above them up. Null: there are too many.
 */
export function prioritiesOf(entries: readonly AclEntry[]): readonly number[] | null {
  let below = lowest - 1
  const priorities = entries.toReversed().map(({ sequence }) => {
    below = Math.max(below + 1, own(sequence))
    return below
  })
  return below > highest ? null : priorities.reverse()
}

function own(sequence: number): number {
  return sequence < 0 ? first + 1 : Math.max(lowest, first - sequence)
}
