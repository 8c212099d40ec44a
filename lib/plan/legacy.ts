import type { Legacy } from '../derive/view/legacy.js'
import type { FlowId } from '../model/batch.js'
import type { Flow } from '../model/flow.js'

/**
 * Those of `flows` that the predecessor made and that must go now: what led frames to its bridges goes
 * with our flows' coming, what leads them out again when its bridges are gone.
 */
export function legacyFlows(flows: readonly Flow[], legacy: Legacy): FlowId[] {
  const areBridgesGone = legacy.bridges.length === 0
  return passages(flows, legacy)
    .filter(({ isEntrance }) => isEntrance || areBridgesGone)
    .map(({ flow: { key, cookie } }) => ({ key, cookie }))
}

/** Whether frames may still take the predecessor's way. */
export function isPredecessorForwarding(foreign: readonly Flow[], legacy: Legacy): boolean {
  return passages(foreign, legacy).length > 0
}

interface Passage {
  readonly flow: Flow
  /** To its bridges; else out of them. */
  readonly isEntrance: boolean
}

function passages(flows: readonly Flow[], { ports }: Legacy): Passage[] {
  const ofports = ports.map(({ ofport }) => ofport).filter((ofport) => ofport !== null)
  if (ofports.length === 0) return []
  return flows
    .filter(({ cookie, key }) => cookie === '0x0' && key.startsWith('table=0,'))
    .map((flow) => ({
      flow,
      isEntrance: ofports.some((ofport) => flow.actions.endsWith(`output:${ofport}`)),
    }))
    .filter(
      ({ flow, isEntrance }) =>
        isEntrance || ofports.some((ofport) => `${flow.key},`.includes(`,in_port=${ofport},`)),
    )
}
