import { addressMark, againMark, bfdMark, ownerMark } from '../derive/view/marks.js'
import { parseAddress } from '../model/address.js'
import { parseMac } from '../model/mac.js'
import type { Pseudonyms } from './pseudonyms.js'

/** Words that the schemas and we ourselves give a meaning: they say nothing of who uses them. */
const keywords: ReadonlySet<string> = new Set(
  [
    'true false flow key service_node source_node vxlan_over_ipv4 secure standalone active passive off',
    'system internal patch vxlan geneve gre erspan gtpu stt lisp tap dummy dpdk dpdkvhostuserclient afxdp',
    'OpenFlow10 OpenFlow11 OpenFlow12 OpenFlow13 OpenFlow14 OpenFlow15 up down init admin_down',
    'in-band out-of-band unspecified_fault tunnel_exhaustion lr_support_fault invalid_vlan_map invalid_ACL_binding',
    'lr_switch_bindings_fault lr_static_routes_fault lr_creation_fault',
    'mac_table_exhaustion resource_exhaustion unknown_bfd_status',
    'invalid_acl invalid_acl_entry resource_shortage',
  ].flatMap((line) => line.split(' ')),
)

/** RFC 5880, 4.1, as Open vSwitch prints it. */
const diagnostics: ReadonlySet<string> = new Set([
  'No Diagnostic',
  'Control Detection Time Expired',
  'Echo Function Failed',
  'Neighbor Signaled Session Down',
  'Forwarding Plane Reset',
  'Path Down',
  'Concatenated Path Down',
  'Administratively Down',
  'Reverse Concatenated Path Down',
])

/** Keys of maps with a meaning: of options, external_ids, and the columns of BFD. */
const keys: ReadonlySet<string> = new Set(
  [
    `${ownerMark} ${addressMark} ${bfdMark} ${againMark} vtep_former_fail_mode vtep_logical_switch`,
    'remote_ip local_ip key in_key out_key dst_port peer tos ttl csum df_default',
    'bfd_dst_ip bfd_src_ip bfd_dst_mac bfd_local_dst_mac bfd_remote_dst_mac check_tnl_key cpath_down',
    'decay_min_rx enable forwarding_if_rx min_rx min_tx mult',
    'vlan-limit flow-restore-wait disable-in-band',
    'state forwarding diagnostic remote_state remote_diagnostic flap_count enabled info',
  ].flatMap((line) => line.split(' ')),
)

/** A value of a column that has few; anything else there is a text. */
export function keyword(names: Pseudonyms, text: string): string {
  return keywords.has(text) ? text : names.text(text)
}

/**
 * A connection's method and port stay: they say whether Open vSwitch connects by itself, and to whom the flows of that
 * belong.
 */
export function target(names: Pseudonyms, text: string): string {
  const [, method = '', address = '', port = ''] =
    /^(p?(?:tcp|ssl):)([^:]+|\[[^\]]+\])(:\d+)?$/.exec(text) ?? []
  const plain = parseAddress(address.replace(/^\[|\]$/g, ''))
  if (plain === '127.0.0.1') return text
  if (method === '') return names.text(text)
  if (plain === undefined) return `${method}${names.name(address)}${port}`
  const pseudonym = names.address(plain)
  return `${method}${address.startsWith('[') ? `[${pseudonym}]` : pseudonym}${port}`
}

/** A pair of a map; keys that we give no meaning are texts as well. `name`: what stands for a switch or a port. */
export function setting(
  names: Pseudonyms,
  [key, value]: readonly [string, string],
  name: (text: string) => string,
): readonly [string, string] {
  if (!keys.has(key)) return [names.text(key), names.text(value)]
  if (key === ownerMark || key === 'peer' || (key === againMark && value !== '')) return [key, name(value)]
  if (parseMac(value) !== undefined) return [key, names.mac(value)]
  if (parseAddress(value) !== undefined) return [key, names.address(value)]
  const isPlain = /^\d{1,10}$/.test(value) || diagnostics.has(value)
  return [key, isPlain ? value : keyword(names, value)]
}
