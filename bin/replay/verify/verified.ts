import { sha256 } from '../../../adapters/sha256.js'
import type { RecordingFile } from '../../../journal/recording.js'
import type { Entry } from '../../../lib/model/event.js'
import type { JournalPart } from '../../../lib/history/parts.js'
import {
  type Discrepancy,
  isOfSnapshot,
  type Known,
  type Skipped,
  verify,
} from '../../../lib/history/verify.js'

/** What was verified. */
export interface Counts {
  entries: number
  /** Those that were recomputed. */
  plans: number
  commands: number
  /** Plans of other versions of the pipeline, see `Skipped`. */
  skipped: Map<number | null, number>
}

export function noCounts(): Counts {
  return { entries: 0, plans: 0, commands: 0, skipped: new Map() }
}

type Added = Pick<Counts, 'plans' | 'commands'> & { readonly skipped: Skipped }

/** Adds what another has counted. Entries are counted as they are read. */
export function addCounts(counts: Counts, { plans, commands, skipped }: Added): void {
  counts.plans += plans
  counts.commands += commands
  for (const [version, count] of skipped)
    counts.skipped.set(version, (counts.skipped.get(version) ?? 0) + count)
}

/**
 * Verifies a part of a journal whose last entry is `last`, and all behind it where one of its snapshots is not right: whoever
 * begins there may have begun with that. Gives how far it came. Throws JournalError.
 */
export function* verified(
  recording: RecordingFile,
  { from, to }: JournalPart,
  last: number,
  counts: Counts,
): Generator<Discrepancy, number> {
  const snapshots = recording.snapshots()
  let reached = to
  const counted = function* (known: Known): Generator<Entry> {
    for (const part of [
      { from, to },
      { from: to + 1, to: last },
    ]) {
      if (part.from > reached) return
      for (const entry of recording.entries(part.from, part.to, known)) {
        counts.entries++
        if (entry.event.type === 'Planned') counts.plans++
        if (entry.event.type === 'Applied') counts.commands += entry.event.ran?.length ?? 0
        yield entry
      }
    }
  }
  const start = from <= recording.first ? snapshots.start : recording.coreAt(from - 1).state
  const all = verify(counted, { start, pieces: (seq) => snapshots.pieces(seq) }, sha256)
  for (let next = all.next(); ; next = all.next()) {
    if (next.done === true) {
      const skipped = [...next.value.values()].reduce((sum, count) => sum + count, 0)
      addCounts(counts, { plans: -skipped, commands: 0, skipped: next.value })
      return reached
    }
    if (isOfSnapshot(next.value)) reached = last
    yield next.value
  }
}
