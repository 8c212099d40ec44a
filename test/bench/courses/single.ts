import { newRemote, newSwitch, oneMac } from '../changes.js'
import type { Course } from '../course.js'
import { finding } from '../findings.js'
import { followLag } from '../follow-lag.js'
import { batchesAStep } from '../plan-sizes.js'
import { journalOf, startOurs, startWatches, withRig } from '../rig.js'

export const single: Course = {
  name: 'single',
  about: 'one change at a time, on a switch with nothing on it',
  takes: { full: 45, quick: 15 },
  run: async (bench) => {
    await withRig({ macs: 1, switches: 1, remotes: 1 }, async (rig) => {
      const ours = await startOurs(rig)
      const watches = await startWatches(rig)
      await oneMac(rig, watches, 20)
      bench.say('one MAC')
      const mac = await oneMac(rig, watches, bench.rounds(300))
      bench.say('new remote VTEPs and logical switches')
      const remote = await newRemote(rig, watches, bench.rounds(60))
      const logicalSwitch = await newSwitch(rig, watches, bench.rounds(60))
      bench.say('vtep-replay log -f')
      const journal = journalOf(rig)
      const lagMs = await followLag(journal, () => oneMac(rig, watches, bench.rounds(60)))
      await ours.daemon.stop()
      const batches = batchesAStep(journal)
      bench.found(
        finding(
          {
            row: 'one-mac',
            what: 'one MAC, commit → flow',
            unit: 'ms',
            goal: 'p50 ≤ 2×, p99 ≤ 6× floor; ≥ 100× Python',
            ours: mac.timesMs,
            floor: mac.floorMs,
            against: ['floor', 'predecessor'],
            isMet: (us, floor, python) =>
              us.median <= 2 * floor.median && us.p99 <= 6 * floor.median && python.median >= 100 * us.median,
          },
          bench.predecessor,
        ),
        finding(
          {
            row: 'new-remote',
            what: 'new remote VTEP, commit → flow',
            unit: 'ms',
            goal: '≤ 3× floor',
            ours: remote.timesMs,
            floor: remote.floorMs,
            isMet: (us, floor) => us.median <= 3 * floor.median,
          },
          bench.predecessor,
        ),
        finding(
          {
            row: 'new-switch',
            what: 'new logical switch with its binding, commit → flow',
            unit: 'ms',
            goal: '≤ 3× floor',
            ours: logicalSwitch.timesMs,
            floor: logicalSwitch.floorMs,
            isMet: (us, floor) => us.median <= 3 * floor.median,
          },
          bench.predecessor,
        ),
        finding({
          row: 'plan-size',
          what: 'commands for one change',
          unit: 'commands',
          goal: 'one bundle or one ovs-vsctl',
          ours: batches,
          isMet: (us) => us.max <= 1,
        }),
        finding({
          row: 'follow-lag',
          what: '`vtep-replay log -f`, recorded → printed',
          unit: 'ms',
          goal: '< 100',
          ours: lagMs,
          isMet: (us) => us.p99 < 100,
        }),
      )
    })
  },
}
