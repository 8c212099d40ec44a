import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openJournal } from '../../journal/writer.js'
import type { Entry } from '../../lib/model/event.js'
import type { Recording } from '../../lib/replay/recording.js'
import { replay } from '../../lib/replay/verify.js'
import { History } from './history.js'
import type { Owner } from './ovs.js'

/** A recording in memory; `entries` in order. */
export function recordingOf(entries: readonly Entry[]): Recording {
  const between = (from = 0, to = Infinity) => entries.filter(({ seq }) => seq >= from && seq <= to)
  return {
    first: entries[0]?.seq ?? 0,
    last: entries.at(-1)?.seq ?? 0,
    entries: between,
    lastAt: (atMs) => entries.findLast((entry) => entry.atMs <= atMs)?.seq ?? 0,
    coreAt: (seq) => replay(between(0, seq)),
  }
}

/** The entries of a furnished world in which MACs come and go, at least `count` of them. */
export function longHistory(count: number): readonly Entry[] {
  const world = History.furnished()
  for (let i = 0; world.entries.length < count; i++) {
    world.do({ what: i % 3 === 2 ? 'deleteMac' : 'addMac', a: i, b: i, c: i })
    world.do({ what: i % 2 === 0 ? 'learn' : 'forget', a: i, b: i, c: i })
    world.work()
  }
  return world.entries
}

/** A directory that goes with its owner. */
export function ownDirectory(owner: Owner): string {
  const directory = mkdtempSync(join(tmpdir(), 'replay-'))
  owner.teardown(async () => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A journal of these entries in `directory`, closed. */
export function journalOf(entries: readonly Entry[], directory: string, name = 'journal'): string {
  const file = join(directory, name)
  const writer = openJournal(file)
  writer.append(entries)
  writer.close()
  return file
}
