import { summarize } from './summary.js'
import { startOurs, startWatches, type Emulator, type Rig } from './rig.js'
import { usageOf } from './processes.js'
import { oneMac } from './changes.js'

/** What one size costs: a dot on each line of the chart. Medians; seconds, milliseconds and megabytes. */
export interface Point {
  readonly rows: number
  readonly startS: number
  readonly floorStartS: number
  readonly changeMs: number
  readonly floorChangeMs: number
  readonly residentMb: number
}

/** Starts ours on a switch that has nothing of it, and measures single changes. */
export async function measurePoint(rig: Rig, rounds: number): Promise<{ point: Point; ours: Emulator }> {
  const ours = await startOurs(rig)
  const floorStartMs = await rig.floor.bundleAndDump(await flowsOf(rig))
  const { residentMb } = usageOf(ours.daemon.pid)
  const { timesMs, floorMs } = await oneMac(rig, await startWatches(rig), rounds)
  const point = {
    rows: rig.world.macs,
    startS: ours.startMs / 1_000,
    floorStartS: floorStartMs / 1_000,
    changeMs: summarize(timesMs).median,
    floorChangeMs: summarize(floorMs).median,
    residentMb,
  }
  return { point, ours }
}

/** What ovs-ofctl lists of our bridge. */
export function flowsOf({ sandbox }: Rig): Promise<string> {
  return sandbox.ofctl('-O', 'OpenFlow14', '--no-stats', '--no-names', 'dump-flows', sandbox.bridge)
}
