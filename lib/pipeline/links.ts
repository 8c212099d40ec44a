import { hashCount, hashOf } from '../model/collection.js'

/** A part of a flood: copies that one flow makes. */
export interface FloodLink<C> {
  readonly copies: readonly C[]
  /** Whether the switch has to work out this link apart from the one before, see `table.next`. */
  readonly isAnew: boolean
}

/** A flood that one flow can make: an OpenFlow message holds 64 kB. */
const longestLink = 500

/** Links that a change replaces as a whole, so they are short. */
const longestPart = 64

/** Parts are not made shorter than that on average, or a pass would have more links than the switch follows. */
const shortestParts = 20

/**
 * Copies of one pass, that is what the switch works out in one go. It has 64 kB for the outcome, and a copy takes 92
 * bytes to an IPv4 end point, more to an IPv6 one.
 */
const longestPass = 500

/** Links lead from one to the next, and the switch follows 64. */
const mostLinks = 32

/** The user-space data path starts anew 6 times for one frame, and drops it then. */
const mostPasses = 7

/**
 * All copies in links, those to bindings first, then group by group of those to end points. A copy that comes or goes
 * changes its own link, seldom another.
 */
export function linksOf<C>(
  local: readonly C[],
  remote: readonly (readonly C[])[],
  textOf: (copy: C) => string,
): FloodLink<C>[] {
  const all = [local, ...remote].flat()
  if (all.length === 0) return []
  if (all.length <= longestLink) return [{ copies: all, isAnew: false }]
  return inPasses([...slices(local, longestLink), ...remote.flatMap((group) => parts(group, textOf))])
}

/** How many of the copies in `links` the switch makes; the others are lost. */
export function madeIn(links: readonly FloodLink<unknown>[]): number {
  let passes = 1
  let made = 0
  for (const { copies, isAnew } of links) {
    if (isAnew) passes++
    if (passes > mostPasses) break
    made += copies.length
  }
  return made
}

function slices<C>(copies: readonly C[], longest: number): (readonly C[])[] {
  const count = Math.ceil(copies.length / longest)
  return Array.from({ length: count }, (_, i) => copies.slice(i * longest, (i + 1) * longest))
}

/**
 * Each copy in the part that its own text decides, among as many parts as it takes. Whoever chooses the end points can choose
 * them so that all fall into one, which is cut then.
 */
function parts<C>(copies: readonly C[], textOf: (copy: C) => string, count = 1): (readonly C[])[] {
  const parted = Array.from({ length: count }, (): C[] => [])
  for (const copy of copies) parted[hashOf(textOf(copy)) % count]?.push(copy)
  const isPartable = count < hashCount && copies.length >= 2 * count * shortestParts
  const isTooLong = parted.some(({ length }) => length > longestPart)
  return isPartable && isTooLong
    ? parts(copies, textOf, count * 2)
    : parted.flatMap((part) => slices(part, longestPart))
}

function inPasses<C>(all: readonly (readonly C[])[]): FloodLink<C>[] {
  let [length, links] = [0, 0]
  return all.map((copies) => {
    const isAnew = length + copies.length > longestPass || links === mostLinks
    if (isAnew) [length, links] = [0, 0]
    length += copies.length
    links++
    return { copies, isAnew }
  })
}
