import { type Bucket, type Buckets, bucketsInOrder, fanOut, type Group, type Shelf } from './model/buckets.js'

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

/** By their numbers, with all changes in them in order: what is asked for more often than it changes. */
interface Members<D, A, One> {
  readonly members: ReadonlyMap<number, One>
  readonly changes: readonly Change<D, A>[]
}

type BucketDifference<D, A> = Compared<Bucket<D>, Bucket<A>, readonly Change<D, A>[]>
type GroupDifference<D, A> = Compared<Group<D>, Group<A>, Members<D, A, BucketDifference<D, A>>>
type ShelfDifference<D, A> = Compared<Shelf<D>, Shelf<A>, Members<D, A, GroupDifference<D, A>>>

/** All changes, in an order that only their keys decide. */
export type Difference<D, A> = ReadonlyMap<number, ShelfDifference<D, A>>

/**
 * What would have to change in `actual` to make it `desired`. A shelf, group or bucket whose two sides are the very ones
 * of `previous` is not read again, so the cost follows what has changed, not what there is.
 */
export function diff<D, A>(
  desired: Buckets<D>,
  actual: Buckets<A>,
  isSame: (desired: D, actual: A) => boolean,
  previous: Difference<D, A> = new Map(),
): Difference<D, A> {
  const inBucket = (d: Bucket<D> | undefined, a: Bucket<A> | undefined) => changesIn(d, a, isSame)
  const inGroup = (
    d: Group<D> | undefined,
    a: Group<A> | undefined,
    known?: Members<D, A, BucketDifference<D, A>>,
  ) => {
    const members = compared(d, a, known?.members, inBucket)
    return { members, changes: changesInOrder(members) }
  }
  return compared(desired, actual, previous, (d, a, known?: Members<D, A, GroupDifference<D, A>>) => {
    const members = compared(d, a, known?.members, inGroup)
    return { members, changes: [...members.values()].flatMap(({ found }) => found.changes) }
  })
}

export function* changesOf<D, A>(difference: Difference<D, A>): Generator<Change<D, A>> {
  for (const { found } of difference.values()) yield* found.changes
}

function changesInOrder<D, A>(buckets: ReadonlyMap<number, BucketDifference<D, A>>): readonly Change<D, A>[] {
  const all: Change<D, A>[] = []
  for (let first = 0; first < fanOut; first += bucketsInOrder) {
    const some: Change<D, A>[] = []
    for (let number = first; number < first + bucketsInOrder; number++)
      for (const change of buckets.get(number)?.found ?? []) some.push(change)
    if (some.length > 0) all.push(...some.sort((x, y) => (x.key < y.key ? -1 : 1)))
  }
  return all
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
  return changes
}
