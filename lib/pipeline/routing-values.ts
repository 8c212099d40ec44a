import { type Ip, type MaskedIp, parseIp, parseMaskedIp, printIp } from '../model/acl/ip.js'
import type { Address } from '../model/address.js'
import { either, type Form, around, optionalForm } from './form.js'
import { hex } from './tables.js'
import { leaf } from './values.js'

const word = '(?:0|0x[1-9a-f][0-9a-f]{0,7})'
const registers = ['reg12', 'reg13', 'reg14', 'reg15']

/** In a match: the next hop. */
function inRegisters<T extends string>(family: Ip['family'], change: (value: T, values: Changes) => T) {
  const names = registers.slice(0, family === 4 ? 1 : 4)
  const all = (values: readonly string[]) => names.map((name, i) => `${name}=${values[i] ?? ''}`).join(',')
  const parts = new RegExp(`^${all(names.map(() => `(${word})`))}$`)
  return leaf<T>(
    {
      source: all(names.map(() => word)),
      print: (text) => all(wordsOf(text, names.length)),
      parse(text) {
        const words = parts.exec(text)?.slice(1)
        const bits = words?.reduce((sum, each) => (sum << 32n) | BigInt(each), 0n)
        return bits === undefined ? undefined : (printIp({ family, bits }) as T)
      },
    },
    change,
  )
}

type Changes = Parameters<Form<unknown>['map']>[1]

function wordsOf(text: string, count: number): string[] {
  const bits = parseIp(text)?.bits ?? 0n
  return Array.from({ length: count }, (_, i) =>
    hex(Number((bits >> BigInt(32 * (count - 1 - i))) & 0xffff_ffffn)),
  )
}

const changeStation = (address: Address, values: Changes): Address => values.station(address)
/** The neighbour that is looked for. */
export const neighbour4 = inRegisters<Address>(4, changeStation)
export const neighbour6 = inRegisters<Address>(6, changeStation)

function routed(family: Ip['family'], source: string, print = (text: string): string => text) {
  const parse = (text: string) => {
    const given = family === 4 && text.startsWith('0x') ? printIp({ family, bits: BigInt(text) }) : text
    return parseMaskedIp(given)?.ip.family === family ? (given as MaskedIp) : undefined
  }
  return leaf<MaskedIp>({ source, print, parse }, (text, values) => values.routed(text))
}

const ipv4 = routed(4, '\\d[\\d./]+')
const ipv6 = routed(6, '[0-9a-f]*:[0-9a-f:./]*')

/** Behind others: where packets go. */
export const toSubnet: Form<MaskedIp | null> = optionalForm(
  either((text) => text.includes(':'), around(',ipv6_dst=', ipv6), around(',nw_dst=', ipv4)),
)
/** An address of a router. */
export const own4 = ipv4
export const own6 = ipv6

const digits = (text: string): string => `0x${(parseIp(text)?.bits ?? 0n).toString(16)}`
const hop6 = leaf<MaskedIp>(
  {
    source: '0x[0-9a-f]{1,32}',
    print: digits,
    parse: (text) => printIp({ family: 6, bits: BigInt(text) }) as MaskedIp,
  },
  (text, values) => values.routed(text),
)
const hop4 = routed(4, '0x[1-9a-f][0-9a-f]{0,7}', digits)

/** Actions: a neighbour that packets of a route are sent to. */
export const toNextHop: Form<MaskedIp> = either(
  (hop) => hop.includes(':'),
  around('set_field:', hop6, '->xxreg3'),
  around('set_field:', hop4, '->reg12'),
)
