import { type Address, isIpv6, parseAddress } from '../model/address.js'
import { isLearnedCookie, isOwnCookie, pipelineCookie } from '../model/identity.js'
import { isGroup, type Mac, parseMac, unknownDestination } from '../model/mac.js'
import {
  fullMask,
  type Ip,
  masked,
  type MaskedIp,
  parseIp,
  parseMaskedIp,
  printIp,
  width,
} from '../model/acl/ip.js'
import { isUuid, type Uuid } from '../model/uuid.js'

/** A digest of a text under a secret of its maker, such as HMAC-SHA-256: at least 32 hexadecimal digits. */
export type Digest = (text: string) => string

/** What identifies nobody: no address, every station, and the defaults of vtep(5) for BFD. */
const ofNobody: ReadonlySet<string> = new Set([
  unknownDestination,
  '00:00:00:00:00:00',
  'ff:ff:ff:ff:ff:ff',
  '00:23:20:00:00:01',
  '169.254.1.0',
  '169.254.1.1',
])

/**
 * What stands for real values: the same for the same value, different ones for different values. Nobody can tell the value
 * without the digest's secret; who has that gets the same again, but for the rare case that two would share one. Kinds of value
 * stay what they are, and so does what depends on them: UUIDs that begin alike begin alike.
 */
export class Pseudonyms {
  readonly #digest: Digest
  /** Pseudonyms by kind and value, and which of a kind are taken. */
  readonly #known = new Map<string, string>()
  readonly #taken = new Set<string>()
  readonly #pads = new Map<string, string>()
  readonly #addresses = new Set<Address>()

  constructor(digest: Digest) {
    this.#digest = digest
  }

  /** End points that were asked for up to now. */
  get addresses(): ReadonlySet<Address> {
    return this.#addresses
  }

  uuid(uuid: Uuid): Uuid {
    if (!isUuid(uuid)) return this.text(uuid)
    const known = this.#known.get(`uuid ${uuid}`)
    if (known !== undefined) return known
    const digits = this.digits(uuid.replaceAll('-', ''))
    const pseudonym = [0, 8, 12, 16, 20].map((at, i, all) => digits.slice(at, all[i + 1])).join('-')
    this.#known.set(`uuid ${uuid}`, pseudonym)
    return pseudonym
  }

  /**
   * The first digits of a UUID, 32 at most: a digit depends on it and on those before it (after Crypto-PAn). `kind`: of what
   * else they are.
   */
  digits(digits: string, kind = ''): string {
    let result = ''
    for (let i = 0; i < digits.length; i++) {
      const pad = this.#pad(kind + digits.slice(0, Math.min(i, padFrom)), i)
      result += (
        parseInt(digits.charAt(i), 16) ^ parseInt(pad.charAt(Math.max(0, i - padFrom)), 16)
      ).toString(16)
    }
    return result
  }

  #pad(before: string, count: number): string {
    const pad = this.#pads.get(before) ?? this.#digest(`digits ${before}`)
    if (count < padFrom) this.#pads.set(before, pad)
    return pad
  }

  /**
   * Of an address in packets, whose bits under `mask` count (null: all): addresses that begin alike begin alike, so that what
   * an ACL compares stays what it is. A text that is none, or whose mask is none of its family, is a text.
   */
  ip(text: string, mask: string | null): string {
    const ip = parseIp(text)
    const bits = ip === undefined ? undefined : mask === null ? fullMask(ip.family) : parseIp(mask)
    if (ip === undefined || bits?.family !== ip.family) return this.text(text)
    const digits = (ip.bits & bits.bits).toString(16).padStart(width(ip.family) / 4, '0')
    const pseudonym = BigInt(`0x${this.digits(digits, `IPv${ip.family} `)}`) & bits.bits
    return printIp({ family: ip.family, bits: pseudonym })
  }

  maskedIp(text: MaskedIp): MaskedIp {
    const { ip, mask } = parseMaskedIp(text) ?? {}
    if (ip === undefined || mask === undefined) return text
    const pseudonym = parseIp(this.ip(printIp(ip), printIp(mask)))
    return pseudonym === undefined ? text : masked(pseudonym, mask)
  }

  /**
   * Of a router: an address, with the length of its prefix or without. Addresses that begin alike begin alike. The
   * first octet, of IPv6 the first two, is the real one: whether an address can be routed depends on it.
   */
  routed(text: string): string {
    const [, address = '', length = ''] = /^([^/]*)(\/.*)?$/s.exec(text) ?? []
    const ip = parseIp(address)
    const pseudonym = ip === undefined ? undefined : this.#routed(ip)
    return pseudonym === undefined || !/^(\/\d{1,3})?$/.test(length)
      ? this.text(text)
      : `${printIp(pseudonym)}${length}`
  }

  routedIn(text: MaskedIp): MaskedIp {
    const { ip, mask } = parseMaskedIp(text) ?? {}
    return ip === undefined || mask === undefined ? text : masked(this.#routed(ip), mask)
  }

  #routed({ family, bits }: Ip): Ip {
    const digits = bits.toString(16).padStart(width(family) / 4, '0')
    const kept = family === 4 ? 2 : 4
    const hidden = this.digits(digits, `routed IPv${family} `).slice(kept)
    return { family, bits: BigInt(`0x${digits.slice(0, kept)}${hidden}`) }
  }

  /** As `metadataOf` of the pseudonym. */
  metadata(text: string): string {
    if (!/^0x[0-9a-f]{1,16}$/.test(text)) return text === '0' ? text : this.text(text)
    return `0x${this.digits(text.slice(2).padStart(16, '0')).replace(/^0+(?=.)/, '')}`
  }

  /** As `cookieOf` and `learnedCookie` of the pseudonym; another's is one of nobody. */
  cookie(cookie: string): string {
    if (cookie === pipelineCookie || cookie === '0x0') return cookie
    if (isOwnCookie(cookie)) return cookie.slice(0, 6) + this.digits(cookie.slice(6))
    if (isLearnedCookie(cookie)) return cookie.slice(0, 13) + this.digits(cookie.slice(13))
    return this.#assigned('cookie', cookie, (hash) => `0x1${hash.slice(0, 8)}`)
  }

  /** Locally administered, for a group where the real one is; written as canonically as that. */
  mac(text: string): string {
    const mac = parseMac(text)
    if (text === '' || ofNobody.has(mac ?? text)) return text
    if (mac === undefined) return this.text(text)
    const pseudonym = this.#assigned(
      'mac',
      mac,
      (hash) => `${isGroup(mac) ? '03' : '02'}:${hash.slice(0, 10).match(/../g)?.join(':') ?? ''}`,
    )
    return text === mac ? pseudonym : pseudonym.toUpperCase()
  }

  /** Of a MAC that follows from something else, the one that follows from its pseudonym. */
  macIs(mac: Mac, pseudonym: Mac): void {
    this.#known.set(`mac ${mac}`, pseudonym)
    this.#taken.add(`mac ${pseudonym}`)
  }

  /** IPv4 of 198.18.0.0/15 (RFC 2544), IPv6 of 2001:db8::/32 (RFC 3849); what is no end point is a text. */
  address(text: string): string {
    const address = parseAddress(text)
    if (text === '' || ofNobody.has(address ?? text)) return text
    if (address === undefined) return this.text(text)
    this.#addresses.add(address)
    const pseudonym = this.#assigned('address', address, isIpv6(address) ? ipv6 : ipv4)
    return text === address ? pseudonym : pseudonym.toUpperCase()
  }

  /** Of a switch, port or bridge: as short as a network device's. */
  name(text: string): string {
    return text === '' ? text : this.#assigned('name', text, (hash) => `name-${hash.slice(0, 8)}`)
  }

  /** Anything else that somebody wrote. */
  text(text: string): string {
    return text === '' ? text : this.#assigned('text', text, (hash) => `text-${hash.slice(0, 8)}`)
  }

  /** A number that stands for a text, of `digits` hexadecimal digits. */
  number(text: string, digits: number): string {
    return this.#assigned(`number ${digits}`, text, (hash) => hash.slice(0, digits))
  }

  #assigned(kind: string, value: string, make: (hash: string) => string): string {
    const place = `${kind} ${value}`
    const known = this.#known.get(place)
    if (known !== undefined) return known
    let pseudonym = make(this.#digest(place))
    for (let i = 1; this.#taken.has(`${kind} ${pseudonym}`); i++)
      pseudonym = make(this.#digest(`${i} ${place}`))
    this.#taken.add(`${kind} ${pseudonym}`)
    this.#known.set(place, pseudonym)
    return pseudonym
  }
}

/** Digits from here on share the pad of all those before: the pipeline holds 16 of a UUID at most. */
const padFrom = 16

function ipv4(hash: string): string {
  const [second = 0, third = 0, fourth = 0] = [0, 2, 4].map((at) => parseInt(hash.slice(at, at + 2), 16))
  return `198.${18 + (second & 1)}.${third}.${fourth}`
}

function ipv6(hash: string): string {
  const groups = hash.slice(0, 16).match(/..../g) ?? []
  return parseAddress(`2001:db8:${groups.join(':')}::1`) ?? ''
}
