import { setTimeout as pause } from 'node:timers/promises'
import type { Course } from '../course.js'
import { finding } from '../findings.js'
import { flowsOf } from '../point.js'
import { startOurs, withRig } from '../rig.js'
import { sizeOf } from '../world.js'

const macs = 10_000

export const revival: Course = {
  name: 'revival',
  about: 'ovs-vswitchd is killed, and every flow comes back',
  takes: { full: 25, quick: 8 },
  run: async (bench) => {
    await withRig(sizeOf(macs), async (rig) => {
      const ours = await startOurs(rig)
      const timesMs: number[] = []
      const floorMs: number[] = []
      for (let round = 0; round < bench.rounds(7); round++) {
        floorMs.push(await rig.floor.bundleAndDump(await flowsOf(rig)))
        await rig.sandbox.restartSwitch()
        const answersMs = performance.now()
        while ((await ours.status()).isInSync) await pause(1)
        await ours.untilInSync()
        timesMs.push(performance.now() - answersMs)
      }
      bench.found(
        finding({
          row: 'revival',
          what: 'ovs-vswitchd started anew with 10,000 MACs, it answers → in sync',
          unit: 'ms',
          goal: '≤ 3× floor (bundle + dump)',
          ours: timesMs,
          floor: floorMs,
          against: ['floor'],
          isMet: (us, floor) => us.median <= 3 * floor.median,
        }),
      )
    })
  },
}
