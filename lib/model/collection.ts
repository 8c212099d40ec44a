/**
 * A large keyed collection that never changes: whoever amends it gets another one, and both share what was not touched. So a
 * change costs nearly the same at any size, what is shared need not be compared, and states of the past stay whole.
 *
 * It is a tree of nodes by digits of the keys' hashes. Its shape and its order are functions of its entries alone.
 */
export class Collection<T> {
  /** Undefined: there are no entries. */
  readonly root: CollectionNode<T> | undefined

  constructor(root: CollectionNode<T> | undefined) {
    this.root = root
  }
}

export type CollectionNode<T> = Branch<T> | Leaf<T>

/** Nodes by the digit that their entries' hashes have at this depth. */
export class Branch<T> {
  readonly members: readonly (CollectionNode<T> | undefined)[]
  /** Entries below. */
  readonly size: number

  constructor(members: readonly (CollectionNode<T> | undefined)[], size: number) {
    this.members = members
    this.size = size
  }
}

/** A few entries, ascending by their hashes, and by key where those are the same. */
export class Leaf<T> {
  /** `digitsOf` each key. */
  readonly digits: readonly number[]
  readonly keys: readonly string[]
  readonly values: readonly T[]

  constructor(digits: readonly number[], keys: readonly string[], values: readonly T[]) {
    this.digits = digits
    this.keys = keys
    this.values = values
  }

  get size(): number {
    return this.keys.length
  }
}

export const none: Collection<never> = new Collection<never>(undefined)

/** Above this depth all nodes are branches: two digits are one `hashOf`, and by that plans are ordered. */
export const leafDepth = 2
const deepest = 9
/** More entries than that make a branch, where there is a digit left. */
const largestLeaf = 32

const hashBits = 10
export const hashCount = 1 << hashBits

/** A number from 0 to 1023 that a text decides: FNV-1a over its UTF-16 units. */
export function hashOf(text: string): number {
  return digitsOf(text) >>> (32 - hashBits)
}

/** 32 bits: those of `hashOf`, and the others of its hash. */
function digitsOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 16
  return (hash << (32 - hashBits)) | (hash >>> hashBits)
}

/** Five bits of `hashOf`, its other five, then three at a time. */
function digitAt(depth: number, digits: number): number {
  return depth < leafDepth ? (digits >>> (27 - 5 * depth)) & 31 : (digits >>> (25 - 3 * depth)) & 7
}

const none32 = Array.from({ length: 32 }, () => undefined)
const none8 = Array.from({ length: 8 }, () => undefined)

/** The members of a branch that has none. */
export function vacant(depth: number): readonly undefined[] {
  return depth < leafDepth ? none32 : none8
}

export function lookup<T>(collection: Collection<T>, key: string): T | undefined {
  const digits = digitsOf(key)
  let node = collection.root
  for (let depth = 0; node instanceof Branch; depth++) node = node.members[digitAt(depth, digits)]
  if (node === undefined) return undefined
  const at = placeIn(node.digits, node.keys, digits, key)
  return node.keys[at] === key ? node.values[at] : undefined
}

/** Where an entry stands among some of a leaf, or would. */
function placeIn(all: readonly number[], keys: readonly string[], digits: number, key: string): number {
  let from = 0
  let to = all.length
  while (from < to) {
    const middle = (from + to) >>> 1
    const other = all[middle] ?? 0
    if (other < digits || (other === digits && (keys[middle] ?? '') < key)) from = middle + 1
    else to = middle
  }
  return from
}

/**
 * With `changes` made one after another; undefined deletes, also what is not there. Whoever changes nothing gets `collection`
 * itself. `kept`: of a value that is there and a new one, the one to have; `came` gets the keys that were not there.
 */
export function amend<T>(
  collection: Collection<T>,
  changes: Iterable<readonly [string, T | undefined]>,
  kept: (was: T, is: T) => T = newer,
  came: string[] | null = null,
): Collection<T> {
  const keys: string[] = []
  const values: (T | undefined)[] = []
  let { root } = collection
  const make = (): void => {
    root = new Amending(keys, values, kept, came).below(root, 0, keys.length, 0)
    keys.length = values.length = 0
  }
  for (const [key, value] of changes) {
    keys.push(key)
    values.push(value)
    if (keys.length === mostAtOnce) make()
  }
  make()
  return root === collection.root ? collection : new Collection(root)
}

function newer<T>(_was: T, is: T): T {
  return is
}

/** Digits and a number below this stand in one number of 53 bits. */
const mostAtOnce = 2 ** 21

const vacantLeaf = new Leaf<never>([], [], [])

/** Changes in the order of their places, which nodes get by ranges, the end not included. */
class Amending<T> {
  readonly #keys: readonly string[]
  readonly #values: readonly (T | undefined)[]
  readonly #kept: (was: T, is: T) => T
  readonly #came: string[] | null
  /** Digits, and which change it is: what belongs to one node stands together, at any depth; of one key, as it came. */
  readonly #places: Float64Array

  /** `values`, undefined: the key goes. */
  constructor(
    keys: readonly string[],
    values: readonly (T | undefined)[],
    kept: (was: T, is: T) => T,
    came: string[] | null,
  ) {
    this.#keys = keys
    this.#values = values
    this.#kept = kept
    this.#came = came
    this.#places = new Float64Array(keys.length)
    for (let i = 0; i < keys.length; i++)
      this.#places[i] = (digitsOf(keys[i] as string) >>> 0) * mostAtOnce + i
    if (keys.length > 1) this.#places.sort()
  }

  below(
    node: CollectionNode<T> | undefined,
    from: number,
    to: number,
    depth: number,
  ): CollectionNode<T> | undefined {
    // many at once would make a large leaf only to part it
    const isMany = node === undefined && to - from > largestLeaf && depth < deepest
    if (!(node instanceof Branch) && depth >= leafDepth && !isMany) return this.#leaf(node, from, to, depth)
    const branch = this.branch(node instanceof Branch ? node : undefined, from, to, depth)
    if (branch.size === 0) return undefined
    return depth >= leafDepth && branch.size <= largestLeaf ? gathered(branch.members) : branch
  }

  /** As `below`, and in any case a branch. */
  branch(node: Branch<T> | undefined, from: number, to: number, depth: number): Branch<T> {
    const before: Branch<T> = node ?? new Branch<T>(vacant(depth), 0)
    let members: (CollectionNode<T> | undefined)[] | null = null
    let { size } = before
    for (let start = from, end = from; start < to; start = end) {
      const digit = this.#digit(start, depth)
      while (end < to && this.#digit(end, depth) === digit) end++
      const was = before.members[digit]
      const is = this.below(was, start, end, depth + 1)
      if (was === is) continue
      members ??= before.members.slice()
      members[digit] = is
      size += (is?.size ?? 0) - (was?.size ?? 0)
    }
    return members === null ? before : new Branch(members, size)
  }

  #digit(place: number, depth: number): number {
    return digitAt(depth, this.#digits(place))
  }

  #digits(place: number): number {
    return Math.floor((this.#places[place] ?? 0) / mostAtOnce) | 0
  }

  #leaf(leaf: Leaf<T> = vacantLeaf, from: number, to: number, depth: number): CollectionNode<T> | undefined {
    let digits = leaf.digits as number[]
    let keys = leaf.keys as string[]
    let values = leaf.values as T[]
    let made = 0
    for (let place = from; place < to; place++) {
      const change = (this.#places[place] ?? 0) % mostAtOnce
      const key = this.#keys[change] as string
      const given = this.#values[change]
      const ofKey = this.#digits(place)
      const at = placeIn(digits, keys, ofKey, key)
      const isThere = keys[at] === key
      const value = isThere && given !== undefined ? this.#kept(values[at] as T, given) : given
      if (isThere ? value === values[at] : value === undefined) continue
      made++
      if (values === leaf.values) values = values.slice()
      if (isThere && value !== undefined) values[at] = value
      else {
        // who only gets other values shares the rest
        if (keys === leaf.keys) [digits, keys] = [digits.slice(), keys.slice()]
        if (value === undefined) for (const list of [digits, keys, values]) list.splice(at, 1)
        else {
          digits.splice(at, 0, ofKey)
          keys.splice(at, 0, key)
          values.splice(at, 0, value)
          this.#came?.push(key)
        }
      }
    }
    if (made === 0 || (made > 1 && isLike(leaf, keys, values))) return leaf === vacantLeaf ? undefined : leaf
    if (keys.length === 0) return undefined
    // copies have no room to grow, which 100,000 entries would pay for
    const after = keys === leaf.keys ? new Leaf(digits, keys, values) : copied(digits, keys, values)
    return keys.length <= largestLeaf || depth === deepest ? after : parted(after, depth)
  }
}

function copied<T>(digits: readonly number[], keys: readonly string[], values: readonly T[]): Leaf<T> {
  return new Leaf(digits.slice(), keys.slice(), values.slice())
}

/** What went may have come again. */
function isLike<T>(leaf: Leaf<T>, keys: readonly string[], values: readonly T[]): boolean {
  return (
    leaf.size === keys.length &&
    values.every((value, i) => leaf.keys[i] === keys[i] && leaf.values[i] === value)
  )
}

/** A leaf as the branch it would be. */
export function parted<T>({ digits, keys, values }: Leaf<T>, depth: number): Branch<T> {
  const members: (CollectionNode<T> | undefined)[] = vacant(depth).slice()
  for (let start = 0, end = 0; start < keys.length; start = end) {
    const digit = digitAt(depth, digits[start] ?? 0)
    while (end < keys.length && digitAt(depth, digits[end] ?? 0) === digit) end++
    const part = new Leaf(digits.slice(start, end), keys.slice(start, end), values.slice(start, end))
    members[digit] = part.size <= largestLeaf || depth + 1 === deepest ? part : parted(part, depth + 1)
  }
  return new Branch(members, keys.length)
}

/** Some nodes side by side as one leaf. */
function gathered<T>(members: readonly (CollectionNode<T> | undefined)[]): Leaf<T> {
  const leaves = members.flatMap((member) => [...leavesBelow(member)])
  return new Leaf(
    leaves.flatMap(({ digits }) => digits),
    leaves.flatMap(({ keys }) => keys),
    leaves.flatMap(({ values }) => values),
  )
}

/** In an order that only the keys decide. */
export function entriesOf<T>(collection: Collection<T>): Generator<readonly [string, T]> {
  return entriesBelow(collection.root)
}

export function* keysOf(collection: Collection<unknown>): Generator<string> {
  for (const { keys } of leavesBelow(collection.root)) yield* keys
}

function* entriesBelow<T>(top: CollectionNode<T> | undefined): Generator<readonly [string, T]> {
  for (const { keys, values } of leavesBelow(top))
    for (let i = 0; i < keys.length; i++) yield [keys[i] as string, values[i] as T]
}

function* leavesBelow<T>(top: CollectionNode<T> | undefined): Generator<Leaf<T>> {
  const waiting = [top]
  while (waiting.length > 0) {
    const node = waiting.pop()
    if (node instanceof Leaf) yield node
    else if (node !== undefined) for (let i = node.members.length; i-- > 0;) waiting.push(node.members[i])
  }
}

export function sizeOf({ root }: Collection<unknown>): number {
  return root?.size ?? 0
}
