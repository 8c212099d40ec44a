import {
  Branch,
  type Collection,
  Leaf,
  leafDepth,
  type CollectionNode,
  none,
  parted,
  vacant,
} from './collection.js'

/** One key on which two collections disagree; the side that lacks it is undefined. */
export interface Change<D, A> {
  readonly key: string
  readonly desired: D | undefined
  readonly actual: A | undefined
}

const unchanged: readonly never[] = []

/**
 * What would have to change in `actual` to make it `desired`, in an order that only the keys decide. What both share is not read,
 * so the cost follows what differs, not what there is. `isSame` must hold for what is identical.
 */
export function changesBetween<D, A>(
  desired: Collection<D>,
  actual: Collection<A>,
  isSame: (desired: D, actual: A) => boolean,
): readonly Change<D, A>[] {
  if ((desired.root as unknown) === actual.root) return unchanged
  const changes: Change<D, A>[] = []
  collect(desired.root, actual.root, 0, isSame, changes)
  return changes
}

/** A comparison that is made again and again: of the same two it gives the very same list. */
export class Comparison<D, A> {
  readonly #isSame: (desired: D, actual: A) => boolean
  #desired: Collection<D> = none
  #actual: Collection<A> = none
  #changes: readonly Change<D, A>[] = unchanged

  /** As of `changesBetween`. */
  constructor(isSame: (desired: D, actual: A) => boolean) {
    this.#isSame = isSame
  }

  between(desired: Collection<D>, actual: Collection<A>): readonly Change<D, A>[] {
    if (this.#desired !== desired || this.#actual !== actual) {
      this.#changes = changesBetween(desired, actual, this.#isSame)
      this.#desired = desired
      this.#actual = actual
    }
    return this.#changes
  }
}

function collect<D, A>(
  desired: CollectionNode<D> | undefined,
  actual: CollectionNode<A> | undefined,
  depth: number,
  isSame: (desired: D, actual: A) => boolean,
  changes: Change<D, A>[],
): void {
  if ((desired as unknown) === actual) return
  const from = changes.length
  if (depth < leafDepth || desired instanceof Branch || actual instanceof Branch) {
    const d = membersOf(desired, depth)
    const a = membersOf(actual, depth)
    for (let digit = 0; digit < d.length; digit++) collect(d[digit], a[digit], depth + 1, isSame, changes)
  } else collectLeaf(desired, actual, isSame, changes)
  // those of one `hashOf`
  if (depth === leafDepth && changes.length > from + 1) sortFrom(from, changes)
}

/** More are sorted elsewhere and put back. */
const few = 12

function sortFrom(from: number, changes: Change<unknown, unknown>[]): void {
  if (changes.length - from > few) for (const change of changes.splice(from).sort(byKey)) changes.push(change)
  else
    for (let end = from + 1; end < changes.length; end++) {
      const change = changes[end] as Change<unknown, unknown>
      let at = end
      for (; at > from && byKey(change, changes[at - 1] as typeof change) < 0; at--)
        changes[at] = changes[at - 1] as typeof change
      changes[at] = change
    }
}

function byKey(one: Change<unknown, unknown>, other: Change<unknown, unknown>): number {
  return one.key < other.key ? -1 : 1
}

/** A leaf beside a branch counts as the branch it would be. */
function membersOf<T>(
  node: CollectionNode<T> | undefined,
  depth: number,
): readonly (CollectionNode<T> | undefined)[] {
  if (node instanceof Branch) return node.members
  return node === undefined ? vacant(depth) : parted(node, depth).members
}

const nobody = new Leaf<never>([], [], [])

function collectLeaf<D, A>(
  desired: Leaf<D> = nobody,
  actual: Leaf<A> = nobody,
  isSame: (desired: D, actual: A) => boolean,
  changes: Change<D, A>[],
): void {
  // one was made of the other by giving keys other values
  if (desired.keys === actual.keys) return collectValues(desired, actual, isSame, changes)
  const left = desired.size
  const right = actual.size
  for (let i = 0, j = 0; i < left || j < right;) {
    const order = orderOf(desired, i, actual, j)
    const one = order <= 0 ? desired.values[i] : undefined
    const other = order >= 0 ? actual.values[j] : undefined
    const isLike =
      (one as unknown) === other || (one !== undefined && other !== undefined && isSame(one, other))
    if (!isLike) {
      const key = (order <= 0 ? desired.keys[i] : actual.keys[j]) as string
      changes.push({ key, desired: one, actual: other })
    }
    if (order <= 0) i++
    if (order >= 0) j++
  }
}

/** Those of two leaves with the same keys. */
function collectValues<D, A>(
  { keys, values }: Leaf<D>,
  { values: others }: Leaf<A>,
  isSame: (desired: D, actual: A) => boolean,
  changes: Change<D, A>[],
): void {
  for (let i = 0; i < keys.length; i++) {
    const desired = values[i] as D
    const actual = others[i] as A
    if ((desired as unknown) !== actual && !isSame(desired, actual))
      changes.push({ key: keys[i] as string, desired, actual })
  }
}

/** Below 0: entry `i` of the one leaf stands before entry `j` of the other; 0: they have the same key. Behind the end stands nothing. */
function orderOf(one: Leaf<unknown>, i: number, other: Leaf<unknown>, j: number): number {
  if (i === one.size) return 1
  if (j === other.size) return -1
  const d = one.digits[i] ?? 0
  const a = other.digits[j] ?? 0
  if (d !== a) return d < a ? -1 : 1
  const key = one.keys[i] ?? ''
  const another = other.keys[j] ?? ''
  if (key === another) return 0
  return key < another ? -1 : 1
}
