import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRecording } from '../../../journal/recording.js'
import { openJournal, type JournalWriter } from '../../../journal/writer.js'
import type { Core } from '../../../lib/daemon/core.js'
import type { Entry } from '../../../lib/model/event.js'
import type { Bench, Course } from '../course.js'
import { finding } from '../findings.js'
import { MacRows } from '../mac-rows.js'
import { journalOf, startOurs, withRig } from '../rig.js'
import { sizeOf } from '../world.js'
import { replayMs } from './verify.js'

export const journal: Course = {
  name: 'journal',
  about: 'appending, and opening a journal of 1,000,000 entries (quick: 100,000) anywhere',
  takes: { full: 120, quick: 25 },
  run: async (bench) => {
    const directory = await mkdtemp(join(tmpdir(), 'vtep-bench-'))
    try {
      const file = join(directory, 'journal')
      await withRig(sizeOf(1_000), async (rig) => {
        await (await startOurs(rig)).daemon.stop()
        await copyFile(journalOf(rig), file)
      })
      const recording = openRecording(file)
      const core = recording.coreAt(recording.last)
      recording.close()
      const writer = openJournal(file)
      appending(core, writer, bench)
      grow(core, writer, bench)
      writer.close()
      await opening(file, core.state.seq, bench)
    } finally {
      await rm(directory, { recursive: true })
    }
  },
}

/** Single entries, as the daemon records a lone change before it acts; each is on the disk afterwards. */
function appending(core: Core, writer: JournalWriter, bench: Bench): void {
  bench.say('single appends')
  const rows = new MacRows(core)
  const timesMs: number[] = []
  for (let n = 0; n < bench.rounds(3_000); n++) {
    const entry = rows.change()
    const startedMs = performance.now()
    writer.append([entry])
    timesMs.push(performance.now() - startedMs)
  }
  bench.found(
    finding({
      row: 'append',
      what: 'journal: an entry on the disk before it is acted on',
      unit: 'ms',
      goal: 'p99 ≤ 5',
      ours: timesMs,
      isMet: (us) => us.p99 <= 5,
    }),
  )
}

const groupEntries = 1_000

/** A daemon's years: changes and their folds, with a snapshot wherever one is due. */
function grow(core: Core, writer: JournalWriter, bench: Bench): void {
  const rows = new MacRows(core)
  const entries = bench.isQuick ? 100_000 : 1_000_000
  const rates: number[] = []
  while (core.state.seq < entries) {
    const group: Entry[] = Array.from({ length: groupEntries }, () => rows.change())
    const startedMs = performance.now()
    writer.append(group)
    rates.push(groupEntries / ((performance.now() - startedMs) / 1_000))
    writer.tend(core.state)
    if (core.state.seq % 100_000 < groupEntries) bench.say(`${core.state.seq} entries of ${entries}`)
  }
  bench.found(
    finding({
      row: 'ingest',
      what: 'journal: changes that come in groups',
      unit: 'row changes/s',
      goal: '≥ 50,000',
      ours: rates,
      isMet: (us) => us.median >= 50_000,
    }),
  )
}

async function opening(file: string, entries: number, bench: Bench): Promise<void> {
  bench.say('opening it')
  const timesMs: number[] = []
  for (let i = 1; i <= 20; i++) {
    const at = String(Math.ceil((entries * i) / 20.5))
    timesMs.push(await replayMs('state', file, '--at', at))
  }
  bench.found(
    finding({
      row: 'open',
      what: `\`vtep-replay state --at\` anywhere in ${entries.toLocaleString('en')} entries`,
      unit: 'ms',
      goal: '< 1,000',
      ours: timesMs,
      isMet: (us) => us.max < 1_000,
    }),
  )
}
