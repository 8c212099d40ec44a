import { setTimeout as pause } from 'node:timers/promises'
import { newRemote, newSwitch, oneMac } from '../changes.js'
import type { Bench, Course } from '../course.js'
import { finding } from '../findings.js'
import { flowsOf, measurePoint } from '../point.js'
import { usageOf } from '../processes.js'
import { startOurs, startWatches, withRig, type Rig } from '../rig.js'
import { sizeOf } from '../world.js'
import { audits, idle, restarts } from './at-rest.js'
import { forget } from './cold.js'
import { churning, verification } from './under-load.js'

const macs = 100_000
const large = '100,000 MACs / 4,000 switches / 1,024 remotes'

export const loaded: Course = {
  name: 'loaded',
  about: `everything with ${large}: cold start, changes, restart, idle, churn, verification`,
  takes: { full: 270, quick: 100 },
  run: async (bench) => {
    await withRig(sizeOf(macs), async (rig) => {
      for (const [what, stage] of stages) await bench.attempt(what, () => stage(rig, bench))
    })
  },
}

const stages: readonly (readonly [string, (rig: Rig, bench: Bench) => Promise<void>])[] = [
  ['cold starts', coldStarts],
  ['single changes', changes],
  ['unchanged restarts', restarts],
  ['idle', idle],
  ['audits', audits],
  ['churn', churning],
  ['verification', verification],
]

async function coldStarts(rig: Rig, bench: Bench): Promise<void> {
  const startsMs: number[] = []
  const floorMs: number[] = []
  const residentMb: number[] = []
  for (let round = 0; round < bench.rounds(3); round++) {
    const ours = await startOurs(rig)
    startsMs.push(ours.startMs / 1_000)
    floorMs.push((await rig.floor.bundleAndDump(await flowsOf(rig))) / 1_000)
    // it gives back what the start needed when it has come to rest
    await pause(6_000)
    residentMb.push(usageOf(ours.daemon.pid).residentMb)
    await forget(rig, ours)
  }
  bench.found(
    finding({
      row: 'cold-100k',
      what: `${large}, process start → in sync`,
      unit: 's',
      goal: '≤ 6, ≤ 3× floor (bundle + dump)',
      ours: startsMs,
      floor: floorMs,
      against: ['floor'],
      isMet: (us, floor) => us.median <= 6 && us.median <= 3 * floor.median,
    }),
    finding({
      row: 'memory',
      what: 'resident memory with 100,000 MACs',
      unit: 'MB',
      goal: '≤ 300',
      ours: residentMb,
      isMet: (us) => us.max <= 300,
    }),
  )
}

async function changes(rig: Rig, bench: Bench): Promise<void> {
  const { point, ours } = await measurePoint(rig, 20)
  bench.points.push(point)
  const watches = await startWatches(rig)
  const mac = await oneMac(rig, watches, bench.rounds(300))
  const remote = await newRemote(rig, watches, bench.rounds(30))
  const logicalSwitch = await newSwitch(rig, watches, bench.rounds(30))
  await ours.daemon.stop()
  const empty = bench.before('one-mac')?.ours
  bench.found(
    finding({
      row: 'one-mac-loaded',
      what: `one MAC, commit → flow, with ${large}`,
      unit: 'ms',
      goal: 'p50 ≤ 2×, p99 ≤ 6× floor; ≤ 1.5× empty',
      ours: mac.timesMs,
      floor: mac.floorMs,
      isMet: (us, floor) =>
        us.median <= 2 * floor.median &&
        us.p99 <= 6 * floor.median &&
        us.median <= 1.5 * (empty?.median ?? Infinity),
    }),
    finding({
      row: 'new-remote-loaded',
      what: 'new remote VTEP, so loaded',
      unit: 'ms',
      goal: '≤ 3× floor',
      ours: remote.timesMs,
      floor: remote.floorMs,
      isMet: (us, floor) => us.median <= 3 * floor.median,
    }),
    finding({
      row: 'new-switch-loaded',
      what: 'new logical switch with its binding, so loaded',
      unit: 'ms',
      goal: '≤ 3× floor',
      ours: logicalSwitch.timesMs,
      floor: logicalSwitch.floorMs,
      isMet: (us, floor) => us.median <= 3 * floor.median,
    }),
  )
}
