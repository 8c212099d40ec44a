import { didYouMean } from '../../lib/words/closest.js'
import { UsageError } from './usage-error.js'

/** What follows an option as its value: nothing, the next word, the next word if there is one, or all words up to the next option. */
export type Arity = 'none' | 'required' | 'optional' | 'any'

/** What is needed to spell options out. */
export interface Spelling {
  /** Each long name, without dashes. */
  readonly arity: ReadonlyMap<string, Arity>
  /** The long name of each short letter. */
  readonly letters: ReadonlyMap<string, string>
  /** Names that an abbreviation means rather than others. */
  readonly preferred: ReadonlySet<string>
}

/** An option as it was given: its whole name, and values; `isApart` says that they were words of their own. */
interface Given {
  readonly name: string
  readonly values: string[]
  readonly isApart: boolean
}

/**
 * `argv` as the predecessor's parser reads it (Python's argparse), for a parser that knows less: first the options, each with
 * its whole name and joined to its value by `=` if it has one, then `--` and the other words. Where argparse finds no word that
 * is left for the name of the switch, it gives up; here the last word that an option took without needing it is the name, so
 * `--pidfile br0` goes on to work. Behind `--help` and `--version` nothing is read. Throws UsageError for unknown, ambiguous
 * or wrongly valued options.
 */
export function spelledOut(argv: readonly string[], spelling: Spelling): readonly string[] {
  const options: Given[] = []
  const words: string[] = []
  let wrong: UsageError | null = null
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? ''
    if (argument === '--') {
      words.push(...argv.slice(i + 1))
      break
    }
    if (isWord(argument, spelling)) {
      words.push(argument)
      continue
    }
    const found = split(argument, spelling)
    if (found instanceof UsageError) {
      wrong ??= found
      continue
    }
    const [name, joined] = found
    const isEnd = name === 'help' || name === 'version'
    if (isEnd && joined === undefined) return [`--${name}`]
    const following = joined === undefined ? wordsFrom(argv, i + 1, spelling) : 0
    const option = given(name, joined, argv.slice(i + 1, i + 1 + following), spelling)
    options.push(option)
    if (option.isApart) i += option.values.length
  }
  if (wrong !== null) throw wrong
  if (words.length === 0) words.push(...leftForName(options, spelling))
  return [...options.flatMap((option) => written(option, spelling)), '--', ...words]
}

/** What argparse takes for a word: no dash before it, a negative number, or a blank within what is no option. */
function isWord(argument: string, { arity, letters }: Spelling): boolean {
  if (!argument.startsWith('-') || argument === '-') return true
  const [, start = ''] = /^--([^=]*)/s.exec(argument) ?? []
  const isOption = argument.startsWith('--')
    ? [...arity.keys()].some((name) => name.startsWith(start))
    : letters.has(argument.charAt(1))
  return !isOption && (/^-\d+$|^-\d*\.\d+$/.test(argument) || argument.includes(' '))
}

function wordsFrom(argv: readonly string[], start: number, spelling: Spelling): number {
  let end = start
  while (end < argv.length && argv[end] !== '--' && isWord(argv[end] ?? '', spelling)) end++
  return end - start
}

/** Whole name and joined value of one option. */
function split(
  argument: string,
  spelling: Spelling,
): readonly [name: string, value: string | undefined] | UsageError {
  if (argument.startsWith('--')) {
    const [, start = '', , value] = /^--([^=]*)(=(.*))?$/s.exec(argument) ?? []
    const name = wholeName(start, spelling)
    return name instanceof UsageError ? name : [name, value]
  }
  const name = spelling.letters.get(argument.charAt(1))
  if (name === undefined) return unknown(argument, argument.replace(/^-/, '--'), spelling)
  // letters behind one that takes no value are options of their own: the first one that ends the reading is enough
  if (spelling.arity.get(name) === 'none' && (name === 'help' || name === 'version')) return [name, undefined]
  const rest = argument.slice(2)
  // argparse takes `=` for the joint, getopt_long(3) for a part of the value
  const value = spelling.arity.get(name) === 'any' ? rest.replace(/^=/, '') : rest
  return [name, argument.length === 2 ? undefined : value]
}

function wholeName(start: string, spelling: Spelling): string | UsageError {
  const { arity, preferred } = spelling
  if (arity.has(start)) return start
  const all = [...arity.keys()].filter((name) => name.startsWith(start))
  const first = all.filter((name) => preferred.has(name))
  const names = first.length > 0 ? first : all
  const [name] = names
  if (name === undefined) return unknown(`--${start}`, `--${start}`, spelling)
  if (names.length > 1)
    throw new UsageError(`ambiguous option '--${start}': could be --${names.join(' or --')}`)
  return name
}

function unknown(argument: string, like: string, { arity }: Spelling): UsageError {
  const names = [...arity.keys()].map((name) => `--${name}`)
  return new UsageError(`unknown option '${argument}'${didYouMean(like, names)}`)
}

function given(
  name: string,
  joined: string | undefined,
  following: readonly string[],
  { arity }: Spelling,
): Given {
  const takes = arity.get(name) ?? 'none'
  if (takes === 'none') {
    if (joined !== undefined) throw new UsageError(`option '--${name}' takes no value`)
    return { name, values: [], isApart: false }
  }
  const values = joined !== undefined ? [joined] : following.slice(0, takes === 'any' ? Infinity : 1)
  if (takes === 'required' && !values[0]) throw new UsageError(`option '--${name}' needs a value`)
  return { name, values, isApart: joined === undefined }
}

/** The last word that an option took and can do without, taken from it. */
function leftForName(options: readonly Given[], { arity }: Spelling): readonly string[] {
  const last = options.findLast(
    ({ name, values, isApart }) => isApart && arity.get(name) !== 'required' && values.length > 0,
  )
  const word = last?.values.pop()
  return word === undefined ? [] : [word]
}

/** Of one that takes many, none is the empty one. */
function written({ name, values }: Given, { arity }: Spelling): readonly string[] {
  if (values.length > 0) return values.map((value) => `--${name}=${value}`)
  return arity.get(name) === 'any' ? [`--${name}=`] : [`--${name}`]
}
