import { type Bucket, type Buckets, fanOut, type Group } from './model/buckets.js'

/** One key on which two collections disagree; the side that lacks it is undefined. */
export interface Change<D, A> {
  readonly key: string
  readonly desired: D | undefined
  readonly actual: A | undefined
}

/** What was compared, and how it differs; of what agrees too, so that it need not be read again. */
interface Compared<D, A, Found> {
  readonly desired: D | undefined
  readonly actual: A | undefined
  readonly found: Found
}

type BucketDifference<D, A> = Compared<Bucket<D>, Bucket<A>, readonly Change<D, A>[]>
type GroupDifference<D, A> = Compared<Group<D>, Group<A>, Members<D, A>>

interface Members<D, A> {
  readonly buckets: ReadonlyMap<number, BucketDifference<D, A>>
  /** Of all of them: what is asked for more often than it changes. */
  readonly changes: readonly Change<D, A>[]
}

/** All changes, in an order that only their keys decide. */
export type Difference<D, A> = ReadonlyMap<number, GroupDifference<D, A>>

/**
 * What would have to change in `actual` to make it `desired`. A group or bucket whose two sides are the very ones
 * of `previous` is not read again, so the cost follows what has changed, not what there is.
 */
export function diff<D, A>(
  desired: Buckets<D>,
  actual: Buckets<A>,
  isSame: (desired: D, actual: A) => boolean,
  previous: Difference<D, A> = new Map(),
): Difference<D, A> {
  return compared(desired, actual, previous, (group, other, known?: Members<D, A>) => {
    const buckets = compared(group, other, known?.buckets, (bucket, otherBucket) =>
      changesIn(bucket, otherBucket, isSame),
    )
    return { buckets, changes: [...buckets.values()].flatMap(({ found }) => found) }
  })
}

export function* changesOf<D, A>(difference: Difference<D, A>): Generator<Change<D, A>> {
  for (const { found } of difference.values()) yield* found.changes
}

/** Member by member; `compare` is told what was found before in the same place. */
function compared<D, A, Found>(
  desired: ReadonlyMap<number, D> | undefined,
  actual: ReadonlyMap<number, A> | undefined,
  previous: ReadonlyMap<number, Compared<D, A, Found>> | undefined,
  compare: (desired: D | undefined, actual: A | undefined, previous: Found | undefined) => Found,
): ReadonlyMap<number, Compared<D, A, Found>> {
  const all = new Map<number, Compared<D, A, Found>>()
  for (let number = 0; number < fanOut; number++) {
    const [d, a, known] = [desired?.get(number), actual?.get(number), previous?.get(number)]
    if (d === undefined && a === undefined) continue
    const isKnown = known !== undefined && known.desired === d && known.actual === a
    all.set(number, isKnown ? known : { desired: d, actual: a, found: compare(d, a, known?.found) })
  }
  return all
}

function changesIn<D, A>(
  d: Bucket<D> | undefined,
  a: Bucket<A> | undefined,
  isSame: (desired: D, actual: A) => boolean,
): Change<D, A>[] {
  const changes: Change<D, A>[] = []
  for (const [key, desired] of d ?? []) {
    const actual = a?.get(key)
    if (actual === undefined || !isSame(desired, actual)) changes.push({ key, desired, actual })
  }
  for (const [key, actual] of a ?? [])
    if (d?.has(key) !== true) changes.push({ key, desired: undefined, actual })
  return changes.sort((x, y) => (x.key < y.key ? -1 : 1))
}
