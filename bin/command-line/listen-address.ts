import { isIP } from 'node:net'
import { isLoopback } from '../../lib/model/address.js'
import { UsageError } from './usage-error.js'

/** Where a server is to listen. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/**
 * `ADDRESS:PORT`, an IPv6 address in brackets; port 0 for any that is free. Other machines may reach it only where `expose`,
 * the option that says so, is given. Throws UsageError that names `option`.
 */
export function listenAddress(
  option: string,
  text: string,
  expose: { readonly option: string; readonly isGiven: boolean },
): ListenAddress {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  const isAddress =
    host !== undefined && (host === 'localhost' || isIP(host) === (bracketed === undefined ? 4 : 6))
  if (!isAddress || port > 65_535)
    throw new UsageError(
      `${option} ${JSON.stringify(text)}: an address and a port are wanted, as 127.0.0.1:8080`,
    )
  if (!isHere(host) && !expose.isGiven)
    throw new UsageError(
      `${option} ${text}: other machines reach this address; ${expose.option} if that is meant`,
    )
  return { host, port }
}

/** Whether nobody but this machine reaches it. */
export function isHere(host: string): boolean {
  return host === 'localhost' || isLoopback(host)
}
