const nobody: readonly string[] = []

/** More members than that are a set: to find one among fewer costs no more in a list, which weighs less. */
const longestList = 64

/** An index: which members belong to a key. Members of a key are unordered, and each is added but once. */
export class Groups {
  /** A member that is alone stands for itself: in large indexes most are. */
  readonly #members = new Map<string, string | string[] | Set<string>>()

  of(key: string): Iterable<string> {
    const members = this.#members.get(key) ?? nobody
    return typeof members === 'string' ? [members] : members
  }

  has(key: string): boolean {
    return this.#members.has(key)
  }

  get isEmpty(): boolean {
    return this.#members.size === 0
  }

  keys(): Iterable<string> {
    return this.#members.keys()
  }

  add(key: string, member: string): void {
    const members = this.#members.get(key)
    if (members === undefined) this.#members.set(key, member)
    else if (typeof members === 'string') this.#members.set(key, [members, member])
    else if (!Array.isArray(members)) members.add(member)
    else if (members.length < longestList) members.push(member)
    else this.#members.set(key, new Set(members).add(member))
  }

  /** Deleting what is not there is not an error. */
  delete(key: string, member: string): void {
    const members = this.#members.get(key)
    if (members === undefined) return
    if (typeof members === 'string') {
      if (members === member) this.#members.delete(key)
    } else if (Array.isArray(members)) this.#deleteListed(key, member, members)
    else {
      members.delete(member)
      if (members.size === 0) this.#members.delete(key)
    }
  }

  #deleteListed(key: string, member: string, members: string[]): void {
    const at = members.indexOf(member)
    if (at < 0) return
    const last = members.pop() ?? ''
    if (last !== member) members[at] = last
    if (members.length === 0) this.#members.delete(key)
  }
}

/** As Groups, with a second key: the members of a key stand in groups of their own. */
export class Nested {
  readonly #groups = new Map<string, Groups>()

  /** The second keys of a key's members. */
  secondsOf(key: string): Iterable<string> {
    return this.#groups.get(key)?.keys() ?? nobody
  }

  hasSecond(key: string, second: string): boolean {
    return this.#groups.get(key)?.has(second) === true
  }

  /** All members of a key. */
  *of(key: string): Generator<string> {
    const groups = this.#groups.get(key)
    if (groups !== undefined) for (const second of groups.keys()) yield* groups.of(second)
  }

  has(key: string): boolean {
    return this.#groups.has(key)
  }

  add(key: string, second: string, member: string): void {
    let groups = this.#groups.get(key)
    if (groups === undefined) this.#groups.set(key, (groups = new Groups()))
    groups.add(second, member)
  }

  /** Deleting what is not there is not an error. */
  delete(key: string, second: string, member: string): void {
    const groups = this.#groups.get(key)
    if (groups === undefined) return
    groups.delete(second, member)
    if (groups.isEmpty) this.#groups.delete(key)
  }
}

/** As Groups, for members that belong to a key for several reasons at once and leave with the last. */
export class Tally {
  readonly #counts = new Map<string, Map<string, number>>()

  of(key: string): Iterable<string> {
    return this.#counts.get(key)?.keys() ?? nobody
  }

  has(key: string): boolean {
    return this.#counts.has(key)
  }

  add(key: string, member: string): void {
    const counts = this.#counts.get(key) ?? new Map<string, number>()
    this.#counts.set(key, counts.set(member, (counts.get(member) ?? 0) + 1))
  }

  /** Deleting what is not there is not an error. */
  delete(key: string, member: string): void {
    const counts = this.#counts.get(key)
    const count = counts?.get(member)
    if (counts === undefined || count === undefined) return
    if (count > 1) counts.set(member, count - 1)
    else counts.delete(member)
    if (counts.size === 0) this.#counts.delete(key)
  }
}
