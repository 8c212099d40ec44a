import {
  type ComparisonPredicate,
  comparisons,
  type CountPredicate,
  counts,
  type Predicate,
  PredicateError,
  stateWords,
  type StateWord,
  type Thing,
  things,
} from './predicate.js'

interface Token {
  readonly text: string
  /** Where it begins, from 1. */
  readonly at: number
  readonly is: 'word' | 'quoted' | 'sign' | 'comparison'
  /** The name before the colon of `flow:"…"`; null: none. */
  readonly thing: string | null
}

const space = /\s*/y
/** A comparison is one where something that can be counted stands before it, or blanks on both sides. */
const comparison = new RegExp(`(${comparisons.join('|')})(?=\\s|\\d|$)`, 'y')
const counted = new RegExp(`(${counts.join('|')})(?=\\s*(?:${comparisons.join('|')}))`, 'y')
const sign = /[()!]/y
const other = new RegExp(`(?:(${Object.keys(things).join('|')}):)?(?:"([^"]*)"|'([^']*)'|([^\\s()"']+))`, 'y')

/** Null where there is no term at all. Throws PredicateError. */
export function parsePredicate(text: string): Predicate | null {
  const tokens = tokensOf(text)
  return tokens.length === 0 ? null : new Parser(text, tokens).whole()
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let index = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = index
    const found = pattern.exec(text)
    index += found?.[0].length ?? 0
    return found
  }
  for (take(space); index < text.length; take(space)) {
    const at = index + 1
    const add = (is: Token['is'], word: string, thing: string | null = null) =>
      tokens.push({ text: word, at, is, thing })
    const plain = take(comparison) ?? take(sign) ?? take(counted)
    if (plain !== null) {
      const [word] = plain
      add(/^[()!]$/.test(word) ? 'sign' : /^\w/.test(word) ? 'word' : 'comparison', word)
      continue
    }
    const found = take(other)
    if (found === null) throw mistake(text, at, `${JSON.stringify(text[index])} begins no term`)
    const [, thing, double, single, word = ''] = found
    add((double ?? single) === undefined ? 'word' : 'quoted', double ?? single ?? word, thing)
  }
  return tokens
}

class Parser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text
    this.#tokens = tokens
  }

  whole(): Predicate {
    const predicate = this.#or()
    const rest = this.#tokens[this.#next]
    if (rest !== undefined)
      throw mistake(this.#text, rest.at, `${JSON.stringify(rest.text)} is not expected here`)
    return predicate
  }

  #or(): Predicate {
    const of = [this.#and()]
    while (this.#takes('or')) of.push(this.#and())
    return joined('or', of)
  }

  #and(): Predicate {
    const of = [this.#not()]
    for (;;) {
      const next = this.#tokens[this.#next]
      if (next === undefined || isKeyword(next, 'or') || isSign(next, ')')) return joined('and', of)
      this.#takes('and')
      of.push(this.#not())
    }
  }

  #not(): Predicate {
    const next = this.#tokens[this.#next]
    if (next === undefined || (!isSign(next, '!') && !isKeyword(next, 'not'))) return this.#term()
    this.#next++
    return { kind: 'not', of: this.#not() }
  }

  #term(): Predicate {
    const next = this.#tokens[this.#next++]
    if (next === undefined) throw mistake(this.#text, this.#text.length + 1, 'a term is missing')
    if (isSign(next, '(')) {
      const predicate = this.#or()
      const end = this.#tokens[this.#next++]
      if (end === undefined || !isSign(end, ')'))
        throw mistake(
          this.#text,
          end?.at ?? this.#text.length + 1,
          `) is missing for the ( at character ${next.at}`,
        )
      return predicate
    }
    if (next.is === 'sign' || next.is === 'comparison' || ['and', 'or'].some((word) => isKeyword(next, word)))
      throw mistake(this.#text, next.at, `a term is missing before ${JSON.stringify(next.text)}`)
    const after = this.#tokens[this.#next]
    const compare = after?.is === 'comparison' ? comparisons.find((name) => name === after.text) : undefined
    if (compare !== undefined && next.is === 'word') return this.#count(next, compare)
    return termOf(next)
  }

  #count({ text, at }: Token, compare: ComparisonPredicate): Predicate {
    const count = counts.find((name): name is CountPredicate => name === text)
    if (count === undefined)
      throw mistake(this.#text, at, `${JSON.stringify(text)} can't be counted, but ${counts.join(', ')}`)
    this.#next++
    const number = this.#tokens[this.#next++]
    if (number === undefined || !/^\d{1,9}$/.test(number.text))
      throw mistake(this.#text, number?.at ?? this.#text.length + 1, 'a number is wanted')
    return { kind: 'count', count, compare, number: Number(number.text) }
  }

  #takes(word: string): boolean {
    const next = this.#tokens[this.#next]
    const isIt = next !== undefined && isKeyword(next, word)
    if (isIt) this.#next++
    return isIt
  }
}

function termOf({ text, at, is, thing }: Token): Predicate {
  if (thing !== null) return { kind: 'thing', thing: thing as Thing, text }
  const word = text.toLowerCase()
  if (is === 'word' && word in stateWords) return { kind: 'state', word: word as StateWord }
  return { kind: 'text', text: word, at }
}

function joined(kind: 'and' | 'or', of: readonly Predicate[]): Predicate {
  const [only] = of
  return of.length === 1 && only !== undefined ? only : { kind, of }
}

function isKeyword({ text, is, thing }: Token, word: string): boolean {
  return is === 'word' && thing === null && text.toLowerCase() === word
}

function isSign({ text, is }: Token, name: string): boolean {
  return is === 'sign' && text === name
}

function mistake(text: string, at: number, what: string): PredicateError {
  return new PredicateError(`predicate ${JSON.stringify(text)}: at character ${at}: ${what}`)
}

/** The same, or an error at its first term that is of an entry, not of a state. Throws PredicateError. */
export function ofState(predicate: Predicate, text: string): Predicate {
  if (predicate.kind === 'text') {
    const what = `${JSON.stringify(predicate.text)} is asked of an entry, and here the state is asked; see --help`
    throw mistake(text, predicate.at, what)
  }
  if (predicate.kind === 'not') ofState(predicate.of, text)
  if (predicate.kind === 'and' || predicate.kind === 'or') for (const one of predicate.of) ofState(one, text)
  return predicate
}
