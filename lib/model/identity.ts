import { type Collection, entriesOf, none } from './collection.js'
import type { Mac } from './mac.js'
import { Remembered } from './remembered.js'
import { leadingDigits, type Uuid } from './uuid.js'

/** Prefixes of our cookies, 16 bits: flows we write, and flows the switch learned for us. */
const ownPrefix = '5654'
const learnedPrefix = '564c'
const ownStart = `0x${ownPrefix}`

/**
 * A logical switch in the pipeline: the first 64 bits of its row's UUID, as ovs-ofctl prints them.
 * A function of the data, so that a restart finds the flows of the run before.
 */
export function metadataOf(logicalSwitch: Uuid): string {
  return metadata.of(logicalSwitch)
}

const metadata = new Remembered((logicalSwitch: Uuid) =>
  ['0x', leadingDigits(logicalSwitch, 16).replace(/^0+(?=.)/, '')].join(''),
)

/** An ACL in the pipeline's registers: the first 64 bits of its row's UUID, as 16 digits. */
export function aclDigits(acl: Uuid): string {
  return leadingDigits(acl, 16)
}

/** Logical switches by their `metadataOf`. */
export function byMetadata(switches: Collection<unknown> | undefined): ReadonlyMap<string, Uuid> {
  return new Map([...entriesOf(switches ?? none)].map(([uuid]) => [metadataOf(uuid), uuid]))
}

/** A port and VLAN in the pipeline's registers: the OpenFlow port in the upper 16 bits, the VLAN in the lower. */
export function bindingOf(ofport: number, vlan: number): number {
  return ofport * 0x10000 + vlan
}

/** The port that a binding's number is of. */
export function ofportOf(binding: number): number {
  return Math.floor(binding / 0x10000)
}

/** Its VLAN; 0: untagged. */
export function vlanOf(binding: number): number {
  return binding % 0x10000
}

/** The cookie of a flow made because of `row`: our prefix and the row's first 48 bits. */
export function cookieOf(row: Uuid): string {
  return [ownStart, row.slice(0, 8), row.slice(9, 13)].join('')
}

/** Whether `cookie` is `cookieOf(row)`; makes no text. */
export function isCookieOf(cookie: string, row: Uuid): boolean {
  if (cookie.length !== ownStart.length + 12 || !cookie.startsWith(ownStart)) return false
  for (let i = 0; i < 12; i++)
    if (cookie.charCodeAt(ownStart.length + i) !== row.charCodeAt(i < 8 ? i : i + 1)) return false
  return true
}

/** The cookie of flows that belong to the pipeline itself. */
export const pipelineCookie = `${ownStart}${'0'.repeat(12)}`

/**
 * The cookie of flows learned from one binding into one logical switch, so that they go with it:
 * our prefix for learned flows, port (16 bits), VLAN (12), and the logical switch's first 20 bits.
 */
export function learnedCookie(binding: number, logicalSwitch: Uuid): string {
  const port = ofportOf(binding).toString(16).padStart(4, '0')
  const vlan = vlanOf(binding).toString(16).padStart(3, '0')
  return `0x${learnedPrefix}${port}${vlan}${leadingDigits(logicalSwitch, 5)}`
}

/** Of what is learned, without a binding or a logical switch. */
export const unboundCookie = `0x${learnedPrefix}${'0'.repeat(12)}`

/** All cookies of flows we write, as value and mask of 64 bits in hexadecimal digits. */
export const ownCookies = { value: `${ownPrefix}${'0'.repeat(12)}`, mask: `ffff${'0'.repeat(12)}` }

export function isOwnCookie(cookie: string): boolean {
  return cookie.startsWith(ownStart) && whole.test(cookie)
}

export function isLearnedCookie(cookie: string): boolean {
  return cookie.startsWith(`0x${learnedPrefix}`) && whole.test(cookie)
}

const whole = /^0x[0-9a-f]{16}$/

export function learnedKey(metadata: string, mac: Mac): string {
  return `${metadata}/${mac}`
}

/** The inverse of `learnedKey`; keys of journals and dumps were looked at when they were read. */
export function learnedKeyParts(key: string): { readonly metadata: string; readonly mac: Mac } {
  const [metadata = '', mac = ''] = key.split('/')
  return { metadata, mac: mac as Mac }
}
