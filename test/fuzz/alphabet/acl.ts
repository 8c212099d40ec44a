import { isIPv4, isIPv6 } from 'node:net'
import { type Check, type Complaint, decimal, excerpt, first, form, hex } from './words.js'

const words = new Set('ip ipv6 tcp tcp6 udp udp6 sctp sctp6 icmp icmp6 arp rarp mpls mplsm'.split(' '))
const mac = form(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/)
const port: Check = (text) => decimal(0xffff)(text) || /^0x[0-9a-f]{1,4}\/0x[0-9a-f]{1,4}$/.test(text)

const fields: Readonly<Record<string, Check>> = {
  conj_id: decimal(0xffff),
  reg9: hex(8),
  reg10: hex(8),
  reg15: form(/^0\/0x[1-9a-f][0-9a-f]{0,3}$/),
  dl_src: mac,
  dl_dst: mac,
  dl_type: form(/^0x[0-9a-f]{4}$/),
  nw_src: address(isIPv4),
  nw_dst: address(isIPv4),
  ipv6_src: address(isIPv6),
  ipv6_dst: address(isIPv6),
  nw_proto: decimal(0xff),
  nw_frag: form(/^not_later$/),
  icmp_type: decimal(0xff),
  icmp_code: decimal(0xff),
  tp_src: port,
  tp_dst: port,
  tcp_flags: form(/^(0|(?:[-+|]?(?:fin|syn|rst|psh|ack|urg|ece|cwr|ns|\[[248]00\]))+)$/),
}

/** With a prefix length or a mask. */
export function address(is: (text: string) => boolean | number): Check {
  return (text) => {
    const [ip = '', mask, ...more] = text.split('/')
    const isMask = mask === undefined || /^\d{1,3}$/.test(mask) || Boolean(is(mask))
    return Boolean(is(ip)) && isMask && more.length === 0
  }
}

/** The match of a flow in a table of ACLs: it always names the ACL. */
export function aclMatch(priority: string, parts: readonly string[]): Complaint {
  if (!/^priority=\d{1,5}$/.test(priority)) return `priority ${excerpt(priority)}`
  if (!parts.some((part) => part.startsWith('reg9='))) return 'no ACL'
  return first(parts, (part) => {
    if (words.has(part)) return null
    const [name = '', value = '', ...more] = part.split('=')
    const check = Object.hasOwn(fields, name) ? fields[name] : undefined
    return check?.(value) === true && more.length === 0 ? null : `match ${excerpt(part)}`
  })
}
