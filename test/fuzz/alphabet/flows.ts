import { isIPv4, isIPv6 } from 'node:net'
import { aclMatch, address } from './acl.js'
import {
  type Check,
  type Complaint,
  decimal,
  excerpt,
  first,
  form,
  hex,
  mac,
  ofport,
  table,
  vlan,
} from './words.js'

const cookie = form(/^0x[1-9a-f][0-9a-f]{0,15}$|^0x0$/)

const matches: Readonly<Record<string, Check>> = {
  in_port: ofport,
  dl_vlan: vlan,
  vlan_tci: form(/^0x[01]000\/0x1000$/),
  dl_type: form(/^0x8100$|^0x88a8$/),
  metadata: hex(16),
  reg0: hex(8),
  reg1: hex(8),
  reg3: hex(8),
  reg4: hex(8),
  reg5: form(/^0$/),
  reg6: form(/^0(x1)?$/),
  reg7: form(/^0(x1)?$/),
  reg8: form(/^0(x1)?$/),
  dl_src: form(/^(00:00:00:00:00:00|01:00:00:00:00:00\/01:00:00:00:00:00)$/),
  reg11: form(/^0$/),
  dl_dst: form(
    /^([0-9a-f]{2}(:[0-9a-f]{2}){5}|01:80:c2:00:00:00\/ff:ff:ff:ff:ff:f0|33:33:ff:00:00:00\/ff:ff:ff:00:00:00)$/,
  ),
  arp_op: form(/^1$/),
  reg12: hex(8),
  reg13: hex(8),
  reg14: hex(8),
  reg15: hex(8),
  arp_spa: isIPv4,
  arp_tpa: isIPv4,
  ipv6_src: form(/^::$/),
  nw_ttl: form(/^255$/),
  icmp_type: form(/^13[56]$/),
  icmp_code: form(/^0$/),
  nd_target: isIPv6,
  nd_sll: form(/^00:00:00:00:00:00$/),
  tun_id: hex(6),
  tun_src: isIPv4,
  tun_ipv6_src: isIPv6,
}

/** In the tables of routers. */
const ofPackets: Readonly<Record<string, Check>> = {
  ...matches,
  nw_src: address(isIPv4),
  nw_dst: address(isIPv4),
  ipv6_src: address(isIPv6),
  ipv6_dst: address(isIPv6),
  nw_ttl: form(/^[01]$/),
  nw_frag: form(/^no$/),
  icmp_type: form(/^(8|128|13[56])$/),
}

const settable: Readonly<Record<string, Check>> = {
  metadata: hex(16),
  reg0: hex(8),
  reg1: hex(8),
  reg3: hex(8),
  reg4: hex(8),
  reg5: form(/^0x1$/),
  reg7: form(/^0x[12]$/),
  reg8: form(/^0x[12]$/),
  reg9: hex(8),
  reg10: hex(8),
  reg11: form(/^0$/),
  reg12: hex(8),
  reg13: form(/^0x1$/),
  xxreg3: hex(32),
  eth_src: mac,
  eth_dst: mac,
  nw_ttl: form(/^64$/),
  icmp_type: form(/^0$/),
  ipv6_dst: form(/^ff02::1$/),
  arp_op: form(/^2$/),
  icmpv6_type: form(/^(129|136)$/),
  nd_options_type: form(/^2$/),
  nd_reserved: form(/^(1610612736|2684354560|3758096384)$/),
  tun_id: hex(6),
  tun_dst: isIPv4,
  tun_ipv6_dst: isIPv6,
  vlan_vid: decimal(0x1fff),
  in_port: form(/^0$/),
}

const fixedActions = new Set([
  'drop',
  'pop_vlan',
  'push_vlan:0x8100',
  'push_mpls:0x8847',
  'pop_mpls:0x88b5',
  'move:OXM_OF_VLAN_PCP[]->NXM_NX_REG2[0..2]',
  'move:NXM_NX_REG2[0..2]->OXM_OF_VLAN_PCP[]',
  'push:NXM_OF_ETH_DST[]',
  'move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]',
  'pop:NXM_OF_ETH_DST[]',
  ...['NXM_OF_ARP_TPA', 'NXM_NX_IPV6_DST'].flatMap((field) => [`push:${field}[]`, `pop:${field}[]`]),
  'pop:NXM_OF_ARP_SPA[]',
  'move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[]',
  'move:NXM_NX_IPV6_SRC[]->NXM_NX_IPV6_DST[]',
  'move:NXM_NX_ND_TARGET[]->NXM_NX_IPV6_DST[]',
  'move:NXM_NX_ND_TARGET[]->NXM_NX_IPV6_SRC[]',
  'move:NXM_NX_ARP_SHA[]->NXM_OF_ETH_DST[]',
  'move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[]',
  'move:NXM_OF_ETH_SRC[]->NXM_NX_ARP_SHA[]',
  'move:NXM_NX_ND_SLL[]->NXM_OF_ETH_DST[]',
  'move:NXM_OF_ETH_SRC[]->NXM_NX_ND_TLL[]',
  'move:NXM_NX_REG0[]->NXM_NX_REG1[]',
  ...['NXM_OF_IP', 'NXM_NX_IPV6'].flatMap((field) => [
    `push:${field}_SRC[]`,
    `move:${field}_DST[]->${field}_SRC[]`,
    `pop:${field}_DST[]`,
  ]),
  'move:NXM_OF_IP_DST[]->NXM_NX_REG12[]',
  'move:NXM_NX_IPV6_DST[]->NXM_NX_XXREG3[]',
  ...[4, 6].map((version) => `move:NXM_NX_TUN_IPV${version}_SRC[]->NXM_NX_TUN_IPV${version}_DST[]`),
  'dec_ttl',
  'IN_PORT',
])

/** What ARP or neighbour discovery says. */
const said = [
  'OXM_OF_METADATA[],eth_type=0x806,NXM_OF_ARP_TPA[]=NXM_OF_ARP_SPA[],load:NXM_NX_ARP_SHA[]->NXM_OF_ETH_DST[]',
  'OXM_OF_METADATA[],eth_type=0x806,NXM_OF_ARP_SPA[],NXM_OF_ARP_TPA[]=NXM_OF_ARP_SPA[]',
  'OXM_OF_METADATA[],eth_type=0x86dd,NXM_NX_IPV6_DST[]=NXM_NX_IPV6_SRC[],load:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]',
]
const asked = [
  'OXM_OF_METADATA[],eth_type=0x806,NXM_OF_ARP_SPA[],NXM_OF_ARP_TPA[]',
  'OXM_OF_METADATA[],eth_type=0x86dd,NXM_NX_IPV6_SRC[],nw_proto=58,icmpv6_type=135,NXM_NX_ND_TARGET[]',
]
const claimed =
  /^table=18,hard_timeout=\d{1,5},priority=1[01]0,(?:delete_learned,cookie=0x564c0000000[0-9a-f]{5},limit=2048|cookie=0x564c000000000000),(.*),load:(?:NXM_NX_REG0\[\]|0)->NXM_NX_REG11\[\]$/
const askedOnce =
  /^table=26,hard_timeout=3,priority=100,cookie=0x564c000000000000,limit=4096,(.*),load:0->NXM_NX_REG1\[\]$/

const neighbours = [
  'NXM_NX_REG12[]=NXM_OF_ARP_SPA[],OXM_OF_METADATA[],eth_type=0x800,load:NXM_NX_ARP_SHA[]->NXM_OF_ETH_DST[]',
  'OXM_OF_METADATA[],eth_type=0x86dd,NXM_NX_XXREG3[]=NXM_NX_IPV6_SRC[],load:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]',
]
const snooped =
  /^table=53,idle_timeout=\d{1,5},priority=100,delete_learned,cookie=0x564c0000000[0-9a-f]{5},limit=4096,(.*)$/

function isLearning(inner: string): boolean {
  if (neighbours.includes(snooped.exec(inner)?.[1] ?? '')) return true
  if (learned.test(inner) || noted.test(inner)) return true
  return said.includes(claimed.exec(inner)?.[1] ?? '') || asked.includes(askedOnce.exec(inner)?.[1] ?? '')
}

const learned =
  /^table=21,hard_timeout=\d{1,5},priority=100,delete_learned,cookie=0x564c[0-9a-f]{12},OXM_OF_METADATA\[\],NXM_OF_ETH_DST\[\]=NXM_OF_ETH_SRC\[\],load:NXM_NX_REG0\[\]->NXM_NX_REG1\[\]$/

const noted =
  /^table=13,hard_timeout=3,priority=100,cookie=0x564c000000000000,OXM_OF_METADATA\[\],NXM_OF_ETH_DST\[\]=NXM_OF_ETH_SRC\[\],load:0x[12]->NXM_NX_REG6\[\]$/

/** Of one line of a bundle. */
export function flowLine(line: string): Complaint {
  const [, deleted, removed = ''] = /^flow delete_strict cookie=(0x[0-9a-f]+)\/-1,(.*)$/s.exec(line) ?? []
  if (deleted !== undefined) return cookie(deleted) ? match(removed) : `cookie ${deleted}`
  const [, number = '', key = '', actions = ''] =
    /^flow add cookie=(0x[0-9a-f]+),(.*?),actions=(.*)$/s.exec(line) ?? []
  if (!cookie(number)) return `line ${excerpt(line)}`
  return match(key) ?? (line.length > 60_000 ? `a line of ${line.length} bytes` : actionList(actions))
}

function match(text: string): Complaint {
  const [ofTable = '', priority = '', ...fields] = text.split(',')
  if (!/^table=\d+$/.test(ofTable) || !table(ofTable.slice(6))) return `table ${excerpt(ofTable)}`
  if (ofTable === 'table=5' || ofTable === 'table=35') return aclMatch(priority, fields)
  if (!/^priority=\d{1,3}$/.test(priority)) return `priority ${excerpt(priority)}`
  const known = /^table=5\d$/.test(ofTable) ? ofPackets : matches
  return first(fields, (field) => {
    if (['mpls', 'mplsm', 'arp', 'icmp6', 'ip', 'ipv6', 'icmp'].includes(field)) return null
    const [name = '', value = '', ...more] = field.split('=')
    const check = Object.hasOwn(known, name) ? known[name] : undefined
    return check?.(value) === true && more.length === 0 ? null : `match ${excerpt(field)}`
  })
}

function actionList(text: string): Complaint {
  const parts: string[] = []
  let [depth, start] = [0, 0]
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '(') depth++
    if (character === ')') depth--
    if (character !== ',' || depth > 0) continue
    parts.push(text.slice(start, at))
    start = at + 1
  }
  parts.push(text.slice(start))
  return depth === 0 ? first(parts, action) : 'brackets'
}

function action(text: string): Complaint {
  if (fixedActions.has(text)) return null
  const [, verb = '', inner = ''] = /^(\w+)\((.*)\)$/s.exec(text) ?? []
  if (verb === 'conjunction') return /^\d{1,5},[12]\/2$/.test(inner) ? null : `conjunction ${excerpt(inner)}`
  if (verb === 'clone') return actionList(inner)
  if (verb === 'learn') return isLearning(inner) ? null : `learn ${excerpt(inner)}`
  if (verb === 'resubmit' && table(inner.slice(1)) && inner.startsWith(',')) return null
  if (verb === 'bundle' && /^eth_src,0,hrw,ofport,members:\d+(,\d+)*$/.test(inner)) return null
  const [, out] = /^output:(.*)$/s.exec(text) ?? []
  if (out !== undefined && ofport(out)) return null
  const [, value = '', field = ''] = /^set_field:([^>]*)->(\w+)$/.exec(text) ?? []
  const check = Object.hasOwn(settable, field) ? settable[field] : undefined
  return check?.(value) === true ? null : `action ${excerpt(text)}`
}
