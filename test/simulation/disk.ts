import type { Entry } from '../../lib/model/event.js'

/** The journal's file: appends are committed as a whole, what a torn one left is cut when it is opened. */
export class Disk {
  #text = ''
  isFull = false

  /** `isTorn`: the machine stops in the middle. */
  append(entries: readonly Entry[], isTorn = false): void {
    if (this.isFull) throw new Error('database or disk is full')
    const text = `${entries.map((entry) => JSON.stringify(entry)).join('\n')}\n${commit}`
    this.#text += isTorn ? text.slice(0, text.length >> 1) : text
  }

  /** What is there for good. */
  open(): Entry[] {
    const last = this.#text.lastIndexOf(commit)
    this.#text = last < 0 ? '' : this.#text.slice(0, last + commit.length)
    return this.#text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Entry)
  }
}

const commit = 'commit\n'
