/**
 * A large keyed collection in four levels, shelves of groups of buckets of entries, so that one change copies one small
 * map of each and not the whole: at 100,000 entries some 70 places instead of as many as there are. What is not touched
 * keeps its identity, which is what lets `diff` skip it unread.
 */
export type Buckets<T> = ReadonlyMap<number, Shelf<T>>
export type Shelf<T> = ReadonlyMap<number, Group<T>>
export type Group<T> = ReadonlyMap<number, Bucket<T>>
export type Bucket<T> = ReadonlyMap<string, T>

/** Buckets that may be changed: a draft's, or those of a caller that made them. */
export type MutableBuckets<T> = Map<number, Map<number, Map<number, Map<string, T>>>>

/** Shelves in a collection, groups on a shelf, buckets in a group. */
export const fanOut = 16

/** Whatever order `diff` gives, four buckets in a row are one place of it: so plans were recorded. */
export const bucketsInOrder = 4

export const hashCount = 1024

/** A number from 0 to 1023 that a text decides: FNV-1a over its UTF-16 units. */
export function hashOf(text: string): number {
  return fnv(text) & (hashCount - 1)
}

function fnv(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash ^ (hash >>> 16)
}

/** The bucket of `key`, from 0 to 4095: `hashOf`, and two bits more. */
function bucketOf(key: string): number {
  const hash = fnv(key)
  return ((hash & (hashCount - 1)) * bucketsInOrder) | ((hash >>> 10) & (bucketsInOrder - 1))
}

const shelfOf = (bucket: number): number => bucket >>> 8
const groupOf = (bucket: number): number => (bucket >>> 4) & (fanOut - 1)
const placeOf = (bucket: number): number => bucket & (fanOut - 1)

export function lookup<T>(buckets: Buckets<T>, key: string): T | undefined {
  const number = bucketOf(key)
  return buckets.get(shelfOf(number))?.get(groupOf(number))?.get(placeOf(number))?.get(key)
}

/** Sets `key`; undefined deletes, also what is not there. */
export function put<T>(buckets: MutableBuckets<T>, key: string, value: T | undefined): void {
  const number = bucketOf(key)
  const shelf = buckets.get(shelfOf(number))
  const group = shelf?.get(groupOf(number))
  const bucket = group?.get(placeOf(number))
  if (value !== undefined) {
    if (bucket !== undefined) bucket.set(key, value)
    else {
      const own = new Map([[key, value]])
      if (group !== undefined) group.set(placeOf(number), own)
      else if (shelf !== undefined) shelf.set(groupOf(number), new Map([[placeOf(number), own]]))
      else buckets.set(shelfOf(number), new Map([[groupOf(number), new Map([[placeOf(number), own]])]]))
    }
  } else if (bucket?.delete(key) === true && bucket.size === 0) {
    group?.delete(placeOf(number))
    if (group?.size === 0) shelf?.delete(groupOf(number))
    if (shelf?.size === 0) buckets.delete(shelfOf(number))
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
    own(own(own(amended, shelfOf(number)), groupOf(number)), placeOf(number))
    put(amended, key, value)
  }
  // so that Immer, when it is given them, does not look through them for drafts
  for (const level of mine) Object.freeze(level)
  return Object.freeze(amended)
}

/** In the order of the buckets' numbers, within one of insertion. */
export function* entriesOf<T>(buckets: Buckets<T>): Generator<readonly [string, T]> {
  for (const shelf of inOrder(buckets))
    for (const group of inOrder(shelf)) for (const bucket of inOrder(group)) yield* bucket
}

export function sizeOf(buckets: Buckets<unknown>): number {
  let size = 0
  for (const shelf of buckets.values())
    for (const group of shelf.values()) for (const bucket of group.values()) size += bucket.size
  return size
}

function* inOrder<V>(level: ReadonlyMap<number, V>): Generator<V> {
  for (let number = 0; number < fanOut; number++) {
    const member = level.get(number)
    if (member !== undefined) yield member
  }
}
