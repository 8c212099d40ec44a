import { excerptOf, Unclear } from './unclear.js'
import type { FieldFormat, Masked } from './format.js'

/** Names of the single bits of fields that are printed as `+NAME-NAME`, the lowest bit first. */
export const flagNames: Partial<Record<FieldFormat, readonly string[]>> = {
  ct_state: ['new', 'est', 'rel', 'rpl', 'inv', 'trk', 'snat', 'dnat'],
  tcp_flags: ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr', 'ns', '[200]', '[400]', '[800]'],
  tun_flags: ['oam'],
}

/** `+NAME` for a bit that is set, `-NAME` for one that is not. Throws Unclear. */
export function parseFlags(text: string, names: readonly string[]): Masked {
  let [value, mask] = [0n, 0n]
  for (const flag of text.split(/(?=[-+])/)) {
    const bit = names.indexOf(flag.slice(1))
    if (bit < 0) throw new Unclear(`not a flag: ${excerptOf(flag)}`)
    mask |= 1n << BigInt(bit)
    if (flag.startsWith('+')) value |= 1n << BigInt(bit)
  }
  return { value, mask }
}

/** All flags of a field: those that are set, or a number. Undefined: neither. */
export function parseSetFlags(text: string, names: readonly string[]): bigint | undefined {
  const bits = text.split('|').map((flag) => names.indexOf(flag))
  return bits.includes(-1) ? undefined : bits.reduce((all, bit) => all | (1n << BigInt(bit)), 0n)
}

export function printSetFlags(value: bigint, names: readonly string[]): string {
  return names.filter((_, bit) => (value >> BigInt(bit)) & 1n).join('|') || '0'
}

/** Throws Unclear. */
export function printFlags({ value, mask }: Masked, names: readonly string[]): string {
  if (mask >> BigInt(names.length) !== 0n)
    throw new Unclear(`flags that have no name: 0x${mask.toString(16)}`)
  return names
    .map((name, bit) =>
      (mask >> BigInt(bit)) & 1n ? `${(value >> BigInt(bit)) & 1n ? '+' : '-'}${name}` : '',
    )
    .join('')
}

/** ovs-fields(7) "ip_frag": bit 0 any fragment, bit 1 a later one. */
const frags: readonly (readonly [string, Masked])[] = [
  ['no', { value: 0n, mask: 3n }],
  ['yes', { value: 1n, mask: 1n }],
  ['first', { value: 1n, mask: 3n }],
  ['later', { value: 3n, mask: 3n }],
  ['not_later', { value: 0n, mask: 2n }],
]

/** Throws Unclear. */
export function parseFrag(text: string): Masked {
  const frag = frags.find(([word]) => word === text)
  if (frag === undefined) throw new Unclear(`not a kind of fragment: ${excerptOf(text)}`)
  return frag[1]
}

/** Throws Unclear. */
export function printFrag({ value, mask }: Masked): string {
  const frag = frags.find(([, known]) => known.value === value && known.mask === mask)
  if (frag === undefined) throw new Unclear('a mask of fragments without a name')
  return frag[0]
}
