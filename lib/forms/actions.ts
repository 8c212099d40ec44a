import {
  type Assignment,
  assignment,
  merged,
  parseLoad,
  parseSetField,
  printAssignment,
  printMove,
} from './assignment.js'
import { fieldNamed } from './field.js'
import { printLearn } from './learn.js'
import { type Call, parseCall, split } from './split.js'
import { parseSubfield, printSubfield } from './subfield.js'
import { excerpt, Unclear } from './unclear.js'
import { parseMasked, parsePort, parseInteger, type PortNumbers, printPort, allOnes } from './value.js'

/** What a list of actions may depend on: the names of ports, and what is known of the frame. */
export interface Surroundings {
  readonly ports: PortNumbers
  /** Whether the frame has a VLAN tag for sure. */
  isTagged: boolean
  /** IP protocol, where the match says it. */
  readonly protocol: bigint | undefined
}

/** An assignment, or another action in our form. */
type Action = Assignment | string

/** A list of actions in our form; `drop` for none. Throws Unclear. */
export function normalActions(text: string, surroundings: Surroundings): string {
  const list = normalList(text, surroundings)
  return list === '' ? 'drop' : list
}

function normalList(text: string, surroundings: Surroundings): string {
  const actions: Action[] = []
  for (const part of split(text, ', '))
    for (const action of read(part, surroundings)) {
      const last = actions.at(-1)
      const both = isAssignment(last) && isAssignment(action) ? merged(last, action) : undefined
      if (both === undefined) actions.push(action)
      else actions[actions.length - 1] = both
    }
  return actions.flatMap((action) => (isAssignment(action) ? printAssignment(action) : [action])).join(',')
}

function isAssignment(action: Action | undefined): action is Assignment {
  return typeof action === 'object'
}

function read(text: string, surroundings: Surroundings): Action[] {
  const port = parsePort(text, surroundings.ports)
  if (port !== undefined) return [printOutput(port)]
  const call = parseCall(text)
  const reader = readers.get(call.name.toLowerCase())
  if (reader === undefined) throw new Unclear(`no such action: ${excerpt(text)}`)
  return reader(call, surroundings)
}

type Reader = (call: Call, surroundings: Surroundings) => Action[]

function argument({ name, rest, inside, after }: Call): string {
  const text = rest ?? inside
  if (text === null || text === '' || after !== '') throw new Unclear(`not ${name} with an argument`)
  return text
}

/** Sets a whole field to the argument. */
const set =
  (name: string): Reader =>
  (call, { ports }) => {
    const field = fieldNamed(name)
    if (field === undefined) throw new Unclear(`no such field: ${name}`)
    return [assignment(field, parseMasked(argument(call), field.format, field.bits, ports))]
  }

/** The same where a frame without a tag gets one first; with OpenFlow 1.0 there is no other way to give one. */
const tagAndSet =
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

const setTransport =
  (end: 'src' | 'dst'): Reader =>
  (call, surroundings) => {
    const protocol = transport.get(surroundings.protocol ?? 0n)
    return protocol === undefined ? plain(call, surroundings) : set(`${protocol}_${end}`)(call, surroundings)
  }

/** Actions whose arguments are words and numbers only. */
const plain: Reader = ({ name, rest, inside, after }) => {
  if (after !== '' || !/^[\w.:,=-]*$/.test(rest ?? inside ?? ''))
    throw new Unclear(`no known form of ${name}`)
  if (inside !== null) return [`${name.toLowerCase()}(${inside})`]
  return [rest === null ? name.toLowerCase() : `${name.toLowerCase()}:${rest}`]
}

const number: Reader = (call) => {
  const value = parseInteger(argument(call))
  if (value === undefined) throw new Unclear(`not a number: ${excerpt(argument(call))}`)
  return [`${call.name}:${value}`]
}

const etherType: Reader = (call) => {
  const value = parseInteger(argument(call))
  if (value === undefined) throw new Unclear(`not a number: ${excerpt(argument(call))}`)
  return [`${call.name}:0x${value.toString(16).padStart(4, '0')}`]
}

const word: Reader = ({ name, rest, inside }) => {
  if (rest !== null || (inside ?? '') !== '') throw new Unclear(`${name} with an argument`)
  return [name.toLowerCase()]
}

const nested: Reader = ({ name, inside, after }, surroundings) => {
  if (inside === null || after !== '') throw new Unclear(`no known form of ${name}`)
  return [`${name}(${normalList(inside, { ...surroundings })})`]
}

const output: Reader = (call, { ports }) => {
  const { rest, inside } = call
  const [, port, length] = /^port=(.+),max_len=(\d+)$/.exec(inside ?? '') ?? []
  if (port !== undefined) return [`output(port=${printPort(portOf(port, ports))},max_len=${length})`]
  const text = rest ?? inside ?? ''
  const number = parsePort(text, ports)
  return [number === undefined ? `output:${printSubfield(parseSubfield(text))}` : printOutput(number)]
}

function printOutput(port: bigint): string {
  if (port === 0xfffdn) return 'CONTROLLER:65535'
  const text = printPort(port)
  return /^\d/.test(text) ? `output:${text}` : text
}

function portOf(text: string, ports: PortNumbers): bigint {
  const port = parsePort(text, ports)
  if (port === undefined) throw new Unclear(`no such port: ${excerpt(text)}`)
  return port
}

/** `resubmit:PORT`, `resubmit(PORT)`, `resubmit([PORT],[TABLE][,ct])`. */
const resubmit: Reader = ({ rest, inside, after }, { ports }) => {
  const [port = '', table = '', ct = '', ...more] = (rest ?? inside ?? '').split(',')
  const isKnown = after === '' && more.length === 0 && /^\d*$/.test(table) && /^(ct)?$/.test(ct)
  if (!isKnown || port + table === '') throw new Unclear('no known form of resubmit')
  const number = port === '' ? 0xfff8n : portOf(port, ports)
  const from = number === 0xfff8n ? '' : printPort(number)
  if (table === '' || table === '255')
    return [ct === '' ? `resubmit:${from === '' ? 'IN_PORT' : from}` : `resubmit(${from},,ct)`]
  return [`resubmit(${from},${Number(table)}${ct === '' ? '' : ',ct'})`]
}

/** `bundle(FIELDS,BASIS,ALGORITHM,ofport,members:PORT,…)`; members were slaves before 2.16. */
const bundle: Reader = ({ name, inside, after }, { ports }) => {
  const [, head, to = '', list = ''] =
    /^(\w+, ?\d+, ?\w+, ?ofport)(?:, ?([\w[\].]+))?, ?(?:members|slaves):(.*)$/.exec(inside ?? '') ?? []
  if (head === undefined || after !== '') throw new Unclear(`no known form of ${name}`)
  const members = split(list, ', ').map((port) => printPort(portOf(port, ports)))
  const into = to === '' ? '' : `,${printSubfield(parseSubfield(to))}`
  return [`${name}(${head.replaceAll(' ', '')}${into},members:${members.join(',')})`]
}

/** `enqueue:PORT:QUEUE` and `enqueue(PORT,QUEUE)` of OpenFlow 1.0. */
const enqueue: Reader = (call, { ports }) => {
  const [, port, queue] = /^(.+)[:,](\d+)$/.exec(argument(call)) ?? []
  if (port === undefined) throw new Unclear('no known form of enqueue')
  return [`set_queue:${queue}`, printOutput(portOf(port, ports)), 'pop_queue']
}

const ct: Reader = ({ inside, after }, surroundings) => {
  if (after !== '') throw new Unclear('no known form of ct')
  const parts = split(inside ?? '').map((part) => {
    const [, within] = /^exec\((.*)\)$/s.exec(part) ?? []
    if (within !== undefined) return `exec(${normalList(within, { ...surroundings })})`
    const [, zone] = /^zone=([A-Za-z]\w*\[.*\])$/.exec(part) ?? []
    if (zone !== undefined) return `zone=${printSubfield(parseSubfield(zone))}`
    if (!/^[\w.,:;=()[\]-]+$/.test(part)) throw new Unclear(`no known form of ct: ${excerpt(part)}`)
    return part
  })
  return [`ct${inside === null ? '' : `(${parts.join(',')})`}`]
}

const controller: Reader = ({ rest, inside, after }) => {
  if (after !== '' || !/^[\w.,=]*$/.test(inside ?? rest ?? ''))
    throw new Unclear('no known form of controller')
  return [inside === null ? `CONTROLLER:${rest ?? 65535}` : `controller(${inside})`]
}

const load: Reader = (call, surroundings) => {
  const text = argument(call)
  const found = parseLoad(text)
  if (found === undefined) throw new Unclear(`not a number: ${excerpt(text)}`)
  return vlanKnown(found, surroundings)
}

function vlanKnown(found: Assignment, surroundings: Surroundings): Action[] {
  if (found.field.name === 'vlan_tci') surroundings.isTagged = (found.value & 0x1000n) !== 0n
  return [found]
}

const readers = new Map<string, Reader>([
  ['drop', word],
  ['output', output],
  ['enqueue', enqueue],
  ['controller', controller],
  ['resubmit', resubmit],
  [
    'goto_table',
    (call, surroundings) => resubmit({ ...call, rest: null, inside: `,${argument(call)}` }, surroundings),
  ],
  ['load', load],
  [
    'set_field',
    (call, surroundings) => vlanKnown(parseSetField(argument(call), surroundings.ports), surroundings),
  ],
  ['write_metadata', (call, { ports }) => [parseSetField(`${argument(call)}->metadata`, ports)]],
  ['move', (call) => [`move:${printMove(argument(call))}`]],
  ['push', (call) => [`push:${printSubfield(parseSubfield(argument(call)))}`]],
  ['pop', (call) => [`pop:${printSubfield(parseSubfield(argument(call)))}`]],
  ['mod_dl_src', set('eth_src')],
  ['mod_dl_dst', set('eth_dst')],
  ['mod_nw_src', set('ip_src')],
  ['mod_nw_dst', set('ip_dst')],
  ['mod_nw_ecn', set('nw_ecn')],
  ['mod_nw_ttl', set('nw_ttl')],
  ['mod_nw_tos', (call, around) => [dscp(argument(call), around)]],
  ['mod_tp_src', setTransport('src')],
  ['mod_tp_dst', setTransport('dst')],
  ['mod_vlan_vid', tagAndSet('vlan_vid')],
  ['mod_vlan_pcp', tagAndSet('vlan_pcp')],
  ['set_vlan_vid', set('vlan_vid')],
  ['set_vlan_pcp', set('vlan_pcp')],
  ['set_tunnel', set('tun_id')],
  ['set_tunnel64', set('tun_id')],
  ['set_mpls_label', set('mpls_label')],
  ['set_mpls_tc', set('mpls_tc')],
  ['set_mpls_ttl', set('mpls_ttl')],
  ['strip_vlan', popVlan],
  ['pop_vlan', popVlan],
  ['push_vlan', (call, around) => tagged(etherType(call, around), around)],
  ['push_mpls', etherType],
  ['pop_mpls', etherType],
  ['set_queue', number],
  ['group', number],
  ['meter', number],
  ['clone', nested],
  ['write_actions', nested],
  ['apply_actions', ({ inside }, around) => [normalList(inside ?? '', around)].filter((list) => list !== '')],
  ['learn', ({ inside }, { ports }) => [`learn(${printLearn(inside ?? '', ports)})`]],
  ['bundle', bundle],
  ['bundle_load', bundle],
  ['ct', ct],
  ...[
    'pop_queue',
    'exit',
    'ct_clear',
    'dec_ttl',
    'dec_mpls_ttl',
    'dec_nsh_ttl',
    'clear_actions',
    'decap',
  ].map((name): [string, Reader] => [name, plain]),
  ...['note', 'conjunction', 'fin_timeout', 'sample', 'multipath', 'encap', 'delete_field'].map(
    (name): [string, Reader] => [name, plain],
  ),
])

function popVlan(call: Call, surroundings: Surroundings): Action[] {
  word(call, surroundings)
  surroundings.isTagged = false
  return ['pop_vlan']
}

function tagged(actions: Action[], surroundings: Surroundings): Action[] {
  surroundings.isTagged = true
  return actions
}

function dscp(text: string, { ports }: Surroundings): Assignment {
  const field = fieldNamed('ip_dscp')
  const { value } = parseMasked(text, 'decimal', 8, ports)
  if (field === undefined) throw new Unclear('no ip_dscp')
  return { field, value: value >> 2n, mask: allOnes(6) }
}
