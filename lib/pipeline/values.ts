import type { Values } from './value-map.js'
import { type Address, isIpv6, parseAddress } from '../model/address.js'
import { type Mac, parseMac } from '../model/mac.js'
import { around, either, type Form } from './form.js'
import { hex } from './tables.js'

export const unchanged: Values = {
  metadata: (text) => text,
  cookie: (text) => text,
  mac: (mac) => mac,
  address: (address) => address,
  station: (address) => address,
  vni: (vni) => vni,
  port: (ofport) => ofport,
  vlan: (vlan) => vlan,
  binding: (number) => number,
  acl: (digits) => digits,
  ip: (address) => address,
  routed: (address) => address,
}

interface Leaf<A> {
  readonly source: string
  readonly print: (value: A) => string
  readonly parse: (text: string) => A | undefined
}

const noChange = <A>(value: A): A => value

/** A value that is one piece of text. `change`: what becomes of it where a flow is changed. */
export function leaf<A>(
  { source, print, parse }: Leaf<A>,
  change: (value: A, values: Values) => A = noChange,
): Form<A> {
  return {
    source,
    put: (value, pieces) => void pieces.push(print(value)),
    read: (text) => parse(text) ?? null,
    map: change,
    shown: (name) => name.replaceAll(/(?=[A-Z])/g, '_').toUpperCase(),
  }
}

const itself = (text: string): string => text

/** Without leading zeros, as ovs-ofctl prints it. */
const hexadecimal: Leaf<number> = { source: '(?:0|0x[1-9a-f][0-9a-f]{0,7})', print: hex, parse: Number }
const decimal: Leaf<number> = { source: '(?:0|[1-9]\\d{0,9})', print: String, parse: Number }

export const count: Form<number> = leaf(decimal)
export const hexCount: Form<number> = leaf(hexadecimal)
export const port: Form<number> = leaf(decimal, (ofport, values) => values.port(ofport))
export const hexPort: Form<number> = leaf(hexadecimal, (ofport, values) => values.port(ofport))
export const vlan: Form<number> = leaf(decimal, (number, values) => values.vlan(number))
export const binding: Form<number> = leaf(hexadecimal, (number, values) => values.binding(number))
export const vni: Form<number> = leaf(hexadecimal, (number, values) => values.vni(number))

/** A number of 64 bits. */
const long = '0x[0-9a-f]{1,16}'

export const metadata: Form<string> = leaf({ source: long, print: itself, parse: itself }, (text, values) =>
  values.metadata(text),
)
export const cookie: Form<string> = leaf({ source: long, print: itself, parse: itself }, (text, values) =>
  values.cookie(text),
)

function addressed(first: string): Form<Mac> {
  const source = `${first}(?::[0-9a-f]{2}){5}`
  return leaf<Mac>({ source, print: itself, parse: parseMac }, (address, values) => values.mac(address))
}

export const mac = addressed('[0-9a-f]{2}')

/** Only of a group of stations, see `isGroup`. */
export const groupMac = addressed('[0-9a-f][13579bdf]')

/** Only as we print it. */
function parse(text: string): Address | undefined {
  const address = parseAddress(text)
  return address === text ? address : undefined
}

const changeAddress = (address: Address, values: Values): Address => values.address(address)
const ipv4 = leaf<Address>({ source: '\\d[\\d.]{6,14}', print: itself, parse }, changeAddress)
const ipv6 = leaf<Address>({ source: '[0-9a-f]*:[0-9a-f:]*', print: itself, parse }, changeAddress)

const changeStation = (address: Address, values: Values): Address => values.station(address)
/** A station's address, of either kind. */
export const station4 = leaf<Address>({ source: '\\d[\\d.]{6,14}', print: itself, parse }, changeStation)
export const station6 = leaf<Address>({ source: '[0-9a-f]*:[0-9a-f:]*', print: itself, parse }, changeStation)

/** A MAC where a flow has a number: without leading zeros, as ovs-ofctl prints it. */
export const macNumber = leaf<Mac>(
  {
    source: '0x[1-9a-f][0-9a-f]{0,11}',
    print: (mac) => `0x${mac.replaceAll(':', '').replace(/^0+(?=.)/, '')}`,
    parse: (text) => parseMac((text.slice(2).padStart(12, '0').match(/../g) ?? []).join(':')),
  },
  (address, values) => values.mac(address),
)

/** In a match: where a frame from a tunnel was sent. */
export const sender: Form<Address> = either(isIpv6, around('tun_ipv6_src=', ipv6), around('tun_src=', ipv4))

/** An action: where a frame is tunnelled to. */
export const destination: Form<Address> = either(
  isIpv6,
  around('set_field:', ipv6, '->tun_ipv6_dst'),
  around('set_field:', ipv4, '->tun_dst'),
)
