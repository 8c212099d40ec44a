import { parseAddress } from '../model/address.js'
import { parseFlow } from '../model/flow.js'
import { parsePrefix, printSubnet } from '../model/routing/prefix.js'
import { parseMac, unknownDestination } from '../model/mac.js'

/** How subjects are written, for help texts. */
export const subjectForms =
  'a MAC, an address, a subnet (10.0.0.0/8), a VNI or VLAN (a number, `vni 5001`, `vlan 20`), the name of a port, switch, bridge, router or ACL, ' +
  'a row UUID or its first 8 digits, a cookie (0x… or cookie=0x…), a line of dump-flows'

/** One way to understand the text of a subject. */
export type SubjectForm =
  | { readonly is: 'flow'; readonly key: string }
  | { readonly is: 'cookie'; readonly cookie: string }
  | { readonly is: 'mac'; readonly mac: string }
  | { readonly is: 'address'; readonly address: string }
  | { readonly is: 'row'; readonly start: string }
  | { readonly is: 'vni'; readonly vni: number }
  | { readonly is: 'vlan'; readonly vlan: number }
  | { readonly is: 'name'; readonly name: string }

const mostVlan = 4095

/** All ways to understand the text; whatever else it may be, it may be a name. */
export function formsOf(text: string): readonly SubjectForm[] {
  const word = text.trim()
  const flow = flowForm(word)
  if (flow !== null) return [flow]
  const named = /^(?:port|switch|bridge|acl|name)[: ]\s*(.+)$/i.exec(word)?.[1] ?? word
  return [
    ...macForm(word),
    ...addressForm(word),
    ...cookieForm(word),
    ...rowForm(word),
    ...numberForms(word),
    { is: 'name', name: word },
    ...(named === word ? [] : [{ is: 'name', name: named } as const]),
  ]
}

function flowForm(text: string): SubjectForm | null {
  const flow = parseFlow(` ${text}`)
  if (flow !== undefined) return { is: 'flow', key: flow.key }
  return /^table=\d+,priority=\d+/.test(text) ? { is: 'flow', key: text } : null
}

function macForm(text: string): readonly SubjectForm[] {
  const mac = text === unknownDestination ? text : parseMac(text.replaceAll('-', ':'))
  return mac === undefined ? [] : [{ is: 'mac', mac }]
}

function addressForm(text: string): readonly SubjectForm[] {
  const prefix = parsePrefix(text)
  const address = prefix === undefined ? parseAddress(text) : printSubnet(prefix)
  return address === undefined ? [] : [{ is: 'address', address }]
}

function cookieForm(text: string): readonly SubjectForm[] {
  const [, cookie] = /^(?:cookie=)?(0x[0-9a-f]+)(?:\/-1)?,?$/i.exec(text) ?? []
  return cookie === undefined ? [] : [{ is: 'cookie', cookie: cookie.toLowerCase() }]
}

function rowForm(text: string): readonly SubjectForm[] {
  return /^[0-9a-f]{8}(-[0-9a-f-]*)?$/i.test(text) ? [{ is: 'row', start: text.toLowerCase() }] : []
}

/** A bare number may be either. */
function numberForms(text: string): readonly SubjectForm[] {
  const [, kind = '', digits] = /^(?:(vni|vlan)[: ]*)?(\d{1,8})$/i.exec(text) ?? []
  if (digits === undefined) return []
  const number = Number(digits)
  const vni = { is: 'vni', vni: number } as const
  const vlan = { is: 'vlan', vlan: number } as const
  if (kind.toLowerCase() === 'vni') return [vni]
  if (kind.toLowerCase() === 'vlan') return [vlan]
  return number <= mostVlan ? [vni, vlan] : [vni]
}
