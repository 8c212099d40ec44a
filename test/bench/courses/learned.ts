import { setTimeout as pause } from 'node:timers/promises'
import type { Course } from '../course.js'
import { finding } from '../findings.js'
import { receive, startOurs, startWatches, withRig, type Rig, type Watches } from '../rig.js'
import { encodeFrame, tagged, uniqueFrame, BROADCAST } from '../../support/frame.js'
import { table } from '../../../lib/pipeline/tables.js'
import { stationMac } from '../world.js'

const burstMacs = 1_500
const burstMs = 2_000
/** What waits at a dummy port beyond a hundred frames is lost. */
const framesAtOnce = 30
/** After which every frame has been looked at. */
const settledMs = 500

export const learned: Course = {
  name: 'learned',
  about: 'MACs that the switch learns, until they are in Ucast_Macs_Local',
  takes: { full: 15, quick: 10 },
  run: async (bench) => {
    await withRig({ macs: 1, switches: 1, remotes: 1 }, async (rig) => {
      await startOurs(rig)
      const watches = await startWatches(rig)
      await learn(rig, watches, 5)
      bench.say('one station')
      const timesMs = await learn(rig, watches, bench.rounds(100))
      bench.say('1,500 stations')
      const lateMs = await burst(rig, watches)
      bench.found(
        finding(
          {
            row: 'learned-mac',
            what: 'learned MAC, frame → Ucast_Macs_Local',
            unit: 'ms',
            goal: '≤ 50',
            ours: timesMs,
            isMet: (us) => us.median <= 50,
          },
          bench.predecessor,
        ),
        finding({
          row: 'learned-burst',
          what: '1,500 MACs learned in 2 s, last frame → all reported',
          unit: 'ms',
          goal: '≤ 1,000',
          ours: [lateMs],
          isMet: (us) => us.max <= 1_000,
        }),
      )
    })
  },
}

let stations = 0

/** Milliseconds from a station's first frame until its row is in the database. */
export async function learn(
  rig: Rig,
  { reports }: Pick<Watches, 'reports'>,
  rounds: number,
): Promise<readonly number[]> {
  const timesMs: number[] = []
  for (let round = 0; round < rounds; round++) {
    const mac = stationMac(++stations)
    const sentMs = performance.now()
    await receive(rig.sandbox, 'p0', [frameFrom(mac)])
    timesMs.push((await reports.all([mac])) - sentMs)
  }
  return timesMs
}

/** How long after the last frame of a burst all of its stations are reported. */
async function burst({ sandbox }: Rig, { reports }: Watches): Promise<number> {
  const macs = Array.from({ length: burstMacs }, () => stationMac(++stations))
  const startedMs = performance.now()
  let lastMs = startedMs
  for (let at = 0; at < macs.length; at += framesAtOnce) {
    await receive(sandbox, 'p0', macs.slice(at, at + framesAtOnce).map(frameFrom))
    lastMs = performance.now()
    await pause(startedMs + ((at + framesAtOnce) / burstMacs) * burstMs - performance.now())
  }
  await pause(settledMs)
  // a busy machine loses frames before they are in the switch
  const flows = await sandbox.ofctl('dump-flows', sandbox.bridge, `table=${table.local}`)
  const learned = macs.filter((mac) => flows.includes(mac))
  if (learned.length < burstMacs / 2) throw new Error(`only ${learned.length} of ${burstMacs} were learned`)
  return Math.max(0, (await reports.all(learned)) - lastMs)
}

/** On the VLAN of the first switch. */
function frameFrom(mac: string): Buffer {
  return encodeFrame(tagged(uniqueFrame(mac, BROADCAST), 1))
}
