import { shellWords } from '../plan/command.js'
import type { Core } from '../daemon/core.js'
import { problemsIn } from '../derive/board.js'
import { mendingCommand, namedProblems, problemText } from '../words/describe-problem.js'
import { contestedText } from '../words/standing.js'
import { legacyBridges } from '../derive/view/legacy.js'
import { entriesOf, none } from '../model/collection.js'
import { type DoctorFinding, fine, wrong } from './finding.js'
import type { ReachedBy } from './usable.js'

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

/** Rows that can't be realised, each with its reason, but for those of which `said` says the same. */
export function doctorRowFindings(
  core: Core,
  said: readonly DoctorFinding[],
  reached: ReachedBy,
): readonly DoctorFinding[] {
  const derived = core.derived()
  const list = derived === null ? [] : namedProblems(problemsIn(derived.desired), core.state)
  if (list.length === 0) return [fine('rows', 'every row can be realised')]
  return list
    .filter(({ reason }) => !said.some(({ text }) => text === reason))
    .map((problem) => wrong('rows', problemText(problem), mendingCommand(problem, reached.ovs)))
}

/** A Python ovs-vtep that runs for the same switch. */
export interface Predecessor {
  readonly pid: number
  /** Whether ovs-appctl finds it by its name. */
  readonly hasUsualPidfile: boolean
}

/** The command that ends it. */
function ending({ pid, hasUsualPidfile }: Predecessor): string {
  return hasUsualPidfile
    ? shellWords('ovs-appctl', '-t', 'ovs-vtep', 'exit')
    : shellWords('kill', String(pid))
}

const mostContested = 5

/** What somebody undoes again and again, as the running daemon calls it, and who does where that is known. */
export function quarrelFindings(
  contested: readonly string[],
  predecessor: Predecessor | null,
): readonly DoctorFinding[] {
  const listed = contested.slice(0, mostContested)
  const more = contested.length - listed.length
  return listed.map((name, i) => {
    const rest = i === listed.length - 1 && more > 0 ? `; so it is with ${more} more` : ''
    const who = predecessor === null ? undefined : `the Python ovs-vtep, pid ${predecessor.pid},`
    return wrong('quarrel', `${contestedText(name, who)}${rest}`, predecessor && ending(predecessor))
  })
}

/** What the Python ovs-vtep left; one that runs must end first. */
export function legacyFindings(
  { state }: Core,
  predecessor: Predecessor | null,
  reached: ReachedBy,
): readonly DoctorFinding[] {
  const name = state.settings?.physicalSwitch ?? ''
  const bridges = state.ovs === null ? [] : legacyBridges(name, state.ovs)
  if (predecessor !== null)
    return [
      wrong(
        'predecessor',
        `the Python ovs-vtep is running for this switch, pid ${predecessor.pid}`,
        ending(predecessor),
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
