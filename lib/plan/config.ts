import type { Desired } from '../derive/board.js'
import { valueOf } from '../derive/pairs.js'
import type { View } from '../derive/view.js'
import type { ConfigBatch } from '../model/batch.js'
import type { BridgeRow } from '../model/ovs.js'
import type { State } from '../model/state.js'
import { portsToMake, portsToRemove, type VsctlCommand } from './ports.js'

/** How long a command waits for ovs-vswitchd to take over what it wrote. */
const waitSeconds = 10

/** The external-ids key that holds a bridge's fail_mode before ours. */
const formerFailMode = 'vtep_former_fail_mode'

/** What must be there before flows: a bridge that fails closed, and our ports. */
export function configToMake({ phase }: State, view: View, { sessions }: Desired): ConfigBatch | null {
  const { bridge } = view
  if (bridge === null || phase === 'leaving') return null
  const isFlushing = bridge.fail_mode !== 'secure'
  return transaction(
    [...(isFlushing ? [securing(bridge)] : []), ...portsToMake(bridge.name, view, sessions)],
    isFlushing,
  )
}

/**
 * What may go once all flows stand: ports that are not needed any more, the predecessor's bridges, and
 * when nothing passes them any more its ports.
 */
export function configToRemove({ phase }: State, view: View, { sessions }: Desired): ConfigBatch | null {
  const { bridge, legacy } = view
  if (bridge === null) return null
  if (phase === 'leaving') return leaving(bridge, view)
  const ports = legacy.bridges.length > 0 ? [] : legacy.ports.map(({ name }) => name)
  return transaction(
    [
      ...legacy.bridges.map((name) => ['--if-exists', 'del-br', name]),
      ...[...portsToRemove(view, sessions), ...ports].map((name) => deletion(bridge, name)),
    ],
    false,
  )
}

/** What the user had is noted in the bridge itself, so that it can be restored even without the journal. */
function securing({ name, fail_mode }: BridgeRow): VsctlCommand {
  return ['set', 'Bridge', name, 'fail_mode=secure', `external-ids:${formerFailMode}=${fail_mode ?? 'none'}`]
}

function leaving(bridge: BridgeRow, { tunnelPorts, sessions }: View): ConfigBatch | null {
  const { name } = bridge
  const former = valueOf(bridge.external_ids, formerFailMode)
  const restored =
    former === 'standalone'
      ? ['set', 'Bridge', name, 'fail_mode=standalone']
      : ['clear', 'Bridge', name, 'fail_mode']
  const forgotten = ['remove', 'Bridge', name, 'external-ids', formerFailMode]
  const ports = [...tunnelPorts.map(({ row }) => row), ...sessions.values()]
  return transaction(
    [
      ...ports.map((port) => deletion(bridge, port.name)),
      ...(former === undefined ? [] : [restored, forgotten]),
    ],
    former !== undefined,
  )
}

function deletion(bridge: BridgeRow, port: string): VsctlCommand {
  return ['--if-exists', 'del-port', bridge.name, port]
}

/** One ovs-vsctl transaction; null when there is nothing in it. */
function transaction(commands: readonly VsctlCommand[], isFlushing: boolean): ConfigBatch | null {
  if (commands.length === 0) return null
  const words = commands.flatMap((command) => ['--', ...command])
  return { kind: 'config', arguments: [`--timeout=${waitSeconds}`, ...words], isFlushing }
}
