import { parsePredicate } from '../predicate/parse.js'
import type { Predicate } from '../predicate/predicate.js'
import type { ChangeKind } from './change.js'
import type { OpenChange } from './fold.js'
import { hasWord, soughtAs } from './words.js'

/** Which changes somebody wants to see. */
export interface Wish {
  /** A predicate: words, and what is asked of states. */
  readonly words: string
  /** Of which one must be it; none: whatever kind. */
  readonly kinds: readonly ChangeKind[]
}

/** A wish that is ready to be asked of changes. */
export interface Query {
  /** Whether it says yes; undefined: only the state that the change led to can tell. */
  test(change: OpenChange): boolean | undefined
  /** The same where `stateHolds` answers for the terms that are about states. */
  testWith(change: OpenChange, stateHolds: (term: Predicate) => boolean): boolean
}

/** Throws PredicateError. */
export function queryOf({ words, kinds }: Wish): Query {
  const parsed = parsePredicate(words)
  const predicate = parsed && asWords(parsed)
  const isKind = ({ kinds: own }: OpenChange): boolean =>
    kinds.length === 0 || own.some((kind) => kinds.includes(kind))
  if (predicate === null) return { test: isKind, testWith: isKind }
  const sought = new Map<string, ReturnType<typeof soughtAs>>()
  const hasText = (change: OpenChange, text: string): boolean => {
    const word = sought.get(text) ?? soughtAs(text)
    sought.set(text, word)
    return hasWord(change.words, word)
  }
  return {
    test: (change) =>
      isKind(change) &&
      holdsSoFar(predicate, (term) => (term.kind === 'text' ? hasText(change, term.text) : undefined)),
    testWith: (change, stateHolds) =>
      isKind(change) &&
      holdsSoFar(predicate, (term) =>
        term.kind === 'text' ? hasText(change, term.text) : stateHolds(term),
      ) === true,
  }
}

type Told = boolean | undefined

/** Undefined: it hangs on what `told` can't tell. */
function holdsSoFar(predicate: Predicate, told: (term: Predicate) => Told): Told {
  switch (predicate.kind) {
    case 'not': {
      const is = holdsSoFar(predicate.of, told)
      return is === undefined ? undefined : !is
    }
    case 'and':
    case 'or': {
      const decides = predicate.kind === 'or'
      let isOpen = false
      for (const one of predicate.of) {
        const is = holdsSoFar(one, told)
        if (is === decides) return decides
        isOpen ||= is === undefined
      }
      return isOpen ? undefined : !decides
    }
    case 'text':
    case 'state':
    case 'thing':
    case 'count':
      return told(predicate)
  }
}

/** Who types `fault` looks for changes that say so; of states one asks with `problems > 0`, `fault:NAME` or `in-sync`. */
function asWords(predicate: Predicate): Predicate {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return { ...predicate, of: predicate.of.map(asWords) }
    case 'not':
      return { ...predicate, of: asWords(predicate.of) }
    case 'state':
      return predicate.word === 'in-sync' ? predicate : { kind: 'text', text: predicate.word, at: 1 }
    case 'text':
    case 'thing':
    case 'count':
      return predicate
  }
}
