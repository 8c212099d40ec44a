import type { Course } from '../course.js'
import { measurePoint } from '../point.js'
import { withRig } from '../rig.js'
import { sizeOf } from '../world.js'

export const sizes: Course = {
  name: 'sizes',
  about: 'cold start, one change and memory from 1,000 to 300,000 MACs, for the chart',
  takes: { full: 100, quick: 20 },
  run: async (bench) => {
    // the loaded course measures 100,000
    const isMeasured = (macs: number): boolean => bench.points.some(({ rows }) => rows === macs)
    const all = bench.isQuick
      ? [1_000, 3_000, 10_000, 30_000]
      : [1_000, 3_000, 10_000, 30_000, 100_000, 300_000]
    for (const macs of all.filter((macs) => !isMeasured(macs))) {
      bench.say(`${macs} MACs`)
      const point = await withRig(sizeOf(macs), async (rig) => {
        const { point, ours } = await measurePoint(rig, bench.rounds(60))
        await ours.daemon.stop()
        return point
      })
      bench.points.push(point)
    }
  },
}
