import type { Entry } from '../model/event.js'
import type { Mention } from './mentions.js'
import { Subject } from './subject.js'
import { knownKind, knownTable } from './unknown-word.js'

/** Which entries a person wants to see; what is not given does not matter. */
export interface LogWish {
  /** Kinds of event, of which one must be it; upper or lower case. */
  readonly kinds?: readonly string[]
  /** Tables, in one of which a row must be changed. */
  readonly tables?: readonly string[]
  /** As Subject: all of them must be spoken of. */
  readonly about?: readonly string[]
}

/** A test for entries, to be asked in their order, and told before what stood when the first of them came. */
export class LogFilter {
  readonly #kinds: ReadonlySet<string>
  readonly #tables: ReadonlySet<string>
  readonly #subjects: readonly Subject[]

  /** Throws UnknownWordError. */
  constructor({ kinds = [], tables = [], about = [] }: LogWish) {
    this.#kinds = new Set(kinds.map(knownKind))
    this.#tables = new Set(tables.map(knownTable))
    this.#subjects = about.map((text) => new Subject(text))
  }

  get isAboutSomething(): boolean {
    return this.#subjects.length > 0
  }

  /** The subjects that nothing was about so far. */
  unknown(): readonly string[] {
    return this.#subjects.filter(({ isKnown }) => !isKnown).map(({ text }) => text)
  }

  /** Whether all subjects are spoken of: each hears everything, for what it is about later depends on it. */
  hear(mentions: readonly Mention[]): boolean {
    return this.#subjects.filter((subject) => subject.among(mentions).length === 0).length === 0
  }

  /** `mentions`: all that the entry says. */
  passes({ event }: Entry, mentions: readonly Mention[]): boolean {
    const isSpokenOf = this.hear(mentions)
    const isKind = this.#kinds.size === 0 || this.#kinds.has(event.type)
    const isTable =
      this.#tables.size === 0 ||
      mentions.some((mention) => mention.what === 'row' && this.#tables.has(mention.table))
    return isSpokenOf && isKind && isTable
  }
}
