import fc from 'fast-check'
import { parseAddress } from '../../../lib/model/address.js'
import { masked, type MaskedIp } from '../../../lib/model/acl/ip.js'
import { subnetOf } from '../../../lib/model/routing/prefix.js'
import { aclDigits, cookieOf, learnedCookie, metadataOf } from '../../../lib/model/identity.js'
import { isGroup, parseMac } from '../../../lib/model/mac.js'
import { rules } from '../../../lib/pipeline/rules.js'

function parsed<A>(value: A | undefined): A {
  if (value === undefined) throw new Error('not canonical')
  return value
}

const octet = fc.integer({ min: 0, max: 255 })
const ipv4 = fc
  .tuple(fc.integer({ min: 1, max: 223 }), octet, octet, octet)
  .map((octets) => parsed(parseAddress(octets.join('.'))))
const ipv6 = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 4 })
  .map((groups) => parsed(parseAddress(`fd00::1:${groups.map((group) => group.toString(16)).join(':')}`)))
const address = fc.oneof(ipv4, ipv6)
const mac = fc
  .array(octet, { minLength: 6, maxLength: 6 })
  .map((octets) => parsed(parseMac(octets.map((each) => each.toString(16)).join(':'))))
const group = mac.filter(isGroup)
const row = fc.uuid()
const metadata = row.map(metadataOf)
const cookie = row.map(cookieOf)
const vni = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 0xffffff }))
const port = fc.integer({ min: 1, max: 0xffff })
const vlan = fc.integer({ min: 0, max: 4094 })
const binding = fc.tuple(port, vlan).map(([ofport, tag]) => ofport * 0x10000 + tag)
const learned = fc.tuple(binding, row).map(([number, uuid]) => learnedCookie(number, uuid))
const seconds = fc.integer({ min: 1, max: 65535 })
/** With the prototype that objects of a program have. */
const record = <A>(values: { [N in keyof A]: fc.Arbitrary<A[N]> }) =>
  fc.record(values, { noNullPrototype: true })
const orNull = <A>(of: fc.Arbitrary<A>) => fc.option(of, { nil: null })

const copy = fc.oneof(record({ binding }), record({ address, vni, port }))
const copies = {
  isFromTunnel: fc.boolean(),
  metadata,
  copies: fc.array(copy, { minLength: 1, maxLength: 80 }),
  next: orNull(record({ link: fc.integer({ min: 1, max: 500 }), isAnew: fc.boolean() })),
  cookie,
}
const link = fc.integer({ min: 1, max: 500 })

const digits = row.map(aclDigits)
const maskedIp = fc
  .oneof(
    fc.tuple(fc.constant(4 as const), fc.nat(2 ** 32 - 1), fc.nat(2 ** 32 - 1)),
    fc.tuple(fc.constant(6 as const), fc.bigInt(0n, 2n ** 128n - 1n), fc.bigInt(1n, 2n ** 128n - 1n)),
  )
  .map(([family, address, mask]) =>
    masked({ family, bits: BigInt(address) }, { family, bits: BigInt(mask) | 1n }),
  )
const number = (most: number) => fc.integer({ min: 0, max: most })
const maskedPort = fc.tuple(number(0xffff), number(16)).map(([value, bits]) => ({
  value: value & (0xffff << (16 - bits)) & 0xffff,
  mask: (0xffff << (16 - bits)) & 0xffff,
}))
const tcpFlags = fc
  .tuple(number(0xfff), fc.integer({ min: 1, max: 0xfff }))
  .map(([value, mask]) => ({ value: value & mask, mask }))
const fields = record({
  sourceMac: orNull(mac),
  destMac: orNull(mac),
  type: orNull(number(0xffff)),
  source: orNull(maskedIp),
  dest: orNull(maskedIp),
  protocol: orNull(number(255)),
  hasHeader: fc.boolean(),
  icmpType: orNull(number(255)),
  icmpCode: orNull(number(255)),
  sourcePort: orNull(maskedPort),
  destPort: orNull(maskedPort),
  flags: orNull(tcpFlags),
})
const ofAcl = {
  packet: fc.constantFrom(
    '',
    'ip',
    'ipv6',
    'tcp',
    'tcp6',
    'udp',
    'sctp6',
    'icmp',
    'icmp6',
    'arp',
    'rarp',
    'mpls',
    'mplsm',
  ),
  acl: digits,
  fields,
  priority: fc.integer({ min: 1, max: 0xffff }),
  cookie,
}
const aclValues: Readonly<Record<string, fc.Arbitrary<object>>> = Object.fromEntries(
  ['ingress', 'egress'].flatMap((direction): [string, fc.Arbitrary<object>][] => [
    [`${direction} ACL`, record({ binding, asked: number(2), acl: digits, next: number(2), cookie })],
    [
      `${direction} ACL entry`,
      record({ ...ofAcl, conjunction: orNull(number(0xffff)), isPermitted: fc.boolean() }),
    ],
    [`${direction} ACL range`, record({ ...ofAcl, clause: fc.integer({ min: 1, max: 2 }) })],
  ]),
)
const claim = {
  mac: mac.filter((one) => one !== '00:00:00:00:00:00'),
  binding: fc.oneof(binding, fc.constant(0)),
  learned,
  seconds: orNull(seconds),
}

const someMac = mac.filter((one) => one !== '00:00:00:00:00:00')
const exact = <A extends string>(of: fc.Arbitrary<A>) => of.map((text) => text as string as MaskedIp)
const [ip4, ip6] = [exact(ipv4), exact(ipv6)]
const subnet = fc.oneof(
  fc
    .tuple(fc.nat(2 ** 32 - 1), number(32))
    .map(([bits, length]) => subnetOf({ ip: { family: 4, bits: BigInt(bits) }, length })),
  fc
    .tuple(fc.bigInt(0n, 2n ** 128n - 1n), number(128))
    .map(([bits, length]) => subnetOf({ ip: { family: 6, bits }, length })),
)
const route = {
  family: fc.constantFrom(4, 6),
  subnet,
  router: metadata,
  mac,
  metadata,
  cookie,
}

/** Values of flows of each rule that has any. */
const values: Readonly<Record<string, fc.Arbitrary<object>>> = {
  'neighbours by ARP': record({ metadata, seconds, learned, cookie }),
  'neighbours by ND': record({ metadata, seconds, learned, cookie, type: fc.constantFrom(135, 136) }),
  'entrance to a router': record({
    kind: fc.constantFrom('IPv4', 'IPv6'),
    metadata,
    mac,
    router: metadata,
    cookie,
  }),
  'never to itself': record({ metadata, mac, cookie }),
  'ARP answer of a router': record({ metadata, mac, address: ip4, cookie }),
  'ND answer of a router': record({ metadata, mac, address: ip6, cookie }),
  'IPv4 ping to a router': record({ router: metadata, address: ip4, cookie }),
  'IPv6 ping to a router': record({ router: metadata, address: ip6, cookie }),
  'IPv4 packet to a router': record({ router: metadata, address: ip4, cookie }),
  'IPv6 packet to a router': record({ router: metadata, address: ip6, cookie }),
  route: record({ ...route, hop: fc.oneof(ip4, ip6, fc.constantFrom('IPv4', 'IPv6')) }),
  'IPv4 neighbour of a router': record({ metadata, address: ipv4, mac, cookie }),
  'IPv6 neighbour of a router': record({ metadata, address: ipv6, mac, cookie }),
  'IPv4 neighbour noted': record({
    metadata,
    address: ipv4,
    mac: someMac,
    learned,
    seconds: orNull(seconds),
  }),
  'IPv6 neighbour noted': record({
    metadata,
    address: ipv6,
    mac: someMac,
    learned,
    seconds: orNull(seconds),
  }),
  'answers to another VTEP': record({
    kind: fc.constantFrom('ARP', 'ND'),
    metadata,
    mac,
    target: record({ address, vni, via: orNull(port) }),
    cookie,
  }),
  'remote MAC': record({ metadata, mac, target: record({ address, vni, via: orNull(port) }), cookie }),
  'learned MAC': record({ metadata, mac, binding, learned, macAgingSeconds: orNull(seconds) }),
  learning: record({
    binding,
    metadata,
    macAgingSeconds: seconds,
    learned,
    limit: orNull(fc.integer({ min: 1, max: 100_000 })),
    isSourceSeen: fc.boolean(),
    cookie,
  }),
  exit: record({
    binding,
    tag: orNull(vlan.map((tag) => 0x1000 + tag)),
    ofports: fc.array(port, { minLength: 1, maxLength: 4 }),
    cookie,
  }),
  'note of a MAC': record({ metadata, mac, isHere: fc.boolean(), learned, graceSeconds: orNull(seconds) }),
  'no return': record({ binding, cookie }),
  'untagged entrance': record({ port, metadata, binding, cookie }),
  'tagged entrance': record({ port, vlan, metadata, binding, cookie }),
  'tunnel entrance': record({ port }),
  'tunnel exit': record({ port }),
  'further tunnel exit': record({ via: port, port }),
  'sender and VNI': record({ vni, address, metadata, cookie }),
  'VNI of any sender': record({ vni, metadata, cookie }),
  peer: record({ address }),
  VNI: record({ vni, metadata, cookie }),
  'VNI of a VTEP': record({ vni, address, metadata, cookie }),
  flood: record(copies),
  'flood link': record({ ...copies, link }),
  group: record({ ...copies, mac: group }),
  'ARP answer for a remote MAC': record({ metadata, mac, address: ipv4, cookie }),
  'gratuitous ARP for a remote address': record({ metadata, address: ipv4, cookie }),
  'ND answer for a remote MAC': record({ metadata, mac, address: ipv6, cookie }),
  'ARP claims': record({ metadata, seconds, learned, cookie }),
  'ND claims': record({ metadata, seconds, learned, cookie }),
  'IPv4 claim': record({ metadata, address: ipv4, ...claim }),
  'IPv6 claim': record({ metadata, address: ipv6, ...claim }),
  "claimant's request": record({
    metadata,
    address: ipv4,
    binding: claim.binding,
    learned,
    seconds: claim.seconds,
  }),
  'group link': record({ ...copies, mac: group, link }),
  ...aclValues,
}

/** A rule, and values of one of its flows. A rule without values has one flow. */
export const ruleAndValues = fc
  .constantFrom(...rules)
  .chain((rule) => fc.tuple(fc.constant(rule), values[rule.name] ?? fc.constant({})))

/** Names of values that are for no rule. */
export const unknownNames = Object.keys(values).filter((name) => !rules.some((rule) => rule.name === name))
