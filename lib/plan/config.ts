import type { Desired } from '../derive/board.js'
import { formerFailMode } from '../derive/view/marks.js'
import { valueOf } from '../derive/pairs.js'
import type { View } from '../derive/view/view.js'
import type { ConfigBatch, FlowBatch } from '../model/batch.js'
import { none } from '../model/collection.js'
import { isConfigKey, partsOf, subjectOf } from '../model/quarantine.js'
import type { BridgeRow } from '../schema/open-vswitch.js'
import type { State } from '../model/state.js'
import { admitted } from './gate.js'
import { isPredecessorForwarding } from './legacy.js'
import { portsToMake, portsToRemove } from './ports.js'
import { fitting, transactionWords, type VsctlCommand } from './vsctl-command.js'

const nobody: Desired['sessions'] = none

/** How long a command waits for ovs-vswitchd to take over what it wrote. */
const waitSeconds = 10

/** What comes back where a change of fail_mode drops all flows. */
type Restore = () => FlowBatch | null

/**
 * What must be there before flows: a bridge that fails closed, and our ports. Where the predecessor's flows
 * carry frames our ports come first, so that what is restored after the change is all that frames need.
 */
export function configToMake(
  state: State,
  view: View,
  desired: Desired,
  restore: Restore,
): ConfigBatch | null {
  const { phase, foreign, ovs } = state
  const { bridge, legacy } = view
  if (bridge === null || ovs === null || phase === 'leaving') return null
  // the predecessor's BFD ports have the same end points: beside them ours would not come up
  const sessions = legacy.bridges.length > 0 ? nobody : desired.sessions
  const ports = [...portsToMake(bridge.name, view, sessions, ovs)]
  const isWaiting = ports.length > 0 && isPredecessorForwarding(foreign, legacy)
  if (isWaiting) return transaction(state, ports)
  return bridge.fail_mode === 'secure'
    ? transaction(state, [...remembering(bridge, state), ...ports])
    : transaction(state, [securing(bridge), ...ports], restore)
}

/**
 * What may go once all flows stand: ports that are not needed any more, the predecessor's bridges, and
 * when nothing passes them any more its ports.
 */
export function configToRemove(
  state: State,
  view: View,
  { sessions }: Desired,
  restore: Restore,
): ConfigBatch | null {
  const { bridge, legacy } = view
  if (bridge === null) return null
  if (state.phase === 'leaving') return leaving(state, bridge, view, restore)
  // where something of ours is refused, what the predecessor left may be all that frames have
  const isRefused = state.quarantined.some(({ key, isDue }) => isConfigKey(key) && !isDue)
  const bridges = isRefused ? [] : legacy.bridges
  const ports = isRefused || legacy.bridges.length > 0 ? [] : legacy.ports.map(({ name }) => name)
  return transaction(state, [
    ...bridges.map((name) => ['--if-exists', 'del-br', name]),
    ...[...portsToRemove(view, sessions), ...ports].map((name) => deletion(bridge, name)),
  ])
}

/** What the user had is noted in the bridge itself, so that it can be restored even without the journal. */
function securing({ name, fail_mode }: BridgeRow): VsctlCommand {
  return ['set', 'Bridge', name, 'fail_mode=secure', `external-ids:${formerFailMode}=${fail_mode ?? 'none'}`]
}

/** What the bridge said before somebody made it forget. */
function remembering(
  { name, external_ids }: BridgeRow,
  { formerFailMode: former }: State,
): readonly VsctlCommand[] {
  return former === undefined || valueOf(external_ids, formerFailMode) !== undefined
    ? []
    : [['set', 'Bridge', name, `external-ids:${formerFailMode}=${former}`]]
}

function leaving(
  state: State,
  bridge: BridgeRow,
  { tunnelPorts, sessions, surplus }: View,
  restore: Restore,
): ConfigBatch | null {
  const { name } = bridge
  const former = valueOf(bridge.external_ids, formerFailMode) ?? state.formerFailMode
  const restored =
    former === 'standalone'
      ? ['set', 'Bridge', name, 'fail_mode=standalone']
      : ['clear', 'Bridge', name, 'fail_mode']
  const forgotten = ['remove', 'Bridge', name, 'external-ids', formerFailMode]
  const ports = [...tunnelPorts.map(({ row }) => row), ...sessions.values()].map((row) => row.name)
  const deletions = [...ports, ...surplus].map((port) => deletion(bridge, port))
  return former === undefined
    ? transaction(state, deletions)
    : transaction(state, [...deletions, restored, forgotten], restore)
}

function deletion(bridge: BridgeRow, port: string): VsctlCommand {
  return ['--if-exists', 'del-port', bridge.name, port]
}

/**
 * One ovs-vsctl transaction of what is not refused, with `restore` one that changes fail_mode; null when there is
 * nothing in it. What one process can't be given is planned when this is made. What makes one port is one command here, so
 * that none stands without its mark.
 */
function transaction(state: State, commands: readonly VsctlCommand[], restore?: Restore): ConfigBatch | null {
  const taken = fitting(admittedCommands(state, commands))
  if (taken.length === 0) return null
  const isFlushing = restore !== undefined && taken.some(([, , , ...columns]) => columns.some(isFailMode))
  return { ...batchOf(taken), isFlushing, restoration: isFlushing ? restore() : null }
}

function admittedCommands(state: State, commands: readonly VsctlCommand[]): readonly VsctlCommand[] {
  if (state.quarantined.length === 0 && state.lanes.switch.search === null) return commands
  const keys = new Set(admitted(state, 'switch', partsOf(batchOf(commands))).map(({ key }) => key))
  return commands.filter((command) => keys.has(subjectOf(command)))
}

function batchOf(commands: readonly VsctlCommand[]): ConfigBatch {
  return {
    kind: 'config',
    arguments: [`--timeout=${waitSeconds}`, ...transactionWords(commands)],
    isFlushing: false,
    restoration: null,
  }
}

function isFailMode(word: string): boolean {
  return word === 'fail_mode' || word.startsWith('fail_mode=')
}
