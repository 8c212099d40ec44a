import { setTimeout as pause } from 'node:timers/promises'
import { newRemote, oneMac } from '../changes.js'
import type { Course } from '../course.js'
import { processTimes } from '../processes.js'
import { withRig, type Rig } from '../rig.js'
import { startDaemon, PREDECESSOR } from '../../support/daemon.js'
import { until } from '../../support/until.js'
import { summarize, type Summary } from '../summary.js'
import { watchFlows, watchReports } from '../watch.js'
import type { Size } from '../world.js'
import { coldSize } from './cold.js'
import { learn } from './learned.js'

/** Where it puts the flows of its first logical switch. */
const firstBridge = 'br0_vtep_ls1'

/** Adds what the predecessor needs to `found`, by row. */
export function python(found: Map<string, Summary>): Course {
  return {
    name: 'python',
    about: `Open vSwitch's Python ovs-vtep; only up to 1,000 MACs, for which it takes more than a minute`,
    takes: { full: 180, quick: 20 },
    run: async (bench) => {
      const note = (row: string, samples: readonly number[]): void => void found.set(row, summarize(samples))
      await withRig({ macs: 1, switches: 1, remotes: 1 }, async (rig) => {
        const pid = await start(rig)
        await until('its first flow stands', async () => (await macFlows(rig, firstBridge)) === 1)
        const watches = {
          flows: await watchFlows(rig.owner, rig.sandbox, firstBridge),
          reports: await watchReports(rig.owner, rig.sandbox),
        }
        bench.say('one MAC')
        note('one-mac', (await oneMac(rig, watches, bench.isQuick ? 3 : 10)).timesMs)
        note('new-remote', (await newRemote(rig, watches, bench.isQuick ? 2 : 5)).timesMs)
        bench.say('learned MACs')
        note('learned-mac', await learn(rig, watches, bench.isQuick ? 2 : 5))
        bench.say('idle')
        const before = processTimes(pid)
        await pause(5_000)
        note('idle', [(processTimes(pid) - before) / 50])
      })
      if (bench.isQuick) return
      bench.say('1,000 MACs / 50 switches / 4 remotes')
      await withRig(coldSize, async (rig) => {
        const startedMs = performance.now()
        await start(rig)
        await until('all flows stand', () => hasAll(rig, coldSize), 300_000)
        note('cold-1000', [performance.now() - startedMs])
      })
    },
  }
}

async function start({ owner, sandbox }: Rig): Promise<number> {
  return (await startDaemon(owner, PREDECESSOR, [sandbox.bridge], sandbox.env)).pid
}

/** Asked seldom, for the answer costs a process for each switch. */
async function hasAll(rig: Rig, { macs, switches }: Size): Promise<boolean> {
  await pause(1_000)
  let count = 0
  for (let n = 1; n <= switches; n++) {
    const flows = await macFlows(rig, `br0_vtep_ls${n}`)
    if (flows === 0) return false
    count += flows
  }
  return count >= macs
}

async function macFlows({ sandbox }: Rig, bridge: string): Promise<number> {
  const dump = await sandbox.ofctl('dump-flows', bridge)
  return dump.split('dl_dst=02:fe').length - 1
}
