import { sha256 } from '../../../adapters/sha256.js'
import type { RecordingFile } from '../../../journal/recording.js'
import type { Entry } from '../../../lib/model/event.js'
import type { Part } from '../../../lib/replay/parts.js'
import { type Discrepancy, isOfSnapshot, type Known, verify } from '../../../lib/replay/verify.js'

/** What was verified. */
export interface Counts {
  entries: number
  plans: number
  commands: number
}

/**
 * Verifies a part of a journal whose last entry is `last`, and all behind it where one of its snapshots is not right: whoever
 * begins there may have begun with that. Gives how far it came. Throws JournalError.
 */
export function* verified(
  recording: RecordingFile,
  { from, to }: Part,
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
  for (const found of verify(counted, { start, pieces: (seq) => snapshots.pieces(seq) }, sha256)) {
    if (isOfSnapshot(found)) reached = last
    yield found
  }
  return reached
}
