import type { Desired } from '../derive/board.js'
import { valueOf } from '../derive/pairs.js'
import type { View } from '../derive/view.js'
import type { ConfigBatch, FlowBatch } from '../model/batch.js'
import { none } from '../model/collection.js'
import type { BridgeRow } from '../schema/open-vswitch.js'
import type { State } from '../model/state.js'
import { isPredecessorForwarding } from './legacy.js'
import { portsToMake, portsToRemove, type VsctlCommand } from './ports.js'

const nobody: Desired['sessions'] = none

/** How long a command waits for ovs-vswitchd to take over what it wrote. */
const waitSeconds = 10

/** The external-ids key that holds a bridge's fail_mode before ours. */
const formerFailMode = 'vtep_former_fail_mode'

/** What comes back where a change of fail_mode drops all flows. */
type Restore = () => FlowBatch | null

/**
 * What must be there before flows: a bridge that fails closed, and our ports. Where the predecessor's flows
 * carry frames our ports come first, so that what is restored after the change is all that frames need.
 */
export function configToMake(
  { phase, foreign, ovs }: State,
  view: View,
  desired: Desired,
  restore: Restore,
): ConfigBatch | null {
  const { bridge, legacy } = view
  if (bridge === null || ovs === null || phase === 'leaving') return null
  // the predecessor's BFD ports have the same end points: beside them ours would not come up
  const sessions = legacy.bridges.length > 0 ? nobody : desired.sessions
  const ports = [...portsToMake(bridge.name, view, sessions, ovs.Interface)]
  const isWaiting = ports.length > 0 && isPredecessorForwarding(foreign, legacy)
  return bridge.fail_mode === 'secure' || isWaiting
    ? transaction(firstOf(ports))
    : transaction(firstOf([securing(bridge), ...ports]), restore)
}

/**
 * What may go once all flows stand: ports that are not needed any more, the predecessor's bridges, and
 * when nothing passes them any more its ports.
 */
export function configToRemove(
  { phase }: State,
  view: View,
  { sessions }: Desired,
  restore: Restore,
): ConfigBatch | null {
  const { bridge, legacy } = view
  if (bridge === null) return null
  if (phase === 'leaving') return leaving(bridge, view, restore)
  const ports = legacy.bridges.length > 0 ? [] : legacy.ports.map(({ name }) => name)
  return transaction(
    firstOf([
      ...legacy.bridges.map((name) => ['--if-exists', 'del-br', name]),
      ...[...portsToRemove(view, sessions), ...ports].map((name) => deletion(bridge, name)),
    ]),
  )
}

/** What the user had is noted in the bridge itself, so that it can be restored even without the journal. */
function securing({ name, fail_mode }: BridgeRow): VsctlCommand {
  return ['set', 'Bridge', name, 'fail_mode=secure', `external-ids:${formerFailMode}=${fail_mode ?? 'none'}`]
}

function leaving(bridge: BridgeRow, { tunnelPorts, sessions }: View, restore: Restore): ConfigBatch | null {
  const { name } = bridge
  const former = valueOf(bridge.external_ids, formerFailMode)
  const restored =
    former === 'standalone'
      ? ['set', 'Bridge', name, 'fail_mode=standalone']
      : ['clear', 'Bridge', name, 'fail_mode']
  const forgotten = ['remove', 'Bridge', name, 'external-ids', formerFailMode]
  const ports = [...tunnelPorts.map(({ row }) => row), ...sessions.values()]
  const deletions = ports.map((port) => deletion(bridge, port.name))
  const all = former === undefined ? deletions : [...deletions, restored, forgotten]
  const first = firstOf(all)
  return first.includes(restored) ? transaction(first, restore) : transaction(first)
}

/** The kernel takes 128 KiB in one argument, and in all of them with the environment a quarter of the stack, 2 MiB mostly. */
const mostCharacters = 64 * 1024

/**
 * As many as one process can be given: what is left out is planned when these are made. What makes one port is one command
 * here, so that none stands without its mark.
 */
function firstOf(commands: readonly VsctlCommand[]): readonly VsctlCommand[] {
  let room = mostCharacters
  const tooMany = commands.findIndex((command) => (room -= command.join(' ').length + 4) < 0)
  return tooMany < 0 ? commands : commands.slice(0, Math.max(tooMany, 1))
}

function deletion(bridge: BridgeRow, port: string): VsctlCommand {
  return ['--if-exists', 'del-port', bridge.name, port]
}

/** One ovs-vsctl transaction, with `restore` one that changes fail_mode; null when there is nothing in it. */
function transaction(commands: readonly VsctlCommand[], restore?: Restore): ConfigBatch | null {
  if (commands.length === 0) return null
  const words = commands.flatMap((command) => ['--', ...command])
  return {
    kind: 'config',
    arguments: [`--timeout=${waitSeconds}`, ...words],
    isFlushing: restore !== undefined,
    restoration: restore?.() ?? null,
  }
}
