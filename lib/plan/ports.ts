import { bfdMark, ownerMark, type SortedPorts } from '../derive/ports.js'
import type { BfdSession } from '../model/bfd.js'
import { type Buckets, entriesOf, lookup } from '../model/buckets.js'

/** Where the tunnel port asks to be; the switch gives it another number when this one is taken. */
const tunnelOfport = 60000

/** An ovs-vsctl command, several where `--` stands between them. */
export type VsctlCommand = readonly string[]

/** The name of our tunnel port: fits a network device's 15 characters, one for each physical switch. */
export function tunnelPortName(physicalSwitch: string): string {
  return `vtep-${hash(physicalSwitch)}`
}

/** The tunnel port and the BFD ports as they must be, where they are not. */
export function* portsToMake(
  bridge: string,
  { tunnel, sessions }: SortedPorts,
  desired: Buckets<BfdSession>,
): Generator<VsctlCommand> {
  const name = tunnel?.row.name ?? tunnelPortName(bridge)
  const isRight = tunnel?.row.type === 'vxlan' && isSame(tunnel.row.options, tunnelOptions)
  const columns = ['type=vxlan', `options=${map(tunnelOptions)}`, `ofport_request=${tunnelOfport}`]
  if (tunnel === null) yield* added(bridge, name, [])
  if (!isRight) yield ['set', 'Interface', name, ...columns]
  // in an order that only the data decides: a replay must come to the same command
  const inOrder = [...entriesOf(desired)].sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [, session] of inOrder) yield* sessionToMake(bridge, session, sessions)
}

/** BFD ports that nobody asks for any more. */
export function portsToRemove({ sessions }: SortedPorts, desired: Buckets<BfdSession>): string[] {
  return [...sessions].filter(([remote]) => lookup(desired, remote) === undefined).map(([, row]) => row.name)
}

const tunnelOptions = [
  ['key', 'flow'],
  ['remote_ip', 'flow'],
] as const

function* sessionToMake(
  bridge: string,
  { remote, settings }: BfdSession,
  sessions: SortedPorts['sessions'],
): Generator<VsctlCommand> {
  const port = sessions.get(remote)
  const options = [['remote_ip', remote]] as const
  const name = port?.name ?? `bfd-${hash(`${bridge} ${remote}`)}`
  if (port === undefined) yield* added(bridge, name, [`external-ids:${bfdMark}=${JSON.stringify(remote)}`])
  const isRight = port?.type === 'vxlan' && isSame(port.options, options) && isSame(port.bfd, settings)
  const columns = ['type=vxlan', `options=${map(options)}`, `bfd=${map(settings)}`]
  if (!isRight) yield ['set', 'Interface', name, ...columns]
}

function* added(bridge: string, name: string, marks: readonly string[]): Generator<VsctlCommand> {
  yield ['add-port', bridge, name]
  yield ['set', 'Port', name, `external-ids:${ownerMark}=${JSON.stringify(bridge)}`, ...marks]
}

type Pairs = readonly (readonly [string, string])[]

function isSame(pairs: Pairs, wanted: Pairs): boolean {
  return JSON.stringify(pairs) === JSON.stringify(wanted)
}

/** A map as ovs-vsctl reads it whatever is in it (ovs-vsctl(8), "Database Values"). */
function map(pairs: Pairs): string {
  return `{${pairs.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}}`
}

/** FNV-1a over UTF-8, as eight hexadecimal digits. */
function hash(text: string): string {
  let value = 0x811c9dc5
  for (const unit of new TextEncoder().encode(text)) value = Math.imul(value ^ unit, 0x01000193)
  return (value >>> 0).toString(16).padStart(8, '0')
}
