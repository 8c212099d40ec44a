import { shellWords } from '../command.js'
import type { Core } from '../core.js'
import { problemsIn } from '../derive/board.js'
import { describeProblem, namedProblems } from '../describe-problem.js'
import { legacyBridges } from '../derive/legacy.js'
import { entriesOf, none } from '../model/collection.js'
import { type Finding, fine, wrong } from './finding.js'
import type { Reached } from './usable.js'

/** The tunnel_ips of the switch that `core` is for, and the other VTEPs that rows name. */
export function endPoints({ state }: Core): {
  readonly own: readonly string[]
  readonly remote: readonly string[]
} {
  const { vtep, settings } = state
  const switches = [...entriesOf(vtep?.Physical_Switch ?? none)].map(([, row]) => row)
  const own = switches.find(({ name }) => name === settings?.physicalSwitch)?.tunnel_ips ?? []
  const named = [...entriesOf(vtep?.Physical_Locator ?? none)].map(([, { dst_ip }]) => dst_ip)
  return { own, remote: [...new Set(named)].filter((address) => !own.includes(address)).sort() }
}

/** Rows that can't be realised, each with its reason. */
export function rowFindings(core: Core): readonly Finding[] {
  const derived = core.derived()
  const list = derived === null ? [] : namedProblems(problemsIn(derived.desired), core.state)
  if (list.length === 0) return [fine('rows', 'every row can be realised')]
  return list.map((problem) => wrong('rows', describeProblem(problem), null))
}

/** What the Python ovs-vtep left; one that runs must end first. */
export function legacyFindings({ state }: Core, isRunning: boolean, reached: Reached): readonly Finding[] {
  const name = state.settings?.physicalSwitch ?? ''
  const bridges = state.ovs === null ? [] : legacyBridges(name, state.ovs)
  if (isRunning)
    return [
      wrong(
        'predecessor',
        'the Python ovs-vtep is running',
        shellWords('ovs-appctl', '-t', 'ovs-vtep', 'exit'),
      ),
    ]
  if (bridges.length === 0) return [fine('predecessor', 'nothing of the Python ovs-vtep is left')]
  const removal = bridges.flatMap((bridge) => ['--', '--if-exists', 'del-br', bridge])
  return [
    wrong(
      'predecessor',
      `bridges of the Python ovs-vtep are left: ${bridges.join(', ')}; ovs-vtep takes them over when it starts`,
      shellWords('ovs-vsctl', ...reached.ovs, ...removal),
    ),
  ]
}
