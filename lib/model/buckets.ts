/**
 * A large keyed collection that never changes: whoever amends it gets another one, and both share what was not touched. So a
 * change costs nearly the same at any size, what is shared need not be compared, and states of the past stay whole.
 *
 * It is a tree of nodes by digits of the keys' hashes. Its shape and its order are functions of its entries alone.
 */
export class Buckets<T> {
  /** Undefined: there are no entries. */
  readonly root: Node<T> | undefined

  constructor(root: Node<T> | undefined) {
    this.root = root
  }
}

export type Node<T> = Branch<T> | Leaf<T>

/** Nodes by the digit that their entries' hashes have at this depth. */
export class Branch<T> {
  readonly members: readonly (Node<T> | undefined)[]
  /** Entries below. */
  readonly size: number

  constructor(members: readonly (Node<T> | undefined)[], size: number) {
    this.members = members
    this.size = size
  }
}

/** A few entries, keys ascending. */
export class Leaf<T> {
  readonly keys: readonly string[]
  readonly values: readonly T[]

  constructor(keys: readonly string[], values: readonly T[]) {
    this.keys = keys
    this.values = values
  }

  get size(): number {
    return this.keys.length
  }
}

export const none: Buckets<never> = new Buckets<never>(undefined)

/** Above this depth all nodes are branches: two digits are one `hashOf`, and by that plans are ordered. */
export const leafDepth = 2
const deepest = 7
/** More entries than that make a branch, where there is a digit left. */
const largestLeaf = 16

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

/** Five bits of `hashOf`, its other five, then four at a time. */
function digitAt(depth: number, digits: number): number {
  return depth < leafDepth ? (digits >>> (27 - 5 * depth)) & 31 : (digits >>> (26 - 4 * depth)) & 15
}

const none32 = Array.from({ length: 32 }, () => undefined)
const none16 = Array.from({ length: 16 }, () => undefined)

/** The members of a branch that has none. */
export function vacant(depth: number): readonly undefined[] {
  return depth < leafDepth ? none32 : none16
}

export function lookup<T>(buckets: Buckets<T>, key: string): T | undefined {
  const digits = digitsOf(key)
  let node = buckets.root
  for (let depth = 0; node instanceof Branch; depth++) node = node.members[digitAt(depth, digits)]
  if (node === undefined) return undefined
  const at = placeIn(node.keys, key)
  return node.keys[at] === key ? node.values[at] : undefined
}

/** Where `key` is among ascending keys, or would be. */
function placeIn(keys: readonly string[], key: string): number {
  let [from, to] = [0, keys.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((keys[middle] ?? '') < key) from = middle + 1
    else to = middle
  }
  return from
}

/** `value` undefined: the key goes. */
interface Amendment<T> {
  readonly digits: number
  readonly key: string
  readonly value: T | undefined
}

/**
 * With `changes` made one after another; undefined deletes, also what is not there. Whoever changes nothing gets `buckets`
 * itself. `kept`: of a value that is there and a new one, the one to have.
 */
export function amend<T>(
  buckets: Buckets<T>,
  changes: Iterable<readonly [string, T | undefined]>,
  kept: (was: T, is: T) => T = newer,
): Buckets<T> {
  const amendments: Amendment<T>[] = []
  for (const [key, value] of changes) amendments.push({ digits: digitsOf(key), key, value })
  const root = amended(buckets.root, amendments, 0, kept)
  return root === buckets.root ? buckets : new Buckets(root)
}

function newer<T>(_was: T, is: T): T {
  return is
}

function amended<T>(
  node: Node<T> | undefined,
  amendments: readonly Amendment<T>[],
  depth: number,
  kept: (was: T, is: T) => T,
): Node<T> | undefined {
  if (!(node instanceof Branch) && depth >= leafDepth) return amendedLeaf(node, amendments, depth, kept)
  const before: readonly (Node<T> | undefined)[] = node instanceof Branch ? node.members : vacant(depth)
  let members: (Node<T> | undefined)[] | null = null
  let size = node?.size ?? 0
  for (const [digit, those] of byDigit(amendments, depth)) {
    const [was, is] = [before[digit], amended(before[digit], those, depth + 1, kept)]
    if (was === is) continue
    members ??= before.slice()
    members[digit] = is
    size += (is?.size ?? 0) - (was?.size ?? 0)
  }
  if (members === null) return node
  if (size === 0) return undefined
  return depth >= leafDepth && size <= largestLeaf ? gathered(members) : new Branch(members, size)
}

function amendedLeaf<T>(
  leaf: Leaf<T> | undefined,
  amendments: readonly Amendment<T>[],
  depth: number,
  kept: (was: T, is: T) => T,
): Node<T> | undefined {
  const keys = leaf === undefined ? [] : [...leaf.keys]
  const values = leaf === undefined ? [] : [...leaf.values]
  let isChanged = false
  for (const { key, value: given } of amendments) {
    const at = placeIn(keys, key)
    const isThere = keys[at] === key
    const value = isThere && given !== undefined ? kept(values[at] as T, given) : given
    if (isThere ? values[at] === value : value === undefined) continue
    isChanged = true
    if (value === undefined) {
      keys.splice(at, 1)
      values.splice(at, 1)
    } else if (isThere) values[at] = value
    else {
      keys.splice(at, 0, key)
      values.splice(at, 0, value)
    }
  }
  if (!isChanged) return leaf
  if (keys.length === 0) return undefined
  // copied once more: an array that has grown has room for more than it holds
  const after = new Leaf(keys.slice(), values.slice())
  return keys.length <= largestLeaf || depth === deepest ? after : parted(after, depth)
}

/** A leaf as the branch it would be. */
export function parted<T>(leaf: Leaf<T>, depth: number): Branch<T> {
  const entries = leaf.keys.map((key, i) => ({ digits: digitsOf(key), key, value: leaf.values[i] }))
  const members: (Node<T> | undefined)[] = vacant(depth).slice()
  for (const [digit, those] of byDigit(entries, depth))
    members[digit] = amended<T>(undefined, those, depth + 1, newer)
  return new Branch(members, leaf.size)
}

function gathered<T>(members: readonly (Node<T> | undefined)[]): Leaf<T> {
  const entries = members.flatMap((member) => [...entriesBelow(member)])
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return new Leaf(
    entries.map(([key]) => key),
    entries.map(([, value]) => value),
  )
}

function byDigit<T>(
  amendments: readonly Amendment<T>[],
  depth: number,
): Iterable<readonly [number, readonly Amendment<T>[]]> {
  const [first] = amendments
  if (first === undefined) return []
  // most often there is one
  if (amendments.length === 1) return [[digitAt(depth, first.digits), amendments]]
  const groups = new Map<number, Amendment<T>[]>()
  for (const amendment of amendments) {
    const digit = digitAt(depth, amendment.digits)
    const group = groups.get(digit)
    if (group === undefined) groups.set(digit, [amendment])
    else group.push(amendment)
  }
  return groups
}

/** In an order that only the keys decide. */
export function entriesOf<T>(buckets: Buckets<T>): Generator<readonly [string, T]> {
  return entriesBelow(buckets.root)
}

function* entriesBelow<T>(top: Node<T> | undefined): Generator<readonly [string, T]> {
  const waiting = [top]
  while (waiting.length > 0) {
    const node = waiting.pop()
    if (node instanceof Leaf) {
      const { keys, values } = node
      for (let i = 0; i < keys.length; i++) yield [keys[i] as string, values[i] as T]
    } else if (node !== undefined) for (let i = node.members.length; i-- > 0;) waiting.push(node.members[i])
  }
}

export function sizeOf({ root }: Buckets<unknown>): number {
  return root?.size ?? 0
}
