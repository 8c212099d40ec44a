/**
 * A large keyed collection in three levels, groups of buckets of entries, so that one change copies one small map of
 * each and not the whole: at 100,000 entries some 160 places instead of as many as there are. What is not touched
 * keeps its identity, which is what lets `diff` skip it unread.
 */
export type Buckets<T> = ReadonlyMap<number, Group<T>>
export type Group<T> = ReadonlyMap<number, Bucket<T>>
export type Bucket<T> = ReadonlyMap<string, T>

/** Buckets that may be changed: a draft's, or those of a caller that made them. */
export type MutableBuckets<T> = Map<number, Map<number, Map<string, T>>>

/** Groups in a collection, and buckets in a group. */
export const fanOut = 32
export const bucketCount = fanOut * fanOut

/** The bucket of `key`, from 0 to 1023: FNV-1a over its UTF-16 units. */
export function bucketOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash ^ (hash >>> 16)) & (bucketCount - 1)
}

export function lookup<T>(buckets: Buckets<T>, key: string): T | undefined {
  const number = bucketOf(key)
  return buckets
    .get(Math.floor(number / fanOut))
    ?.get(number % fanOut)
    ?.get(key)
}

/** Sets `key`; undefined deletes, also what is not there. */
export function put<T>(buckets: MutableBuckets<T>, key: string, value: T | undefined): void {
  const number = bucketOf(key)
  const [first, second] = [Math.floor(number / fanOut), number % fanOut]
  const group = buckets.get(first)
  const bucket = group?.get(second)
  if (value !== undefined) {
    if (group === undefined) buckets.set(first, new Map([[second, new Map([[key, value]])]]))
    else if (bucket === undefined) group.set(second, new Map([[key, value]]))
    else bucket.set(key, value)
  } else if (bucket?.delete(key) === true && bucket.size === 0) {
    group?.delete(second)
    if (group?.size === 0) buckets.delete(first)
  }
}

/** New buckets with `changes` made (undefined deletes); what they do not touch is shared. */
export function amend<T>(buckets: Buckets<T>, changes: ReadonlyMap<string, T | undefined>): Buckets<T> {
  if (changes.size === 0) return buckets
  const amended = new Map(buckets) as MutableBuckets<T>
  const mine = new Set<unknown>()
  /** The member that is ours to change: made, or copied from what is shared. */
  const own = <K, V>(level: Map<number, Map<K, V>>, number: number): Map<K, V> => {
    const shared = level.get(number)
    if (shared !== undefined && mine.has(shared)) return shared
    const copy = new Map(shared)
    mine.add(copy)
    level.set(number, copy)
    return copy
  }
  for (const [key, value] of changes) {
    if (value === undefined && lookup(amended, key) === undefined) continue
    const number = bucketOf(key)
    own(own(amended, Math.floor(number / fanOut)), number % fanOut)
    put(amended, key, value)
  }
  return amended
}

/** In the order of the buckets' numbers, within one of insertion. */
export function* entriesOf<T>(buckets: Buckets<T>): Generator<readonly [string, T]> {
  for (const group of inOrder(buckets)) for (const bucket of inOrder(group)) yield* bucket
}

export function sizeOf(buckets: Buckets<unknown>): number {
  let size = 0
  for (const group of buckets.values()) for (const bucket of group.values()) size += bucket.size
  return size
}

function* inOrder<V>(level: ReadonlyMap<number, V>): Generator<V> {
  for (let number = 0; number < fanOut; number++) {
    const member = level.get(number)
    if (member !== undefined) yield member
  }
}
