import { rm } from 'node:fs/promises'
import type { Course } from '../course.js'
import { finding } from '../findings.js'
import { flowsOf } from '../point.js'
import { startOurs, withRig, type Emulator, type Rig } from '../rig.js'
import { journalOf } from '../rig.js'

export const coldSize = { macs: 1_000, switches: 50, remotes: 4 }

export const cold: Course = {
  name: 'cold',
  about: 'a cold start with 1,000 MACs, 50 logical switches and 4 remote VTEPs',
  takes: { full: 20, quick: 8 },
  run: async (bench) => {
    await withRig(coldSize, async (rig) => {
      const startsMs: number[] = []
      const floorMs: number[] = []
      for (let round = 0; round < bench.rounds(9); round++) {
        const ours = await startOurs(rig)
        startsMs.push(ours.startMs)
        floorMs.push(await rig.floor.bundleAndDump(await flowsOf(rig)))
        await forget(rig, ours)
      }
      bench.found(
        finding(
          {
            row: 'cold-1000',
            what: '1,000 MACs / 50 switches / 4 remotes, process start → in sync',
            unit: 'ms',
            goal: '≤ 500',
            ours: startsMs,
            floor: floorMs,
            isMet: (us) => us.median <= 500,
          },
          bench.predecessor,
        ),
      )
    })
  },
}

/** Ends it and takes everything of it away, its journal too. */
export async function forget(rig: Rig, { daemon }: Emulator): Promise<void> {
  await daemon.control('exit', '--cleanup')
  await daemon.ended
  await rm(journalOf(rig))
}
