import type { Entry } from '../model/event.js'
import { mentionsIn } from './mentions.js'
import { Subject } from './subject.js'

/** Which entries a person wants to see; what is not given does not matter. */
export interface LogFilter {
  /** Kinds of event, of which one must be it; upper or lower case. */
  readonly kinds?: readonly string[]
  /** Tables, in one of which a row must be changed. */
  readonly tables?: readonly string[]
  /** As Subject: all of them must be spoken of. */
  readonly about?: readonly string[]
}

/** A test for entries, to be asked in their order. */
export function logFilter({ kinds = [], tables = [], about = [] }: LogFilter): (entry: Entry) => boolean {
  const kindsWanted = kinds.map((kind) => kind.toLowerCase())
  const subjects = about.map((text) => new Subject(text))
  return (entry) => {
    // every subject hears everything: what it is about later depends on it
    const mentions = subjects.length + tables.length === 0 ? [] : [...mentionsIn(entry)]
    const spokenOf = subjects.map(
      (subject) => mentions.filter((mention) => subject.isAbout(mention)).length > 0,
    )
    const isKind = kindsWanted.length === 0 || kindsWanted.includes(entry.event.type.toLowerCase())
    const isTable =
      tables.length === 0 ||
      mentions.some((mention) => mention.what === 'row' && tables.includes(mention.table))
    return isKind && isTable && spokenOf.every(Boolean)
  }
}
