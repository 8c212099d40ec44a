/** What is asked of an entry and of the state that it leads to. */
export type Predicate =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Predicate[] }
  | { readonly kind: 'not'; readonly of: Predicate }
  /** The entry's line, or its event as JSON, has this text in it, in either case. */
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'state'; readonly word: StateWord }
  | { readonly kind: 'thing'; readonly thing: Thing; readonly text: string }
  | {
      readonly kind: 'count'
      readonly count: CountPredicate
      readonly compare: ComparisonPredicate
      readonly number: number
    }

/** A predicate that can't be read, or not be asked here; the message names the place in its text, from 1. */
export class PredicateError extends Error {
  override readonly name = 'PredicateError'
}

export const stateWords = {
  'in-sync': 'everything is known, and nothing is to do',
  problem: 'there is a row that can not be realised',
  fault: 'there is one that raises a fault',
  quarantined: 'the switch refuses something',
  drifted: 'others have changed flows of ours',
} as const
export type StateWord = keyof typeof stateWords

export const things = {
  flow: 'a flow of ours in the switch, as `flows` prints it, with TEXT in it',
  desired: 'one that the databases ask for',
  row: 'a row of either database, as `state --tables` prints it',
  mac: 'a MAC, learned or remote; mac:MAC@WHERE at this VTEP or port',
  port: 'a port of the switch of that name',
  switch: 'a logical switch of that name',
  tunnel: 'a tunnel to that end point',
  problem: 'a problem with TEXT in its row or reason',
  fault: 'a fault of that name',
} as const
export type Thing = keyof typeof things

export const counts = [
  'flows',
  'desired',
  'foreign',
  'macs',
  'learned',
  'ports',
  'switches',
  'tunnels',
  'problems',
  'quarantined',
] as const
export type CountPredicate = (typeof counts)[number]

export const comparisons = ['>=', '<=', '!=', '=', '>', '<'] as const
export type ComparisonPredicate = (typeof comparisons)[number]

/** The language, for help texts. */
export const predicateHelp = [
  'Predicates are terms, joined by blanks or `and`, by `or`, turned round by `!` or `not`, grouped by ( ):',
  ...Object.entries(stateWords).map(([word, means]) => `  ${word.padEnd(14)} ${means}`),
  ...Object.entries(things).map(([thing, means]) => `  ${`${thing}:TEXT`.padEnd(14)} ${means}`),
  `  COUNT > 100    >, <, >=, <=, =, != of ${counts.join(', ')}`,
  '  any other word, or "words in quotes": the entry has it in its line or JSON',
  'TEXT with blanks or brackets in it stands in quotes: flow:"table=20,priority=100".',
].join('\n')
