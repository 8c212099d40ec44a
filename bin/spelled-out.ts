import { UsageError } from './usage-error.js'

/** Whether an option has a value: never, only when joined to it, or always (joined or the next argument). */
export type Arity = 'none' | 'optional' | 'required'

/** What is needed to spell options out: each long name, without dashes, with its arity, and short letters. */
export interface Spelling {
  readonly arity: ReadonlyMap<string, Arity>
  readonly letters: ReadonlyMap<string, string>
}

/**
 * `argv` as getopt_long(3) reads it, for a parser that knows less: each option with its whole name, and
 * joined to its value by `=` if it can have one. So `-vdbg` becomes `--verbose=dbg`, `--pid` becomes
 * `--pidfile=`, and no argument is taken for the value of an option before it that doesn't need one.
 * What follows `--` stays. Throws UsageError for unknown, ambiguous or wrongly valued options.
 */
export function spelledOut(argv: readonly string[], spelling: Spelling): readonly string[] {
  const result: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? ''
    if (argument === '--') return [...result, ...argv.slice(i)]
    if (!argument.startsWith('-') || argument === '-') {
      result.push(argument)
      continue
    }
    const [name, joined] = split(argument, spelling)
    const isApart = joined === undefined && spelling.arity.get(name) === 'required'
    result.push(option(name, isApart ? next(argument, argv[++i]) : joined, spelling))
  }
  return result
}

/** Whole name and joined value of one option. */
function split(argument: string, spelling: Spelling): readonly [name: string, value: string | undefined] {
  if (!argument.startsWith('--')) {
    const name = spelling.letters.get(argument.charAt(1))
    if (name === undefined) throw new UsageError(`unknown option '${argument}'`)
    return [name, argument.length === 2 ? undefined : argument.slice(2)]
  }
  const [, start = '', , value] = /^--([^=]*)(=(.*))?$/s.exec(argument) ?? []
  return [wholeName(start, spelling), value]
}

function wholeName(start: string, { arity }: Spelling): string {
  if (arity.has(start)) return start
  const names = [...arity.keys()].filter((name) => name.startsWith(start))
  const [name] = names
  if (name === undefined) throw new UsageError(`unknown option '--${start}'`)
  if (names.length > 1) {
    throw new UsageError(`ambiguous option '--${start}': could be --${names.join(' or --')}`)
  }
  return name
}

function next(option: string, argument: string | undefined): string {
  if (argument === undefined || argument.startsWith('-'))
    throw new UsageError(`option '${option}' needs a value`)
  return argument
}

function option(name: string, value: string | undefined, { arity }: Spelling): string {
  if (arity.get(name) === 'required' && value === '') throw new UsageError(`option '--${name}' needs a value`)
  if (arity.get(name) !== 'none') return `--${name}=${value ?? ''}`
  if (value !== undefined) throw new UsageError(`option '--${name}' takes no value`)
  return `--${name}`
}
