import type { Flow } from '../model/flow.js'
import { askingRules } from './rules/asking.js'
import { fixedRules, neverBack, nextRules } from './rules/fixed.js'
import { routingRules } from './rules/routing.js'
import { secondLookRules } from './rules/second-look.js'
import { sourceRules } from './rules/source.js'
import { furtherTunnelExit, tunnelEntrance, tunnelExit } from './rules/tunnel.js'

/**
 * The flows that are there whatever the database says; without `tunnelPorts` nothing is tunnelled. `seesTagsWithin`: the
 * switch's `vlan-limit` is not 1. `suppressesArp`: requests for known addresses are not for everybody. `routes`: a
 * router works.
 */
export function pipelineFlows(
  tunnelPorts: readonly number[],
  seesTagsWithin = false,
  suppressesArp = false,
  routes = false,
): Flow[] {
  const fixed = [
    ...fixedRules,
    ...nextRules,
    ...sourceRules,
    ...(seesTagsWithin ? secondLookRules : []),
    ...(suppressesArp ? askingRules : []),
    ...(routes ? routingRules : []),
  ]
  return [...fixed.map((rule) => rule.print({})), ...tunnelFlows(tunnelPorts)]
}

function tunnelFlows(ports: readonly number[]): Flow[] {
  const [first, ...more] = ports
  if (first === undefined) return []
  return [
    ...ports.map((port) => tunnelEntrance.print({ port })),
    neverBack.print({}),
    ...more.map((port) => furtherTunnelExit.print({ via: port, port })),
    tunnelExit.print({ port: first }),
  ]
}
