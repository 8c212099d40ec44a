const nobody: ReadonlySet<string> = new Set()

/** An index: which members belong to a key. Members of a key are unordered. */
export class Groups {
  readonly #members = new Map<string, Set<string>>()

  of(key: string): ReadonlySet<string> {
    return this.#members.get(key) ?? nobody
  }

  keys(): Iterable<string> {
    return this.#members.keys()
  }

  add(key: string, member: string): void {
    const members = this.#members.get(key)
    if (members === undefined) this.#members.set(key, new Set([member]))
    else members.add(member)
  }

  /** Deleting what is not there is not an error. */
  delete(key: string, member: string): void {
    const members = this.#members.get(key)
    if (members?.delete(member) === true && members.size === 0) this.#members.delete(key)
  }
}
