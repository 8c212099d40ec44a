import {
  type Action,
  argument,
  etherType,
  numberIn,
  plain,
  type Reader,
  type ActionContext,
  word,
} from './action.js'
import { type Assignment, merged, parseSetField, printAssignment, printMove } from './assignment.js'
import { printLearn } from './learn.js'
import { bundle, controller, enqueue, output, printOutput, resubmit } from './output-actions.js'
import { load, popVlan, pushVlan, set, setDscp, setTransport, tagAndSet, vlanKnown } from './set-actions.js'
import { parseCall, split } from './split.js'
import { parseSubfield, printSubfield } from './subfield.js'
import { excerptOf, Unclear } from './unclear.js'
import { parsePort } from './value.js'

/** A list of actions in our form; `drop` for none. Throws Unclear. */
export function normalActions(text: string, surroundings: ActionContext): string {
  const list = normalList(text, surroundings)
  return list === '' ? 'drop' : list
}

function normalList(text: string, surroundings: ActionContext): string {
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

function read(text: string, surroundings: ActionContext): Action[] {
  const port = parsePort(text, surroundings.ports)
  if (port !== undefined) return [printOutput(port)]
  const call = parseCall(text)
  const reader = readers.get(call.name.toLowerCase())
  if (reader === undefined) throw new Unclear(`no such action: ${excerptOf(text)}`)
  return reader(call, surroundings)
}

const nested: Reader = ({ name, inside, after }, surroundings) => {
  if (inside === null || after !== '') throw new Unclear(`no known form of ${name}`)
  return [`${name}(${normalList(inside, { ...surroundings })})`]
}

const ct: Reader = ({ inside, after }, surroundings) => {
  if (after !== '') throw new Unclear('no known form of ct')
  const parts = split(inside ?? '').map((part) => {
    const [, within] = /^exec\((.*)\)$/s.exec(part) ?? []
    if (within !== undefined) return `exec(${normalList(within, { ...surroundings })})`
    const [, zone] = /^zone=([A-Za-z]\w*\[.*\])$/.exec(part) ?? []
    if (zone !== undefined) return `zone=${printSubfield(parseSubfield(zone))}`
    if (!/^[\w.,:;=()[\]-]+$/.test(part)) throw new Unclear(`no known form of ct: ${excerptOf(part)}`)
    return part
  })
  return [`ct${inside === null ? '' : `(${parts.join(',')})`}`]
}

/** ovs-actions(7): the header that is put on; of NSH metadata of type 1, which is what is meant where none is said. */
const encap: Reader = (call) => {
  const header = argument(call)
  const [known, type = '1'] = /^(?:nsh(?:\((?:md_type=([12]))?\))?|ethernet|mpls|mpls_mc)$/.exec(header) ?? []
  if (known === undefined) throw new Unclear(`no known form of encap: ${excerptOf(header)}`)
  return [`encap(${known.startsWith('nsh') ? `nsh(md_type=${type})` : known})`]
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
  ['mod_nw_tos', setDscp],
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
  ['push_vlan', pushVlan],
  ['push_mpls', etherType],
  ['pop_mpls', etherType],
  ['set_queue', numberIn],
  ['group', numberIn],
  ['meter', numberIn],
  ['clone', nested],
  ['write_actions', nested],
  ['apply_actions', ({ inside }, around) => [normalList(inside ?? '', around)].filter((list) => list !== '')],
  ['learn', ({ inside }, { ports }) => [`learn(${printLearn(inside ?? '', ports)})`]],
  ['bundle', bundle],
  ['bundle_load', bundle],
  ['ct', ct],
  ['encap', encap],
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
  ...['note', 'conjunction', 'fin_timeout', 'sample', 'multipath', 'delete_field'].map(
    (name): [string, Reader] => [name, plain],
  ),
])
