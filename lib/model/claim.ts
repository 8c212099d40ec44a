import type { Address } from './address.js'
import type { Mac } from './mac.js'

/** A station says that an IP address is its own. */
export interface Claim {
  readonly mac: Mac
  /** Where it said so, see `bindingOf`. */
  readonly binding: number
}

/** `metadata`: its logical switch. */
export function claimKey(metadata: string, address: Address): string {
  return `${metadata}/${address}`
}

/** Of a `claimKey`. */
export function claimKeyParts(key: string): { readonly metadata: string; readonly address: string } {
  const at = key.indexOf('/')
  return { metadata: key.slice(0, at), address: key.slice(at + 1) }
}

export function isSameClaim(a: Claim | null | undefined, b: Claim | null | undefined): boolean {
  return a?.mac === b?.mac && a?.binding === b?.binding
}
