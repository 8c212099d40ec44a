import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRecording } from '../../../journal/recording.js'
import type { Core } from '../../../lib/daemon/core.js'
import type { Event } from '../../../lib/model/event.js'
import type { Course } from '../course.js'
import { finding } from '../findings.js'
import { journalOf, startOurs, withRig } from '../rig.js'
import { summarize } from '../summary.js'
import { MacRows } from '../mac-rows.js'
import { sizeOf } from '../world.js'

export const engine: Course = {
  name: 'engine',
  about: 'one event from reduce to plan, without the process, with 100,000 rows and with 1,000',
  takes: { full: 30, quick: 25 },
  run: async (bench) => {
    bench.say('1,000 rows')
    const small = await eventsMs(1_000)
    bench.say('100,000 rows')
    const large = await eventsMs(100_000)
    const few = summarize(small)
    bench.found(
      finding({
        row: 'engine-1k',
        what: 'one event, reduce → plan, with 1,000 rows',
        unit: 'ms',
        goal: '',
        ours: small,
        isMet: () => true,
      }),
      finding({
        row: 'engine-100k',
        what: 'one event, reduce → plan, with 100,000 rows',
        unit: 'ms',
        goal: '≤ 2× that of 1,000',
        ours: large,
        isMet: (us) => us.median <= 2 * few.median,
      }),
    )
  },
}

const rounds = 600

/** The core's time for each of many changed rows, on the history that a daemon recorded. */
async function eventsMs(macs: number): Promise<readonly number[]> {
  const directory = await mkdtemp(join(tmpdir(), 'vtep-bench-'))
  try {
    const journal = join(directory, 'journal')
    await withRig(sizeOf(macs), async (rig) => {
      await (await startOurs(rig)).daemon.stop()
      await copyFile(journalOf(rig), journal)
    })
    const recording = openRecording(journal)
    const core = recording.coreAt(recording.last - 1)
    recording.close()
    core.plan('switch')
    const rows = new MacRows(core)
    return Array.from({ length: rounds }, () => changeMs(core, rows)).slice(rounds / 3)
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** A MAC is added; what the plan asks for is done outside the time. */
function changeMs(core: Core, rows: MacRows): number {
  const fold = (event: Event): void => core.fold({ seq: core.state.seq + 1, atMs: 0, event })
  const startedMs = performance.now()
  rows.addition()
  const batch = core.plan('switch')
  const tookMs = performance.now() - startedMs
  if (batch?.kind !== 'flows' || batch.add.length !== 1) throw new Error('a MAC without a plan')
  fold({ type: 'Planned', lane: 'switch', batch })
  fold({ type: 'Applied', lane: 'switch', tookMs: 0 })
  core.plan('switch')
  return tookMs
}
