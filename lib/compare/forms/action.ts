import type { Assignment } from './assignment.js'
import type { Call } from './split.js'
import { excerptOf, Unclear } from './unclear.js'
import { parseInteger, type PortNumbers } from './value.js'

/** What a list of actions may depend on: the names of ports, and what is known of the frame. */
export interface ActionContext {
  readonly ports: PortNumbers
  /** Whether the frame has a VLAN tag for sure. */
  isTagged: boolean
  /** IP protocol, where the match says it. */
  readonly protocol: bigint | undefined
}

/** An assignment, or another action in our form. */
export type Action = Assignment | string

/** Reads one action. Throws Unclear. */
export type Reader = (call: Call, surroundings: ActionContext) => Action[]

export function argument({ name, rest, inside, after }: Call): string {
  const text = rest ?? inside
  if (text === null || text === '' || after !== '') throw new Unclear(`not ${name} with an argument`)
  return text
}

/** Actions whose arguments are words and numbers only. */
export const plain: Reader = ({ name, rest, inside, after }) => {
  if (after !== '' || !/^[\w.:,=/-]*$/.test(rest ?? inside ?? ''))
    throw new Unclear(`no known form of ${name}`)
  if (inside !== null) return [`${name.toLowerCase()}(${inside})`]
  return [rest === null ? name.toLowerCase() : `${name.toLowerCase()}:${rest}`]
}

export const numberIn: Reader = (call) => {
  const value = parseInteger(argument(call))
  if (value === undefined) throw new Unclear(`not a number: ${excerptOf(argument(call))}`)
  return [`${call.name}:${value}`]
}

export const etherType: Reader = (call) => {
  const value = parseInteger(argument(call))
  if (value === undefined) throw new Unclear(`not a number: ${excerptOf(argument(call))}`)
  return [`${call.name}:0x${value.toString(16).padStart(4, '0')}`]
}

export const word: Reader = ({ name, rest, inside }) => {
  if (rest !== null || (inside ?? '') !== '') throw new Unclear(`${name} with an argument`)
  return [name.toLowerCase()]
}
