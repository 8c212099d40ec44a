const nobody: readonly string[] = []

/** An index: which members belong to a key. Members of a key are unordered. */
export class Groups {
  /** A member that is alone stands for itself: in large indexes most are, and a set for each would weigh most. */
  readonly #members = new Map<string, string | Set<string>>()

  of(key: string): Iterable<string> {
    const members = this.#members.get(key) ?? nobody
    return typeof members === 'string' ? [members] : members
  }

  has(key: string): boolean {
    return this.#members.has(key)
  }

  keys(): Iterable<string> {
    return this.#members.keys()
  }

  add(key: string, member: string): void {
    const members = this.#members.get(key)
    if (members === undefined) this.#members.set(key, member)
    else if (typeof members !== 'string') members.add(member)
    else if (members !== member) this.#members.set(key, new Set([members, member]))
  }

  /** Deleting what is not there is not an error. */
  delete(key: string, member: string): void {
    const members = this.#members.get(key)
    if (typeof members === 'object') members.delete(member)
    if (members === member || (typeof members === 'object' && members.size === 0)) this.#members.delete(key)
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
