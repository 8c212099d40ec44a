import { excerptOf, Unclear } from './unclear.js'

/** The parts between commas (or blanks too) that stand outside of brackets and quotes, none empty. Throws Unclear. */
export function split(text: string, separators = ','): string[] {
  const parts: string[] = []
  let [start, depth] = [0, 0]
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i)
    if (letter === '"') i = endOfQuote(text, i)
    else if (letter === '(') depth++
    else if (letter === ')') depth--
    else if (depth === 0 && separators.includes(letter)) {
      parts.push(text.slice(start, i))
      start = i + 1
    }
    if (depth < 0) throw new Unclear(`a bracket too many: ${excerptOf(text)}`)
  }
  if (depth > 0) throw new Unclear(`a bracket not closed: ${excerptOf(text)}`)
  parts.push(text.slice(start))
  return parts.filter((part) => part !== '')
}

function endOfQuote(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '"') return i
  }
  throw new Unclear(`a quote not closed: ${excerptOf(text.slice(start))}`)
}

/** `NAME`, `NAME:REST` or `NAME(INSIDE)`. */
export interface Call {
  readonly name: string
  /** What follows a colon; null: nothing does. */
  readonly rest: string | null
  /** What stands in brackets; null: nothing does. */
  readonly inside: string | null
  /** What follows the brackets, `->FIELD` say. */
  readonly after: string
}

/** Throws Unclear. */
export function parseCall(text: string): Call {
  const [, name = '', rest] = /^([\w-]*)([\s\S]*)$/.exec(text) ?? []
  if (name === '' || rest === undefined) throw new Unclear(`not an action: ${excerptOf(text)}`)
  if (rest === '') return { name, rest: null, inside: null, after: '' }
  if (rest.startsWith(':')) return { name, rest: rest.slice(1), inside: null, after: '' }
  const end = rest.lastIndexOf(')')
  if (!rest.startsWith('(') || end < 0) throw new Unclear(`not an action: ${excerptOf(text)}`)
  return { name, rest: null, inside: rest.slice(1, end), after: rest.slice(end + 1) }
}
