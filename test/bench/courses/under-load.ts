import type { Bench } from '../course.js'
import { finding } from '../findings.js'
import { rowChangesIn } from '../plan-sizes.js'
import { journalOf, startOurs, type Rig } from '../rig.js'
import { summarize } from '../summary.js'
import { churn } from './churn.js'
import { verifyMs } from './verify.js'

/** More changes than the goal asks for, one after another. */
export async function churning(rig: Rig, bench: Bench): Promise<void> {
  const ours = await startOurs(rig)
  // until the heap has grown to what such a load needs
  await churn(rig, ours, bench.isQuick ? 5 : 20)
  const { rate, latenciesMs, residentMb } = await churn(rig, ours, bench.isQuick ? 10 : 45)
  await ours.daemon.stop()
  const half = Math.floor(residentMb.length / 2)
  const growth = summarize(residentMb.slice(half)).median / summarize(residentMb.slice(0, half)).median - 1
  bench.found(
    finding({
      row: 'churn',
      what: 'churn, sustained, so loaded',
      unit: 'row changes/s',
      goal: '≥ 10,000',
      ours: [rate],
      isMet: (us) => us.median >= 10_000,
    }),
    finding({
      row: 'churn-latency',
      what: 'one MAC, commit → flow, in that churn',
      unit: 'ms',
      goal: 'p99 ≤ 500',
      ours: latenciesMs,
      isMet: (us) => us.p99 <= 500,
    }),
    finding({
      row: 'churn-memory',
      what: 'memory of the second half of the churn, above the first half',
      unit: '%',
      goal: 'flat (≤ 10)',
      ours: [growth * 100],
      isMet: (us) => us.median <= 10,
    }),
  )
}

/** Of all that the stages before recorded. */
export async function verification(rig: Rig, bench: Bench): Promise<void> {
  const changes = rowChangesIn(journalOf(rig))
  const rates: number[] = []
  for (let n = 0; n < bench.rounds(3); n++) rates.push(changes / ((await verifyMs(journalOf(rig))) / 1_000))
  bench.found(
    finding({
      row: 'verify',
      what: '`vtep-replay verify` of what all this recorded',
      unit: 'row changes/s',
      goal: '≥ 50,000',
      ours: rates,
      isMet: (us) => us.median >= 50_000,
    }),
  )
}
