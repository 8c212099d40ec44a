import { hostAndPort } from '../../lib/model/address.js'
import { isIPv6 } from 'node:net'
import { resolve } from 'node:path'
import { rundir } from '../paths.js'

/** Where an OVSDB server listens: the active connection methods of ovsdb(7). */
export type Remote =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp' | 'ssl'; readonly host: string; readonly port: number }

const defaultPort = 6640
const maxPort = 65_535
const networkRemote = /^(?<kind>tcp|ssl):(?:\[(?<v6>[^\]]+)\]|(?<host>[^:[\]\s]+))(?::(?<port>\d{1,5}))?$/

/**
 * The remote that `text` names: unix:PATH, tcp:HOST[:PORT] or ssl:HOST[:PORT], an IPv6 HOST in brackets.
 * The port defaults to 6640. As in OVS, a relative PATH is below `runDirectory`.
 */
export function parseRemote(text: string, runDirectory = rundir()): Remote {
  if (text.startsWith('unix:') && text.length > 'unix:'.length)
    return { kind: 'unix', path: resolve(runDirectory, text.slice('unix:'.length)) }
  const { kind, v6, host, port = defaultPort } = networkRemote.exec(text)?.groups ?? {}
  const isHostGood = v6 === undefined ? host !== undefined : isIPv6(v6)
  if (!isHostGood || Number(port) < 1 || Number(port) > maxPort)
    throw new Error(
      `"${text}" is not an OVSDB remote: expected unix:PATH, tcp:HOST[:PORT] or ssl:HOST[:PORT]`,
    )
  return { kind: kind === 'ssl' ? 'ssl' : 'tcp', host: v6 ?? host ?? '', port: Number(port) }
}

/** The servers of one database that `text` lists, separated by commas. */
export function parseRemotes(text: string, runDirectory = rundir()): readonly Remote[] {
  return text.split(',').map((one) => parseRemote(one.trim(), runDirectory))
}

/** The text that `parseRemote` reads back to the same remote. */
export function printRemote(remote: Remote): string {
  if (remote.kind === 'unix') return `unix:${remote.path}`
  return `${remote.kind}:${hostAndPort(remote.host, remote.port)}`
}
