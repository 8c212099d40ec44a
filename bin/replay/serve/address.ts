import { isIP } from 'node:net'
import { UsageError } from '../../usage-error.js'

/** Where a server is to listen. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
  readonly isLoopback: boolean
}

/** `ADDRESS:PORT`, an IPv6 address in brackets; port 0 for any that is free. Throws UsageError. */
export function listenAddress(text: string): ListenAddress {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  const isAddress =
    host !== undefined && (host === 'localhost' || isIP(host) === (bracketed === undefined ? 4 : 6))
  if (!isAddress || port > 65_535)
    throw new UsageError(
      `--listen ${JSON.stringify(text)}: an address and a port are wanted, as 127.0.0.1:8080`,
    )
  const isLoopback = host === 'localhost' || host === '::1' || host.startsWith('127.')
  return { host, port, isLoopback }
}
