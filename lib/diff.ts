import { bucketCount, type Buckets } from './model/buckets.js'

/** One key on which two collections disagree; the side that lacks it is undefined. */
export interface Change<D, A> {
  readonly key: string
  readonly desired: D | undefined
  readonly actual: A | undefined
}

type Bucket<T> = ReadonlyMap<string, T> | undefined

interface BucketDifference<D, A> {
  readonly desired: Bucket<D>
  readonly actual: Bucket<A>
  readonly changes: readonly Change<D, A>[]
}

/** All changes, in an order that only their keys decide, by bucket; buckets that agree are remembered too, so that they need not be read again. */
export type Difference<D, A> = ReadonlyMap<number, BucketDifference<D, A>>

/**
 * What would have to change in `actual` to make it `desired`. A bucket whose two sides are the very ones
 * of `previous` is not read again, so the cost follows what has changed, not what there is.
 */
export function diff<D, A>(
  desired: Buckets<D>,
  actual: Buckets<A>,
  isSame: (desired: D, actual: A) => boolean,
  previous: Difference<D, A> = new Map(),
): Difference<D, A> {
  const difference = new Map<number, BucketDifference<D, A>>()
  for (let number = 0; number < bucketCount; number++) {
    const [d, a, known] = [desired.get(number), actual.get(number), previous.get(number)]
    if (d === undefined && a === undefined) continue
    const isKnown = known !== undefined && known.desired === d && known.actual === a
    difference.set(number, isKnown ? known : { desired: d, actual: a, changes: compare(d, a, isSame) })
  }
  return difference
}

export function* changesOf<D, A>(difference: Difference<D, A>): Generator<Change<D, A>> {
  for (const { changes } of difference.values()) yield* changes
}

function compare<D, A>(
  d: Bucket<D>,
  a: Bucket<A>,
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
