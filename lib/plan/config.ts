import { valueOf } from '../derive/pairs.js'
import { ownerMark } from '../derive/ports.js'
import type { View } from '../derive/view.js'
import type { ConfigBatch } from '../model/batch.js'
import type { BridgeRow } from '../model/ovs.js'
import type { State } from '../model/state.js'

/** Where the tunnel port asks to be; the switch gives it another number when this one is taken. */
const tunnelOfport = 60000

/** How long a command waits for ovs-vswitchd to take over what it wrote. */
const waitSeconds = 10

/** The external-ids key that holds a bridge's fail_mode before ours. */
const formerFailMode = 'vtep_former_fail_mode'

const tunnelOptions = [
  ['key', 'flow'],
  ['remote_ip', 'flow'],
] as const

/** The name of our tunnel port: fits a network device's 15 characters, one for each physical switch. */
export function tunnelPortName(physicalSwitch: string): string {
  let hash = 0x811c9dc5
  for (const unit of new TextEncoder().encode(physicalSwitch)) hash = Math.imul(hash ^ unit, 0x01000193)
  return `vtep-${(hash >>> 0).toString(16).padStart(8, '0')}`
}

/** What must be there before flows: a bridge that fails closed, and the tunnel port. */
export function configToMake(state: State, view: View): ConfigBatch | null {
  if (view.bridge === null || state.phase === 'leaving') return null
  const isFlushing = view.bridge.fail_mode !== 'secure'
  return transaction(
    [isFlushing ? securing(view.bridge) : [], tunnelCommand(view.bridge.name, view)],
    isFlushing,
  )
}

/** What may go once all flows stand: the predecessor's bridges, and when nothing passes them any more its ports. */
export function configToRemove({ phase }: State, view: View): ConfigBatch | null {
  const { bridge, legacy } = view
  if (bridge === null) return null
  if (phase === 'leaving') return leaving(bridge, view)
  if (legacy.bridges.length > 0)
    return transaction(
      legacy.bridges.map((name) => ['--if-exists', 'del-br', name]),
      false,
    )
  return transaction(
    legacy.ports.map(({ name }) => ['--if-exists', 'del-port', bridge.name, name]),
    false,
  )
}

/** What the user had is noted in the bridge itself, so that it can be restored even without the journal. */
function securing({ name, fail_mode }: BridgeRow): readonly string[] {
  return ['set', 'Bridge', name, 'fail_mode=secure', `external-ids:${formerFailMode}=${fail_mode ?? 'none'}`]
}

function leaving(bridge: BridgeRow, { tunnel }: View): ConfigBatch | null {
  const former = valueOf(bridge.external_ids, formerFailMode)
  const restore =
    former === 'standalone'
      ? ['set', 'Bridge', bridge.name, 'fail_mode=standalone']
      : ['clear', 'Bridge', bridge.name, 'fail_mode']
  const forget = ['remove', 'Bridge', bridge.name, 'external-ids', formerFailMode]
  return transaction(
    [
      tunnel === null ? [] : ['--if-exists', 'del-port', bridge.name, tunnel.row.name],
      ...(former === undefined ? [] : [restore, forget]),
    ],
    former !== undefined,
  )
}

function tunnelCommand(bridge: string, { tunnel }: View): readonly string[] {
  const port = tunnelPortName(bridge)
  if (tunnel === null)
    return ['add-port', bridge, port, ...markArguments(port, bridge), '--', ...settings(port)]
  const isRight =
    tunnel.row.type === 'vxlan' && JSON.stringify(tunnel.row.options) === JSON.stringify(tunnelOptions)
  return isRight ? [] : settings(tunnel.row.name)
}

function markArguments(port: string, bridge: string): string[] {
  return ['--', 'set', 'Port', port, `external-ids:${ownerMark}=${quoted(bridge)}`]
}

function settings(port: string): string[] {
  const options = `options={${tunnelOptions.map(([key, value]) => `${key}=${value}`).join(',')}}`
  return ['set', 'Interface', port, 'type=vxlan', options, `ofport_request=${tunnelOfport}`]
}

/** One ovs-vsctl transaction of the commands that are not empty; null when none is left. */
function transaction(commands: readonly (readonly string[])[], isFlushing: boolean): ConfigBatch | null {
  const made = commands.filter((command) => command.length > 0)
  if (made.length === 0) return null
  const argument = made.flatMap((command) => ['--', ...command])
  return { kind: 'config', arguments: [`--timeout=${waitSeconds}`, ...argument], isFlushing }
}

/** A string as ovs-vsctl reads it whatever is in it (ovs-vsctl(8), "Database Values"). */
function quoted(text: string): string {
  return JSON.stringify(text)
}
