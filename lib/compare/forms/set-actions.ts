import { type Action, argument, etherType, plain, type Reader, type ActionContext, word } from './action.js'
import { type Assignment, assignment, parseLoad } from './assignment.js'
import { fieldNamed } from './field.js'
import { excerptOf, Unclear } from './unclear.js'
import { allOnes, parseMasked } from './value.js'

/** Sets a whole field to the argument. */
export const set =
  (name: string): Reader =>
  (call, { ports }) => {
    const field = fieldNamed(name)
    if (field === undefined) throw new Unclear(`no such field: ${name}`)
    return [assignment(field, parseMasked(argument(call), field.format, field.bits, ports))]
  }

/** The same where a frame without a tag gets one first; with OpenFlow 1.0 there is no other way to give one. */
export const tagAndSet =
  (name: string): Reader =>
  (call, surroundings) => {
    const push = surroundings.isTagged ? [] : ['push_vlan:0x8100']
    surroundings.isTagged = true
    return [...push, ...set(name)(call, surroundings)]
  }

const transport = new Map([
  [6n, 'tcp'],
  [17n, 'udp'],
  [132n, 'sctp'],
])

export const setTransport =
  (end: 'src' | 'dst'): Reader =>
  (call, surroundings) => {
    const protocol = transport.get(surroundings.protocol ?? 0n)
    return protocol === undefined ? plain(call, surroundings) : set(`${protocol}_${end}`)(call, surroundings)
  }

export const load: Reader = (call, surroundings) => {
  const text = argument(call)
  const found = parseLoad(text)
  if (found === undefined) throw new Unclear(`not a number: ${excerptOf(text)}`)
  return vlanKnown(found, surroundings)
}

export function vlanKnown(found: Assignment, surroundings: ActionContext): Action[] {
  if (found.field.name === 'vlan_tci') surroundings.isTagged = (found.value & 0x1000n) !== 0n
  return [found]
}

export const popVlan: Reader = (call, surroundings) => {
  word(call, surroundings)
  surroundings.isTagged = false
  return ['pop_vlan']
}

export const pushVlan: Reader = (call, surroundings) => {
  surroundings.isTagged = true
  return etherType(call, surroundings)
}

/** The upper 6 bits of the type of service; the others are not set. */
export const setDscp: Reader = (call, { ports }) => {
  const field = fieldNamed('ip_dscp')
  const { value } = parseMasked(argument(call), 'decimal', 8, ports)
  if (field === undefined) throw new Unclear('no ip_dscp')
  return [{ field, value: value >> 2n, mask: allOnes(6) }]
}
