import { didYouMean } from '../../words/closest.js'
import { type Finding, findingKinds, subjects } from './finding.js'

/** A filter of findings that is none; the message says what is wrong with it. */
export class FilterError extends Error {
  override readonly name = 'FilterError'
}

/** How filters are written, for help texts. */
export const filterForms =
  'switch=NAME, port=NAME, tunnel=IP, table=N, kind=missing|extra|different|foreign, subject=flow|port|bridge|row; * stands for anything'

const keys = ['switch', 'port', 'tunnel', 'table', 'kind', 'subject']

type Test = (finding: Finding) => boolean

/** The findings that `only` asks for, each of its keys by one of its values at least, without those of `ignore`. Throws FilterError. */
export function filtered(
  findings: readonly Finding[],
  only: readonly string[],
  ignore: readonly string[],
): readonly Finding[] {
  const wanted = new Map<string, Test[]>()
  for (const text of only) {
    const [key, test] = parsed(text)
    wanted.set(key, [...(wanted.get(key) ?? []), test])
  }
  const unwanted = ignore.map((text) => parsed(text)[1])
  return findings.filter(
    (finding) =>
      [...wanted.values()].every((tests) => tests.some((test) => test(finding))) &&
      !unwanted.some((test) => test(finding)),
  )
}

function parsed(text: string): readonly [key: string, test: Test] {
  const [, key = '', pattern = ''] = /^(\w+)=(.+)$/s.exec(text) ?? []
  const values = pattern.split(',')
  const test = (value: string | null): boolean => value !== null && values.some((one) => isLike(value, one))
  const known = (all: readonly string[]): void => {
    const unknown = values.find((one) => !one.includes('*') && !all.includes(one))
    if (unknown !== undefined)
      throw new FilterError(
        `${JSON.stringify(text)}: ${key} is one of ${all.join(', ')}${didYouMean(unknown, all)}`,
      )
  }
  switch (key) {
    case 'switch':
      return [key, ({ logicalSwitch }) => test(logicalSwitch)]
    case 'port':
      return [key, ({ port, subject, key: name }) => test(port) || (subject === 'port' && test(name))]
    case 'tunnel':
      return [key, ({ tunnel }) => test(tunnel)]
    case 'table':
      return [key, ({ table }) => test(table === null ? null : String(table))]
    case 'kind':
      known(findingKinds)
      return [key, ({ kind }) => test(kind)]
    case 'subject':
      known(subjects)
      return [key, ({ subject }) => test(subject)]
    default:
      throw new FilterError(`${JSON.stringify(text)} is none of ${filterForms}${didYouMean(key, keys)}`)
  }
}

function isLike(value: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(value)
}
