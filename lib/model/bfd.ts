import { quoted } from './quoted.js'
import { type Address, parseAddress } from './address.js'
import { parseMac } from './mac.js'

type Pairs = readonly (readonly [string, string])[]

/** vtep(5), "BFD Local Configuration" and "BFD Remote Configuration": the defaults of a hardware VTEP. */
const defaultMac = '00:23:20:00:00:01'
const defaultLocalIp = '169.254.1.0'
const defaultRemoteIp = '169.254.1.1'

/** What every Tunnel row's bfd_config_local says unless the controller said otherwise. */
export const localDefaults: Pairs = [
  ['bfd_dst_ip', defaultLocalIp],
  ['bfd_dst_mac', defaultMac],
]

/** A BFD session in the columns of ovs-vswitchd.conf.db(5), and what was wrong with the request for it. */
export interface BfdRequest {
  readonly isEnabled: boolean
  /** Ascending by key; every value printed from a typed one. */
  readonly settings: Pairs
  readonly mistakes: readonly string[]
}

/** A session with one remote VTEP. */
export interface BfdSession {
  readonly remote: Address
  /** The end point of ours that its port is tied to; null: routing chooses. */
  readonly local: Address | null
  /** As in BfdRequest. */
  readonly settings: Pairs
}

/** What a Tunnel row's bfd_params and bfd_configs ask for; what can't be used is replaced by its default. */
export function bfdRequest(params: Pairs, local: Pairs, remote: Pairs): BfdRequest {
  const reader = new Reader()
  const minRx = reader.number(params, 'min_rx', 1, 1000)
  const decay = reader.number(params, 'decay_min_rx', 0, 0)
  if (decay > 0 && decay < minRx) reader.mistakes.push(`decay_min_rx ${decay} is less than min_rx ${minRx}`)
  const settings: [string, string][] = [
    ['bfd_dst_ip', reader.address(remote, 'bfd_dst_ip', defaultRemoteIp)],
    ['bfd_local_dst_mac', reader.mac(remote, 'bfd_dst_mac')],
    ['bfd_remote_dst_mac', reader.mac(local, 'bfd_dst_mac')],
    ['bfd_src_ip', reader.address(local, 'bfd_dst_ip', defaultLocalIp)],
    ['check_tnl_key', reader.flag(params, 'check_tnl_key')],
    ['cpath_down', reader.flag(params, 'cpath_down')],
    ['decay_min_rx', String(decay >= minRx ? decay : 0)],
    ['enable', 'true'],
    ['forwarding_if_rx', reader.flag(params, 'forwarding_if_rx')],
    ['min_rx', String(minRx)],
    ['min_tx', String(reader.number(params, 'min_tx', 1, 100))],
  ]
  return { isEnabled: reader.flag(params, 'enable') === 'true', settings, mistakes: reader.mistakes }
}

const reported = ['diagnostic', 'forwarding', 'remote_diagnostic', 'remote_state', 'state']

/** A Tunnel row's bfd_status for what the switch says of the session; `error`: why there is no session. */
export function bfdStatus(status: Pairs, error: string | null): Pairs {
  if (error !== null)
    return [
      ['enabled', 'false'],
      ['info', error],
    ]
  const told = status.filter(([key]) => reported.includes(key))
  return [...told, ['enabled', 'true'] as const].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Reads typed values out of a map of strings, and notes what it could not use. */
class Reader {
  readonly mistakes: string[] = []

  number(pairs: Pairs, key: string, least: number, fallback: number): number {
    return this.#read(pairs, key, fallback, (text) =>
      /^\d{1,9}$/.test(text) && Number(text) >= least ? Number(text) : undefined,
    )
  }

  flag(pairs: Pairs, key: string): 'true' | 'false' {
    return this.#read(pairs, key, 'false', (text) => (text === 'true' || text === 'false' ? text : undefined))
  }

  mac(pairs: Pairs, key: string): string {
    return this.#read<string>(pairs, key, defaultMac, parseMac)
  }

  address(pairs: Pairs, key: string, fallback: string): string {
    return this.#read<string>(pairs, key, fallback, (text) =>
      text.includes(':') ? undefined : parseAddress(text),
    )
  }

  #read<T>(pairs: Pairs, key: string, fallback: T, parse: (text: string) => T | undefined): T {
    const text = pairs.find(([name]) => name === key)?.[1]
    if (text === undefined) return fallback
    const value = parse(text)
    if (value === undefined) this.mistakes.push(`${key} is unusable: ${quoted(text)}`)
    return value ?? fallback
  }
}
