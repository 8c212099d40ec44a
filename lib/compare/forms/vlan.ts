import type { Masked } from './format.js'
import { parseMasked, printMasked } from './value.js'

/** A match of the tag, as bits of vlan_tci: 3 of priority, 1 that says there is a tag, 12 of VLAN. */
const present = 0x1000n
const priority = 0xe000n
const vid = 0x0fffn

export const vlanNames: ReadonlySet<string> = new Set([
  'vlan_tci',
  'NXM_OF_VLAN_TCI',
  'dl_vlan',
  'vlan_vid',
  'OXM_OF_VLAN_VID',
  'dl_vlan_pcp',
  'vlan_pcp',
  'OXM_OF_VLAN_PCP',
])

/** ovs-fields(7) "VLAN Fields". Throws Unclear. */
export function parseVlan(name: string, text: string): Masked {
  switch (name) {
    case 'vlan_tci':
    case 'NXM_OF_VLAN_TCI':
      return parseMasked(text, 'hexadecimal', 16, new Map())
    case 'dl_vlan': {
      const { value } = parseMasked(text, 'decimal', 16, new Map())
      if (value === 0xffffn) return { value: 0n, mask: 0xffffn }
      return { value: (value & vid) | present, mask: present | vid }
    }
    case 'vlan_vid':
    case 'OXM_OF_VLAN_VID':
      return parseMasked(text, 'decimal', 13, new Map())
    default: {
      const { value } = parseMasked(text, 'decimal', 3, new Map())
      return { value: (value << 13n) | present, mask: priority | present }
    }
  }
}

export function printVlan({ value, mask }: Masked): string {
  const isTagged = (value & present) !== 0n
  const words: string[] = []
  if (isTagged && (mask & vid) === vid) words.push(`dl_vlan=${value & vid}`)
  if (isTagged && (mask & priority) === priority) words.push(`dl_vlan_pcp=${value >> 13n}`)
  const said =
    (words.some((word) => word.startsWith('dl_vlan=')) ? vid : 0n) |
    (words.some((word) => word.startsWith('dl_vlan_pcp=')) ? priority : 0n)
  if (words.length > 0 && mask === (said | present)) return words.join(',')
  return `vlan_tci=${printMasked({ value, mask }, 'type', 16)}`
}
