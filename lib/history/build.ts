import { commandOf, type Command } from '../plan/command.js'
import type { Core } from '../daemon/core.js'
import { learnedMac } from '../pipeline/rules/learning.js'
import { parseAddress } from '../model/address.js'
import { claimKeyParts } from '../model/claim.js'
import { entriesOf, lookup, none } from '../model/collection.js'
import { claimNotes } from '../pipeline/rules/claims.js'
import type { Flow } from '../model/flow.js'
import { byMetadata, learnedCookie, learnedKeyParts } from '../model/identity.js'
import type { InterfaceRow, OvsRow } from '../schema/open-vswitch.js'
import type { OvsTables, State } from '../model/state.js'
import { vsctlMap } from '../plan/ports.js'
import { inFittingParts, transactionWords, type VsctlCommand } from '../plan/vsctl-command.js'

/**
 * Commands that make a switch with the bridge, the ports and our flows of this state from nothing. Flows that are
 * desired, as the databases asked for them; learned MACs are not among them. None while either database is not known.
 */
export function buildCommands(core: Core): readonly Command[] {
  const bridge = bridgeOf(core)
  const { ovs } = core.state
  const derived = core.derived()
  if (bridge === null || ovs === null || derived === null) return []
  const add = [...entriesOf(derived.desired.flows)].map(([, flow]) => flow)
  return [...portsCommands(bridge, ovs, (row) => row), flowsCommand(bridge.name, add)]
}

/** What makes a scratch switch stand as the recorded one did. */
export interface Likeness {
  readonly bridge: string
  /** Ports of devices, which are dummies there. */
  readonly dummies: readonly string[]
  /** The bridge with its ports, and our flows, what was learned among them. */
  readonly commands: readonly Command[]
  /** The flows of others, which may need more than a scratch switch has. */
  readonly others: Command | null
}

/**
 * How a scratch switch without devices comes to stand as the switch did: installed flows, be they desired or not, in
 * a bridge with the same ports and OpenFlow ports. Ports of devices are dummies there; BFD does not run. `targetOf`: as
 * in commandOf. Null while the bridge or its flows are not known.
 */
export function likenessOf(core: Core, targetOf: TargetOf): Likeness | null {
  const bridge = bridgeOf(core)
  const { ovs, flows, foreign } = core.state
  if (bridge === null || ovs === null || flows === null) return null
  const own = [...entriesOf(flows)].map(([, flow]) => flow)
  const { name } = bridge
  const dummies = interfacesOf(bridge, ovs).filter((row) => row.name !== name && standIn(row) !== row)
  return {
    bridge: name,
    dummies: dummies.map((row) => row.name).sort(),
    commands: [
      ...portsCommands(bridge, ovs, standIn),
      flowsCommand(name, [...own, ...learnedFlows(core.state)], targetOf),
    ],
    others: foreign.length === 0 ? null : flowsCommand(name, foreign, targetOf),
  }
}

/** What ovs-ofctl is to connect to for a bridge. */
export type TargetOf = (bridge: string) => string

type Bridge = OvsRow<'Bridge'>

function bridgeOf(core: Core): Bridge | null {
  return core.state.settings === null ? null : (core.derived()?.view.bridge ?? null)
}

function interfacesOf(bridge: Bridge, ovs: OvsTables): readonly InterfaceRow[] {
  const ports = bridge.ports.flatMap((uuid) => lookup(ovs.Port, uuid) ?? [])
  return ports.flatMap(({ interfaces }) => interfaces.flatMap((uuid) => lookup(ovs.Interface, uuid) ?? []))
}

function flowsCommand(bridge: string, flows: readonly Flow[], targetOf?: TargetOf): Command {
  const add = flows.toSorted((a, b) => (a.key < b.key ? -1 : 1))
  return commandOf({ kind: 'flows', bridge, remove: [], add }, targetOf)
}

/** Ports that need no device of the machine. */
const deviceless = new Set(['internal', 'patch', 'vxlan', 'geneve', 'gre'])

/** A dummy heeds options that name files and sockets, so it gets none. */
function standIn(row: InterfaceRow): InterfaceRow {
  return deviceless.has(row.type) ? row : { ...row, type: 'dummy', options: [] }
}

/** As the switch prints what it learned: MACs, and who claims an address. */
function learnedFlows({ learned, claims, vtep, settings }: State): readonly Flow[] {
  if (learned === null || vtep === null || settings === null) return []
  const { macAgingSeconds } = settings
  const switches = byMetadata(vtep.Logical_Switch)
  const macs = [...entriesOf(learned)].flatMap(([key, number]) => {
    const { metadata, mac } = learnedKeyParts(key)
    const logicalSwitch = switches.get(metadata)
    if (logicalSwitch === undefined) return []
    const learned = learnedCookie(number, logicalSwitch)
    return [learnedMac.print({ metadata, mac, binding: number, learned, macAgingSeconds })]
  })
  const notes = [...entriesOf(claims ?? none)].flatMap(([key, claim]) => {
    const { metadata, address: text } = claimKeyParts(key)
    const [logicalSwitch, address] = [switches.get(metadata), parseAddress(text)]
    if (logicalSwitch === undefined || address === undefined) return []
    return claimNotes(logicalSwitch, address, claim, macAgingSeconds)
  })
  return [...macs, ...notes]
}

/** As many as there must be, for one process can't be given thousands of ports. */
function portsCommands(
  bridge: Bridge,
  ovs: OvsTables,
  as: (row: InterfaceRow) => InterfaceRow,
): readonly Command[] {
  const parts = [
    ['--may-exist', 'add-br', bridge.name],
    ...(bridge.fail_mode === null ? [] : [['set', 'Bridge', bridge.name, `fail_mode=${bridge.fail_mode}`]]),
    ...bridge.ports.flatMap((uuid) => [...portCommands(bridge.name, uuid, ovs, as)]),
  ]
  // a name that is the sign between two commands could not be said, and would begin a command of its own
  const sayable = parts.filter((part) => !part.includes('--'))
  return [...inFittingParts(sayable)].map((part) => ({
    program: 'ovs-vsctl',
    arguments: transactionWords(part).slice(1),
    input: '',
  }))
}

function* portCommands(
  bridge: string,
  uuid: string,
  ovs: OvsTables,
  as: (row: InterfaceRow) => InterfaceRow,
): Generator<VsctlCommand> {
  const port = lookup(ovs.Port, uuid)
  // the bridge's own port comes with it
  if (port === undefined || port.name === bridge) return
  const interfaces = port.interfaces.flatMap((id) => lookup(ovs.Interface, id) ?? []).map(as)
  const names = interfaces.map(({ name }) => name)
  if (names.length > 1) yield ['--may-exist', 'add-bond', bridge, port.name, ...names]
  else yield ['--may-exist', 'add-port', bridge, port.name]
  if (port.external_ids.length > 0)
    yield ['set', 'Port', port.name, `external_ids=${vsctlMap(port.external_ids)}`]
  for (const { name, type, options, ofport } of interfaces) {
    const columns = [
      ...(type === '' ? [] : [`type=${type}`]),
      ...(options.length === 0 ? [] : [`options=${vsctlMap(options)}`]),
      ...(ofport === null || ofport < 1 ? [] : [`ofport_request=${ofport}`]),
    ]
    if (columns.length > 0) yield ['set', 'Interface', name, ...columns]
  }
}
