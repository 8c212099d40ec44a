import { describe } from './describe.js'
import type { Entry, Event } from '../model/event.js'
import { mentionsIn } from '../history/mentions.js'
import { Names } from './names.js'
import type { Recording } from '../history/recording.js'

/** Entries in a line each, in their order; names are looked up only once an entry has need of them. */
export class Narrator {
  #names: Names | null = null
  #seq = 0

  /** An entry that is not told, but may change what others are called. */
  pass(entry: Entry): void {
    this.#seq = entry.seq
    if (this.#names !== null) for (const mention of mentionsIn(entry)) this.#names.hear(mention)
  }

  describe(entry: Entry, recording: Recording): string {
    return describe(entry, this.called(entry, recording))
  }

  /** By what names the entry is told; undefined: it has need of none. It passes. */
  called(entry: Entry, recording: Recording): Names | undefined {
    // another history has begun
    if (entry.seq <= this.#seq) this.#names = null
    if (tellsOfStations(entry.event)) this.#names ??= new Names(recording.coreAt(entry.seq - 1).state)
    this.pass(entry)
    return this.#names ?? undefined
  }
}

/** Whether it names stations and where they are. */
export function tellsOfStations(event: Event): boolean {
  return (event.type === 'MacsLearned' || event.type === 'AddressesClaimed') && event.updates.length > 0
}
