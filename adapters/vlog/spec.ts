import { didYouMean } from '../../lib/words/closest.js'
import { facilityNamed } from './facility.js'
import { destinationNamed, levelNamed, type Destination, type Level } from './level.js'

/** What one argument of `-v` or `vlog/set` asks for; a missing module or destination means all of them. */
export type Spec =
  | {
      readonly kind: 'level'
      readonly module: string | undefined
      readonly destination: Destination | undefined
      readonly level: Level
    }
  | { readonly kind: 'pattern'; readonly destination: Destination; readonly pattern: string }
  | { readonly kind: 'facility'; readonly facility: number }

/** What is wrong with a spec, in the words of OVS. */
export class SpecError extends Error {
  override readonly name = 'SpecError'
}

/** The meaning of `text` by ovs-appctl(8), where `modules` are known. Throws SpecError. */
export function parseSpec(text: string, modules: ReadonlySet<string>): Spec {
  const [, keyword = '', rest = ''] = /^(pattern|facility):(.*)$/is.exec(text) ?? []
  if (keyword.toLowerCase() === 'pattern') return patternSpec(rest)
  if (keyword.toLowerCase() === 'facility') return facilitySpec(rest)
  return levelSpec(text, modules)
}

function patternSpec(text: string): Spec {
  const [, word = '', pattern = ''] = /^([^:]*):?(.*)$/s.exec(text) ?? []
  const destination = destinationNamed(word)
  if (destination === undefined) throw new SpecError(`unknown destination "${word}"`)
  if (pattern === '') throw new SpecError('missing pattern')
  return { kind: 'pattern', destination, pattern }
}

function facilitySpec(word: string): Spec {
  const facility = facilityNamed(word)
  if (facility === undefined) throw new SpecError('invalid facility')
  return { kind: 'facility', facility }
}

function levelSpec(text: string, modules: ReadonlySet<string>): Spec {
  let module: string | undefined
  let destination: Destination | undefined
  let level: Level | undefined
  for (const word of text.toLowerCase().split(/[\s,:]+/)) {
    if (word === '' || word === 'any') continue
    if (levelNamed(word) !== undefined) level = once(level, levelNamed(word), 'levels')
    else if (destinationNamed(word) !== undefined) {
      destination = once(destination, destinationNamed(word), 'destinations')
    } else if (modules.has(word)) module = once(module, word, 'modules')
    else throw new SpecError(`no destination, level, or module "${word}"${suggested(word, modules)}`)
  }
  return { kind: 'level', module, destination, level: level ?? 'dbg' }
}

function suggested(word: string, modules: ReadonlySet<string>): string {
  return didYouMean(word, [
    'off',
    'emer',
    'err',
    'warn',
    'info',
    'dbg',
    'console',
    'syslog',
    'file',
    ...modules,
  ])
}

function once<T>(before: T | undefined, value: T, what: string): T {
  if (before !== undefined) throw new SpecError(`cannot specify multiple ${what}`)
  return value
}
