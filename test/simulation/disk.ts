import { chainOf, JournalError, noTip, type Tip } from '../../journal/format.js'
import type { Store } from '../../journal/store.js'
import type { JournalWriter } from '../../journal/writer.js'
import type { Entry } from '../../lib/model/event.js'

/** The journal's file: appends are committed as a whole, what a torn one left is cut when it is opened. */
export class Disk {
  readonly file = 'br0.journal'
  #text = ''
  isFull = false
  /** The next append stops in the middle, and the machine with it. */
  isTorn = false

  /** What is there for good. */
  entries(): Entry[] {
    const last = this.#text.lastIndexOf(commit)
    this.#text = last < 0 ? '' : this.#text.slice(0, last + commit.length)
    return this.#text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Entry)
  }

  /** Whether a daemon may have started that does not know the past. */
  hasForgotten = false

  /** Deleted while somebody has it open. */
  remove(): void {
    this.hasForgotten = true
    this.#text = ''
    this.#inode++
    this.#owner = null
  }

  #inode = 0

  /** Who has it open for writing. */
  #owner: object | null = null

  /** The disk as `owner` uses it: one at a time has the journal open for writing. */
  of(owner: object): Store {
    return {
      file: this.file,
      open: () => this.#open(owner),
      openSound: (fold) => {
        const writer = this.#open(owner)
        return { writer, folded: fold(writer.entries(), null), kept: null }
      },
      read: (fold) => ({ folded: fold(this.entries(), null), tip: tipOf(this.entries()) }),
      setAside: () => {
        this.remove()
        return 'aside'
      },
    }
  }

  isOpenFor(owner: object): boolean {
    return this.#owner === owner
  }

  /** A process ended. */
  letGo(owner: object): void {
    if (this.#owner === owner) this.#owner = null
  }

  #open(owner: object): JournalWriter {
    if (this.isFull) throw new JournalError('database or disk is full')
    if (this.#owner !== null && this.#owner !== owner)
      throw new JournalError(`${this.file}: in use by another process`, 'locked')
    this.#owner = owner
    const inode = this.#inode
    let tip = tipOf(this.entries())
    return {
      file: this.file,
      entries: () => this.entries(),
      start: () => null,
      tend: () => undefined,
      drop: () => null,
      tip: () => tip,
      append: (entries) => {
        if (this.isFull) throw new JournalError('database or disk is full')
        // what is unlinked takes writes, and nobody finds them
        if (inode === this.#inode) this.#write(entries)
        tip = tipOf(entries, tip)
      },
      cutLast: () => undefined,
      misplaced: () => (inode === this.#inode ? null : 'moved'),
      close: () => this.letGo(owner),
    }
  }

  #write(entries: readonly Entry[]): void {
    const text = `${entries.map((entry) => JSON.stringify(entry)).join('\n')}\n${commit}`
    this.#text += this.isTorn ? text.slice(0, text.length >> 1) : text
    this.isTorn = false
  }
}

const commit = 'commit\n'

function tipOf(entries: readonly Entry[], start: Tip = noTip): Tip {
  let { seq, chain } = start
  for (const entry of entries) {
    chain = chainOf(chain, entry.seq, entry.atMs, JSON.stringify(entry.event))
    seq = entry.seq
  }
  return { seq, chain }
}
