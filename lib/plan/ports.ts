import { addressMark, againMark, bfdMark, ownerMark } from '../derive/marks.js'
import type { TunnelPort } from '../derive/ports.js'
import type { WantedPort } from '../derive/sharing.js'
import type { View } from '../derive/view.js'
import type { Address } from '../model/address.js'
import type { BfdSession } from '../model/bfd.js'
import { type Collection, entriesOf, lookup } from '../model/collection.js'
import type { InterfaceRow } from '../schema/open-vswitch.js'

/** Where the first tunnel port asks to be; the switch gives it another number when this one is taken. */
const firstOfport = 60000

/** An ovs-vsctl command, or several that belong together, with `--` between them. */
export type VsctlCommand = readonly string[]

/** What plans for our ports look at. */
type Ports = Pick<View, 'tunnelPorts' | 'wantedPorts' | 'sessions' | 'hindered'>

/** The tunnel ports and the BFD ports as they must be, where they are not; `interfaces`: of the whole machine. */
export function* portsToMake(
  bridge: string,
  ports: Ports,
  desired: Collection<BfdSession>,
  interfaces: Collection<InterfaceRow>,
): Generator<VsctlCommand> {
  const tunnels = [...tunnelsToBe(bridge, ports)]
  yield* tunnels
  // theirs can be made only when ours has changed
  if (tunnels.length === 0) yield* toTryAgain(ports)
  // in an order that only the data decides: a replay must come to the same command
  const inOrder = [...entriesOf(desired)].sort(([a], [b]) => (a < b ? -1 : 1))
  const missing = inOrder.filter(([remote]) => !ports.sessions.has(remote as Address))
  const sessionNames = freeSessionNames(bridge, missing, interfaces)
  for (const [remote, session] of inOrder)
    yield* together(
      sessionToMake(bridge, session, ports.sessions.get(session.remote), sessionNames.get(remote)),
    )
}

function* tunnelsToBe(bridge: string, ports: Ports): Generator<VsctlCommand> {
  const names = freeNames(bridge, ports.tunnelPorts)
  for (const [wanted, port] of assigned(ports))
    yield* together(port === undefined ? tunnelToMake(bridge, wanted, names) : tunnelToAmend(wanted, port))
}

/** Once for each port of others that the switch could not make: it does not try by itself when ours has stepped aside. */
function* toTryAgain({ tunnelPorts: [first], hindered }: Ports): Generator<VsctlCommand> {
  const name = hindered[0]?.name ?? ''
  if (first !== undefined && first.again !== name)
    yield ['set', 'Port', first.row.name, `external-ids:${againMark}=${JSON.stringify(name)}`]
}

/** Commands as one; none where there is none. */
function* together(commands: Iterable<VsctlCommand>): Generator<VsctlCommand> {
  const [first, ...others] = commands
  if (first !== undefined) yield [...first, ...others.flatMap((command) => ['--', ...command])]
}

/** Tunnel and BFD ports that nobody asks for any more. */
export function portsToRemove(ports: Ports, desired: Collection<BfdSession>): string[] {
  const used = new Set([...assigned(ports).values()].map((port) => port?.row.name))
  const tunnels = ports.tunnelPorts.map(({ row }) => row.name).filter((name) => !used.has(name))
  const idle = [...ports.sessions].filter(([remote]) => lookup(desired, remote) === undefined)
  return [...tunnels, ...idle.map(([, row]) => row.name)]
}

/** Which port becomes which: one that is tied so already, else one that is left over, else a new one. */
function assigned({ wantedPorts, tunnelPorts }: Ports): ReadonlyMap<WantedPort, TunnelPort | undefined> {
  const left = new Set(tunnelPorts)
  const tied = wantedPorts.map((wanted) => {
    const port = tunnelPorts.find(({ local }) => local === wanted.local)
    if (port !== undefined) left.delete(port)
    return port
  })
  return new Map(
    wantedPorts.map((wanted, i) => {
      const port = tied[i] ?? [...left][0]
      if (port !== undefined) left.delete(port)
      return [wanted, port]
    }),
  )
}

/** Names and OpenFlow ports for tunnel ports: what another of ours does not bear, whatever that is tied to. */
function* freeNames(bridge: string, tunnelPorts: Ports['tunnelPorts']): Generator<readonly [string, number]> {
  for (let i = 0; ; i++) {
    const name = tunnelName(bridge, i)
    if (!tunnelPorts.some(({ row }) => row.name === name)) yield [name, firstOfport + i]
  }
}

/** Fits a network device's 15 characters; a bridge's name has no slash in it. */
export function tunnelName(bridge: string, i: number): string {
  return `vtep-${hash(i === 0 ? bridge : `${bridge}/${i}`)}`
}

/** Of the port for the BFD session with `remote`; `i` counts names that others have already. */
export function sessionName(bridge: string, remote: string, i = 0): string {
  return `bfd-${hash(`${bridge} ${remote}${i === 0 ? '' : `/${i}`}`)}`
}

/** Names for new BFD ports by remote. Who chooses the end points can choose two of one hash. */
function freeSessionNames(
  bridge: string,
  missing: readonly (readonly [string, BfdSession])[],
  interfaces: Collection<InterfaceRow>,
): ReadonlyMap<string, string> {
  if (missing.length === 0) return new Map()
  const taken = new Set([...entriesOf(interfaces)].map(([, { name }]) => name))
  return new Map(
    missing.map(([remote]) => {
      let i = 0
      while (taken.has(sessionName(bridge, remote, i))) i++
      const name = sessionName(bridge, remote, i)
      taken.add(name)
      return [remote, name]
    }),
  )
}

function* tunnelToMake(
  bridge: string,
  wanted: WantedPort,
  names: Generator<readonly [string, number]>,
): Generator<VsctlCommand> {
  const [name, ofport] = names.next().value as readonly [string, number]
  yield* added(bridge, name, [markOf(wanted)])
  const columns = ['type=vxlan', `options=${vsctlMap(tunnelOptions(wanted))}`, `ofport_request=${ofport}`]
  yield ['set', 'Interface', name, ...columns]
}

function* tunnelToAmend(wanted: WantedPort, { row, mark }: TunnelPort): Generator<VsctlCommand> {
  const { name, type, options } = row
  const isRight = type === 'vxlan' && isSame(options, tunnelOptions(wanted))
  if (mark !== (wanted.address ?? '')) yield ['set', 'Port', name, markOf(wanted)]
  if (!isRight) yield ['set', 'Interface', name, 'type=vxlan', `options=${vsctlMap(tunnelOptions(wanted))}`]
}

function markOf({ address }: WantedPort): string {
  return `external-ids:${addressMark}=${JSON.stringify(address ?? '')}`
}

function tunnelOptions({ local }: WantedPort): Pairs {
  return [['key', 'flow'], ...tiedTo(local), ['remote_ip', 'flow']]
}

function tiedTo(local: Address | null): Pairs {
  return local === null ? [] : [['local_ip', local]]
}

function* sessionToMake(
  bridge: string,
  { remote, local, settings }: BfdSession,
  port: InterfaceRow | undefined,
  newName = '',
): Generator<VsctlCommand> {
  const options: Pairs = [...tiedTo(local), ['remote_ip', remote]]
  const name = port?.name ?? newName
  if (port === undefined) yield* added(bridge, name, [`external-ids:${bfdMark}=${JSON.stringify(remote)}`])
  const isRight = port?.type === 'vxlan' && isSame(port.options, options) && isSame(port.bfd, settings)
  const columns = ['type=vxlan', `options=${vsctlMap(options)}`, `bfd=${vsctlMap(settings)}`]
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
export function vsctlMap(pairs: Pairs): string {
  return `{${pairs.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}}`
}

/** FNV-1a over UTF-8, as eight hexadecimal digits. */
function hash(text: string): string {
  let value = 0x811c9dc5
  for (const unit of new TextEncoder().encode(text)) value = Math.imul(value ^ unit, 0x01000193)
  return (value >>> 0).toString(16).padStart(8, '0')
}
