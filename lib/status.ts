import type { Core } from './core.js'
import { describeBatch, localTime } from './describe.js'
import { entriesOf, sizeOf } from './model/buckets.js'
import { lanes } from './model/batch.js'
import { oneLine } from './one-line.js'

/** How things stand, one fact a line. */
export function describeStatus(core: Core): string {
  const { seq, settings, knowledge, flows, learned, phase, drift } = core.state
  const derived = core.derived()
  const problems =
    derived === null ? [] : [...entriesOf(derived.desired.problems)].flatMap(([, list]) => list)
  return [
    `switch: ${settings?.physicalSwitch ?? ''} (${phase})`,
    `in sync: ${core.isInSync() ? 'yes' : 'no'}, at entry ${seq}`,
    `hardware_vtep: ${knowledge.vtep}`,
    `Open_vSwitch: ${knowledge.ovs}`,
    `flow tables: ${knowledge.flows}`,
    `flows: ${sizeOf(flows ?? new Map<never, never>())} installed, ${sizeOf(derived?.desired.flows ?? new Map<never, never>())} desired`,
    `last drift: ${drift === null ? 'none' : `entry ${drift.seq}, ${localTime(drift.atMs)}: ${drift.changed} flows new or changed, ${drift.gone} gone, ${drift.example}`}`,
    `learned MACs: ${sizeOf(learned ?? new Map<never, never>())}`,
    ...lanes.flatMap((lane) => laneLines(core, lane)),
    ...problems.map(({ table, uuid, reason }) => `problem: ${table} ${uuid}: ${reason}`),
    '',
  ]
    .map(oneLine)
    .join('\n')
}

function laneLines({ state }: Core, lane: (typeof lanes)[number]): string[] {
  const { inFlight, failed } = state.lanes[lane]
  return [
    ...(inFlight === null ? [] : [`under way: ${describeBatch(inFlight)}`]),
    ...(failed === null ? [] : [`failed, to be tried again: ${describeBatch(failed)}`]),
  ]
}
