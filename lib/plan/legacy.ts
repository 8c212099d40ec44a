import type { View } from '../derive/view.js'
import type { FlowId } from '../model/batch.js'
import type { Flow } from '../model/flow.js'

/**
 * Those of `flows` that the predecessor made and that must go now: what led frames to its bridges goes
 * with our flows' coming, what leads them out again when its bridges are gone.
 */
export function legacyFlows(flows: readonly Flow[], { legacy }: View): FlowId[] {
  const ofports = legacy.ports.map(({ ofport }) => ofport).filter((ofport) => ofport !== null)
  if (ofports.length === 0) return []
  const isEntrance = ({ actions }: Flow) => ofports.some((ofport) => actions.endsWith(`output:${ofport}`))
  const isExit = ({ key }: Flow) => ofports.some((ofport) => `${key},`.includes(`,in_port=${ofport},`))
  return flows
    .filter((flow) => flow.cookie === '0x0' && flow.key.startsWith('table=0,'))
    .filter((flow) => isEntrance(flow) || (legacy.bridges.length === 0 && isExit(flow)))
    .map(({ key, cookie }) => ({ key, cookie }))
}
