import { pipelineFlows } from '../../layout/pipeline.js'
import { entriesOf } from '../../model/buckets.js'
import type { Problem } from '../../model/problem.js'
import type { Report } from '../../model/report.js'
import { nothing, type Output, type Sight } from './sight.js'

/** The predecessor's word for itself, for switches that nobody described. */
export const ownDescription = 'OVS VTEP Emulator'

/** The flows that hold whatever is configured, the list of ports, and what does not fit anywhere. */
export function derivePipeline(sight: Sight): Output {
  const { view, vnis } = sight
  if (view.bridge === null) return nothing
  return {
    ...nothing,
    flows: pipelineFlows(view.tunnel?.ofport ?? null),
    reports: switchReports(sight),
    problems: [...view.problems, ...vnis.problems, ...routerProblems(sight)],
  }
}

function switchReports({ view }: Sight): Report[] {
  if (view.physicalSwitch === null) return []
  const { description } = view.physicalSwitch.row
  return [
    { table: 'Physical_Switch', value: description === '' ? ownDescription : description },
    ...[...view.ports.keys()].map((name): Report => ({ table: 'Physical_Port', name, value: '' })),
  ]
}

/** We do not route. */
function routerProblems({ tables }: Sight): Problem[] {
  const [router] = [...entriesOf(tables.Logical_Router)].map(([uuid]) => uuid).sort()
  const reason = 'routing is not supported'
  return router === undefined
    ? []
    : [{ table: 'Logical_Router', uuid: router, fault: 'lr_support_fault', reason }]
}
