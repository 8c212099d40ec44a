import { split } from '../compare/forms/split.js'
import { Unclear } from '../compare/forms/unclear.js'
import type { FlowKey } from '../model/flow.js'
import type { Pseudonyms } from './pseudonyms.js'

/** What a part of a flow becomes; null: nobody knows what it says, so something else has to stand for it. */
type Rule = (names: Pseudonyms, part: string) => string | null

const keptMatch =
  /^((in_port|dl_vlan|dl_vlan_pcp|vlan_tci|dl_type|nw_proto|nw_tos|nw_ttl|tp_src|tp_dst|icmp_type|icmp_code|tun_id|table|priority)=(0x)?[0-9a-f]+(\/0x[0-9a-f]+)?|ip|ipv6|icmp|icmp6|tcp|udp|sctp|tcp6|udp6|sctp6|arp|rarp|mpls|mplsm)$/
const keptAction =
  /^(drop|NORMAL|FLOOD|ALL|LOCAL|IN_PORT|strip_vlan|pop_vlan|output:\d+|resubmit\(\d*,\d*\)|(push_vlan|push_mpls|pop_mpls):0x[0-9a-f]+|mod_vlan_vid:\d+|move:[A-Z0-9_]+\[[\d.]*\]->[A-Z0-9_]+\[[\d.]*\]|bundle\(eth_src,0,hrw,ofport,members:[\d,]+\))$/
const keptExtra =
  /^((idle_timeout|hard_timeout|importance)=\d+|send_flow_rem|check_overlap|reset_counts|no_packet_counts|no_byte_counts)$/
/** What the pipeline itself compares addresses with. */
const keptMasks: ReadonlySet<string> = new Set([
  '01:80:c2:00:00:00/ff:ff:ff:ff:ff:f0',
  '01:00:00:00:00:00/01:00:00:00:00:00',
])
const macField = /^(dl_src|dl_dst|eth_src|eth_dst|arp_sha|arp_tha|nd_sll|nd_tll)$/
const addressField =
  /^(tun_src|tun_dst|tun_ipv6_src|tun_ipv6_dst|nw_src|nw_dst|ipv6_src|ipv6_dst|arp_spa|arp_tpa|nd_target)$/
const number = /^(0x[0-9a-f]+|\d+)$/

/** The key of a flow that no rule of ours makes: what is understood keeps its form, all else is replaced. */
export function otherKeyRedacted(names: Pseudonyms, key: FlowKey): FlowKey {
  const standIn = (hidden: string) => `reg15=0x${names.number(hidden, 8).replace(/^0+(?=.)/, '')}`
  return parts(names, key, matchPart, standIn)
}

export function otherActionsRedacted(names: Pseudonyms, actions: string): string {
  const standIn = (hidden: string) => `note:${names.number(hidden, 12).match(/../g)?.join('.') ?? ''}`
  return parts(names, actions, action, standIn)
}

export function extrasRedacted(names: Pseudonyms, extras: string): string {
  const rule: Rule = (_, part) => (keptExtra.test(part) ? part : null)
  return parts(names, extras, rule, (hidden) => `importance=${parseInt(names.number(hidden, 4), 16)}`)
}

/** Part by part; what no rule knows is joined, and one stand-in comes last. */
function parts(names: Pseudonyms, text: string, rule: Rule, standIn: (hidden: string) => string): string {
  const [known, hidden]: [string[], string[]] = [[], []]
  for (const part of partsIn(text)) {
    const result = part.isWhole ? rule(names, part.text) : null
    if (result === null) hidden.push(part.text)
    else known.push(result)
  }
  return [...known, ...(hidden.length === 0 ? [] : [standIn(hidden.join(','))])].join(',')
}

/** One that is not whole where nobody can tell what the text says. */
function partsIn(text: string): readonly { readonly text: string; readonly isWhole: boolean }[] {
  try {
    return split(text).map((part) => ({ text: part, isWhole: true }))
  } catch (error) {
    if (error instanceof Unclear) return [{ text, isWhole: false }]
    throw error
  }
}

function matchPart(names: Pseudonyms, part: string): string | null {
  if (keptMatch.test(part)) return part
  const at = part.indexOf('=')
  const value = at < 0 ? null : fieldValue(names, part.slice(0, at), part.slice(at + 1))
  return value === null ? null : `${part.slice(0, at)}=${value}`
}

/** In a match, or what an action sets a field to. */
function fieldValue(names: Pseudonyms, field: string, value: string): string | null {
  if (field === 'metadata') return number.test(value) ? names.metadata(value) : null
  if (macField.test(field))
    return keptMasks.has(value) ? value : value.includes('/') ? null : names.mac(value)
  if (addressField.test(field)) return value.includes('/') ? null : names.address(value)
  if (/^(tun_id|in_port|vlan_vid)$/.test(field)) return number.test(value) ? value : null
  return null
}

function action(names: Pseudonyms, part: string): string | null {
  if (keptAction.test(part)) return part
  const [, inner] = /^clone\((.*)\)$/s.exec(part) ?? []
  if (inner !== undefined) return `clone(${otherActionsRedacted(names, inner)})`
  const [, value, field] = /^set_field:(.+)->([a-z0-9_]+)$/s.exec(part) ?? []
  if (value !== undefined && field !== undefined) {
    const set = fieldValue(names, field, value)
    return set === null ? null : `set_field:${set}->${field}`
  }
  return null
}
