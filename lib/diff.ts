import {
  Branch,
  type Collection,
  Leaf,
  leafDepth,
  type Node,
  none,
  parted,
  vacant,
} from './model/collection.js'

/** One key on which two collections disagree; the side that lacks it is undefined. */
export interface Change<D, A> {
  readonly key: string
  readonly desired: D | undefined
  readonly actual: A | undefined
}

/**
 * How two collections differ; of branches that agree too, so that they need not be read again. undefined: nothing differs.
 */
export type Difference<D, A> = Compared<D, A> | undefined

/** Two nodes in one place of two collections. */
interface Compared<D, A> {
  readonly desired: Node<D> | undefined
  readonly actual: Node<A> | undefined
  readonly members: readonly (Compared<D, A> | undefined)[]
  /** A bit for each of the members that has changes. */
  readonly differing: number
  /** Those of two leaves; others have them in their members. */
  readonly changes: readonly Change<D, A>[]
}

const unchanged: readonly never[] = []

/**
 * What would have to change in `actual` to make it `desired`. Nodes whose two sides are the very ones of `previous`, and
 * those that both share, are not read, so the cost follows what has changed, not what there is. `isSame` must hold for
 * what is identical.
 */
export function diff<D, A>(
  desired: Collection<D>,
  actual: Collection<A>,
  isSame: (desired: D, actual: A) => boolean,
  previous?: Difference<D, A>,
): Difference<D, A> {
  return compared(desired.root, actual.root, previous, isSame, 0)
}

/** As `changesOf(diff(desired, actual, isSame))`, for who compares but once. */
export function changesBetween<D, A>(
  desired: Collection<D>,
  actual: Collection<A>,
  isSame: (desired: D, actual: A) => boolean,
): readonly Change<D, A>[] {
  const changes: Change<D, A>[] = []
  const walk = (one: Node<D> | undefined, other: Node<A> | undefined, depth: number): void => {
    if ((one as unknown) === other) return
    const from = changes.length
    if (depth < leafDepth || one instanceof Branch || other instanceof Branch) {
      const [d, a] = [membersOf(one, depth), membersOf(other, depth)]
      for (let digit = 0; digit < d.length; digit++) walk(d[digit], a[digit], depth + 1)
    } else for (const change of leafChanges(one, other, isSame)) changes.push(change)
    if (depth === leafDepth && changes.length > from + 1)
      for (const change of changes.splice(from).sort(byKey)) changes.push(change)
  }
  walk(desired.root, actual.root, 0)
  return changes
}

/** A comparison that is made again and again, each time from what was found the last. */
export class Comparison<D, A> {
  readonly #isSame: (desired: D, actual: A) => boolean
  #desired: Collection<D> = none
  #actual: Collection<A> = none
  #difference: Difference<D, A> = undefined

  /** As of `diff`. */
  constructor(isSame: (desired: D, actual: A) => boolean) {
    this.#isSame = isSame
  }

  between(desired: Collection<D>, actual: Collection<A>): Difference<D, A> {
    if (this.#desired !== desired || this.#actual !== actual) {
      this.#difference = diff(desired, actual, this.#isSame, this.#difference)
      this.#desired = desired
      this.#actual = actual
    }
    return this.#difference
  }
}

/** In an order that only the keys decide. */
export function changesOf<D, A>(difference: Difference<D, A>): readonly Change<D, A>[] {
  const changes: Change<D, A>[] = []
  if (difference !== undefined) collectChanges(difference, 0, changes)
  return changes
}

function collectChanges<D, A>(top: Compared<D, A>, depth: number, changes: Change<D, A>[]): void {
  if (depth < leafDepth) return differingOf(top, (member) => collectChanges(member, depth + 1, changes))
  const below: Change<D, A>[] = []
  collectBelow(top, below)
  if (below.length > 1) below.sort(byKey)
  for (const change of below) changes.push(change)
}

function byKey(one: Change<unknown, unknown>, other: Change<unknown, unknown>): number {
  return one.key < other.key ? -1 : 1
}

function collectBelow<D, A>(top: Compared<D, A>, changes: Change<D, A>[]): void {
  for (const change of top.changes) changes.push(change)
  differingOf(top, (member) => collectBelow(member, changes))
}

function differingOf<D, A>(
  { members, differing }: Compared<D, A>,
  take: (member: Compared<D, A>) => void,
): void {
  for (let rest = differing; rest !== 0; rest &= rest - 1) {
    const member = members[31 - Math.clz32(rest & -rest)]
    if (member !== undefined) take(member)
  }
}

function compared<D, A>(
  desired: Node<D> | undefined,
  actual: Node<A> | undefined,
  previous: Compared<D, A> | undefined,
  isSame: (desired: D, actual: A) => boolean,
  depth: number,
): Compared<D, A> | undefined {
  if ((desired as unknown) === actual) return undefined
  if (previous?.desired === desired && previous?.actual === actual) return previous
  if (desired instanceof Branch || actual instanceof Branch)
    return comparedBranches(desired, actual, previous, isSame, depth)
  const changes = leafChanges(desired, actual, isSame)
  return changes.length === 0 ? undefined : { desired, actual, members: unchanged, differing: 0, changes }
}

function comparedBranches<D, A>(
  desired: Node<D> | undefined,
  actual: Node<A> | undefined,
  previous: Compared<D, A> | undefined,
  isSame: (desired: D, actual: A) => boolean,
  depth: number,
): Compared<D, A> {
  const d = membersOf(desired, depth)
  const a = membersOf(actual, depth)
  const isKnown =
    previous !== undefined && !(previous.desired instanceof Leaf) && !(previous.actual instanceof Leaf)
  const knownD = isKnown ? membersOf(previous.desired, depth) : d
  const knownA = isKnown ? membersOf(previous.actual, depth) : a
  const members: (Compared<D, A> | undefined)[] = (previous?.members ?? []).slice()
  let differing = previous?.differing ?? 0
  for (let digit = 0; digit < d.length; digit++) {
    const one = d[digit]
    const other = a[digit]
    // what has stayed is not looked into, nor is what was found there
    if (!isKnown || knownD[digit] !== one || knownA[digit] !== other) {
      const member = compared(one, other, members[digit], isSame, depth + 1)
      members[digit] = member
      const isDifferent = member !== undefined && (member.differing !== 0 || member.changes.length > 0)
      differing = isDifferent ? differing | (1 << digit) : differing & ~(1 << digit)
    }
  }
  return { desired, actual, members, differing, changes: unchanged }
}

/** A leaf beside a branch counts as the branch it would be. */
function membersOf<T>(node: Node<T> | undefined, depth: number): readonly (Node<T> | undefined)[] {
  if (node instanceof Branch) return node.members
  return node === undefined ? vacant(depth) : parted(node, depth).members
}

function leafChanges<D, A>(
  desired: Leaf<D> | undefined,
  actual: Leaf<A> | undefined,
  isSame: (desired: D, actual: A) => boolean,
): Change<D, A>[] {
  // one was made of the other by giving keys other values
  if (desired !== undefined && desired.keys === actual?.keys) return valueChanges(desired, actual, isSame)
  const changes: Change<D, A>[] = []
  const [left, right] = [desired?.size ?? 0, actual?.size ?? 0]
  for (let i = 0, j = 0; i < left || j < right;) {
    const order = orderOf(desired, i, actual, j)
    const one = order <= 0 ? desired?.values[i] : undefined
    const other = order >= 0 ? actual?.values[j] : undefined
    const isLike =
      (one as unknown) === other || (one !== undefined && other !== undefined && isSame(one, other))
    if (!isLike) {
      const key = (order <= 0 ? desired?.keys[i] : actual?.keys[j]) as string
      changes.push({ key, desired: one, actual: other })
    }
    if (order <= 0) i++
    if (order >= 0) j++
  }
  return changes
}

/** Those of two leaves with the same keys. */
function valueChanges<D, A>(
  { keys, values }: Leaf<D>,
  { values: others }: Leaf<A>,
  isSame: (desired: D, actual: A) => boolean,
): Change<D, A>[] {
  const changes: Change<D, A>[] = []
  for (let i = 0; i < keys.length; i++) {
    const [desired, actual] = [values[i] as D, others[i] as A]
    if ((desired as unknown) !== actual && !isSame(desired, actual))
      changes.push({ key: keys[i] as string, desired, actual })
  }
  return changes
}

/** Below 0: entry `i` of the one leaf stands before entry `j` of the other; 0: they have the same key. Behind the end stands nothing. */
function orderOf(
  one: Leaf<unknown> | undefined,
  i: number,
  other: Leaf<unknown> | undefined,
  j: number,
): number {
  if (one === undefined || i === one.size) return 1
  if (other === undefined || j === other.size) return -1
  const [d = 0, a = 0] = [one.digits[i], other.digits[j]]
  if (d !== a) return d < a ? -1 : 1
  const [key = '', another = ''] = [one.keys[i], other.keys[j]]
  if (key === another) return 0
  return key < another ? -1 : 1
}
