import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type JournalWriter, openJournal } from '../../journal/writer.js'
import type { Entry } from '../../lib/model/event.js'
import type { Recording } from '../../lib/history/recording.js'
import { replay } from '../../lib/history/verify.js'
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

/** Enough entries for a snapshot to be due, in a world that goes on changing. */
function liveLong(world: History): void {
  for (let i = 0; i < 12; i++) {
    world.do({ what: 'addMac', a: i, b: i, c: i })
    world.work()
    world.record({ type: 'FlowsDoubted', reason: 'x'.repeat(100_000) })
    world.take(() => [{ type: 'FlowsObserved', isDrift: false, present: [], absent: [], foreign: null }])
  }
}

/** A journal with three snapshots, the last behind the last entry but one, of a world that was worked on between them. */
export function journalWithSnapshots(
  directory: string,
  name: string,
): { file: string; world: History; entries: readonly Entry[] } {
  const file = join(directory, name)
  const world = History.furnished()
  const writer = openJournal(file)
  for (let i = 0, from = 0; i < 3; i++) {
    liveLong(world)
    writer.append(world.entries.slice(from))
    from = world.entries.length
    writer.tend(world.core.state)
    tendWhole(writer, world)
  }
  world.do({ what: 'deleteMac', a: 1, b: 1, c: 1 })
  writer.append(world.entries.slice(-1))
  writer.close()
  return { file, world, entries: world.entries }
}

/** Until a snapshot that was begun is whole. */
export function tendWhole(writer: JournalWriter, world: History): void {
  for (let i = 0; i < 5; i++) writer.tend(world.core.state)
}
