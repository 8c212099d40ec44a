import { addressMark, againMark, bfdMark, ownerMark } from '../derive/view/marks.js'
import { sessionName, tunnelName } from '../derive/view/port-names.js'
import type { TunnelPort } from '../derive/view/ports.js'
import type { WantedPort } from '../derive/view/sharing.js'
import type { View } from '../derive/view/view.js'
import type { Address } from '../model/address.js'
import type { BfdSession } from '../model/bfd.js'
import { type Collection, entriesOf, lookup } from '../model/collection.js'
import type { OvsTables } from '../model/state.js'
import type { VsctlCommand } from './vsctl-command.js'

/** Where the first tunnel port asks to be; the switch gives it another number when this one is taken. */
const firstOfport = 60000

/** What plans for our ports look at. */
type Ports = Pick<View, 'tunnelPorts' | 'wantedPorts' | 'sessions' | 'unmarked' | 'surplus' | 'hindered'>

/** The tunnel ports and the BFD ports as they must be, where they are not; `ovs`: of the whole machine, where each name is there once. */
export function* portsToMake(
  bridge: string,
  ports: Ports,
  desired: Collection<BfdSession>,
  ovs: OvsTables,
): Generator<VsctlCommand> {
  const tunnels = [...tunnelsToBe(bridge, ports, ovs)]
  yield* tunnels
  // theirs can be made only when ours has changed
  if (tunnels.length === 0) yield* toTryAgain(ports)
  // in an order that only the data decides: a replay must come to the same command
  const inOrder = [...entriesOf(desired)].sort(([a], [b]) => (a < b ? -1 : 1))
  const missing = inOrder.filter(([remote]) => !ports.sessions.has(remote as Address))
  const sessionNames = freeSessionNames(bridge, missing, ovs)
  for (const [remote, session] of inOrder)
    yield* together(sessionToMake(bridge, session, ports, sessionNames.get(remote)))
}

function* tunnelsToBe(bridge: string, ports: Ports, ovs: OvsTables): Generator<VsctlCommand> {
  const names = freeNames(bridge, ovs)
  for (const [wanted, port] of assigned(ports))
    yield* together(
      port === undefined
        ? tunnelToMake(bridge, wanted, names)
        : tunnelToAmend(bridge, wanted, port, ports.unmarked),
    )
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
  return [...tunnels, ...idle.map(([, row]) => row.name), ...ports.surplus]
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

/** Names and OpenFlow ports for tunnel ports. */
function* freeNames(bridge: string, ovs: OvsTables): Generator<readonly [string, number]> {
  const taken = takenNames(ovs)
  for (let i = 0; ; i++) {
    const name = tunnelName(bridge, i)
    if (!taken.has(name)) yield [name, firstOfport + i]
  }
}

/** Of all ports and interfaces of the machine, ours included; a bridge has a port of its own name. */
function takenNames({ Port, Interface }: OvsTables): Set<string> {
  const rows = [...entriesOf<{ readonly name: string }>(Port), ...entriesOf(Interface)]
  return new Set(rows.map(([, { name }]) => name))
}

/** Names for new BFD ports by remote. Who chooses the end points can choose two of one hash. */
function freeSessionNames(
  bridge: string,
  missing: readonly (readonly [string, BfdSession])[],
  ovs: OvsTables,
): ReadonlyMap<string, string> {
  if (missing.length === 0) return new Map()
  const taken = takenNames(ovs)
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

function* tunnelToAmend(
  bridge: string,
  wanted: WantedPort,
  { row, mark }: TunnelPort,
  unmarked: ReadonlySet<string>,
): Generator<VsctlCommand> {
  const { name, type, options } = row
  const isRight = type === 'vxlan' && isSame(options, tunnelOptions(wanted))
  if (unmarked.has(name)) yield marking(bridge, name, [markOf(wanted)])
  else if (mark !== (wanted.address ?? '')) yield ['set', 'Port', name, markOf(wanted)]
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
  { sessions, unmarked }: Ports,
  newName = '',
): Generator<VsctlCommand> {
  const options: Pairs = [...tiedTo(local), ['remote_ip', remote]]
  const port = sessions.get(remote)
  const name = port?.name ?? newName
  const marks = [`external-ids:${bfdMark}=${JSON.stringify(remote)}`]
  if (port === undefined) yield* added(bridge, name, marks)
  else if (unmarked.has(name)) yield marking(bridge, name, marks)
  const isRight = port?.type === 'vxlan' && isSame(port.options, options) && isSame(port.bfd, settings)
  const columns = ['type=vxlan', `options=${vsctlMap(options)}`, `bfd=${vsctlMap(settings)}`]
  if (!isRight) yield ['set', 'Interface', name, ...columns]
}

function* added(bridge: string, name: string, marks: readonly string[]): Generator<VsctlCommand> {
  yield ['add-port', bridge, name]
  yield marking(bridge, name, marks)
}

function marking(bridge: string, name: string, marks: readonly string[]): VsctlCommand {
  return ['set', 'Port', name, `external-ids:${ownerMark}=${JSON.stringify(bridge)}`, ...marks]
}

type Pairs = readonly (readonly [string, string])[]

function isSame(pairs: Pairs, wanted: Pairs): boolean {
  return (
    pairs.length === wanted.length &&
    pairs.every(([key, value], i) => key === wanted[i]?.[0] && value === wanted[i][1])
  )
}

/** A map as ovs-vsctl reads it whatever is in it (ovs-vsctl(8), "Database Values"). */
export function vsctlMap(pairs: Pairs): string {
  return `{${pairs.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}}`
}
