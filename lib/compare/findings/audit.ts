import type { Core } from '../../daemon/core.js'
import { problemsIn } from '../../derive/board.js'
import { namedProblems } from '../../words/describe-problem.js'
import { forecast } from '../forecast/forecast.js'
import type { Lane } from '../../model/batch.js'
import { amend, entriesOf, lookup, none } from '../../model/collection.js'
import type { OvsTables } from '../../model/state.js'
import { Names } from '../../words/names.js'
import type { Audit, Finding } from './finding.js'
import { flowFindings } from './flows.js'
import { configFindings } from './ports.js'
import { rowFindings } from './rows.js'

/**
 * How a switch differs from what its databases ask for, and all that would be done about it. Null while one of the
 * databases or the flow tables are not known. `core` is led on to what is foreseen. `untold`: lanes whose actual side is not known, so that nothing is said of them.
 */
export function audit(core: Core, untold: readonly Lane[] = []): Audit | null {
  const { state } = core
  const before = core.derived()
  if (before === null || state.ovs === null || state.flows === null || state.settings === null) return null
  const problems = namedProblems(problemsIn(before.desired), state)
  const plan = forecast(core, untold)
  const after = core.derived()
  if (after === null || core.state.ovs === null) return null
  const names = new Names({
    vtep: core.state.vtep,
    ovs: onlyOf(state.settings.physicalSwitch, core.state.ovs),
  })
  const findings: Finding[] = [
    ...configFindings(state.ovs, core.state.ovs),
    ...flowFindings(state, core.state, after, names),
    ...(untold.includes('vtep') ? [] : rowFindings(before, after, names)),
  ]
  return {
    physicalSwitch: state.settings.physicalSwitch,
    findings: findings.sort(inOrder),
    forecast: plan,
    problems,
  }
}

/** Numbers of ports are a bridge's own. */
function onlyOf(bridge: string, ovs: OvsTables): OvsTables {
  const mine = [...entriesOf(ovs.Bridge)].filter(([, { name }]) => name === bridge)
  const ports = mine.flatMap(([, row]) => row.ports)
  const interfaces = ports.flatMap((uuid) => lookup(ovs.Port, uuid)?.interfaces ?? [])
  const Interface = new Map(interfaces.map((uuid) => [uuid, lookup(ovs.Interface, uuid)]))
  return { ...ovs, Interface: amend(none, Interface) }
}

/** By group, and within it by what is looked at first. */
function inOrder(a: Finding, b: Finding): number {
  const [x, y] = [sortKey(a), sortKey(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

function sortKey({ kind, subject, logicalSwitch, port, tunnel, table, key }: Finding): string {
  const place = [logicalSwitch, port, tunnel].map((name) => (name === null ? ' ' : `!${name}`))
  const order = kind === 'foreign' ? '3' : subject === 'row' ? '2' : subject === 'flow' ? '1' : '0'
  return [order, ...place, String(table ?? 0).padStart(3, '0'), key].join('\u0001')
}
