import { Core } from '../core.js'
import type { Entry } from '../model/event.js'

/** Where a recorded history does not agree with itself. */
export interface Discrepancy {
  readonly seq: number
  readonly reason: string
}

/**
 * Folds a history again with the daemon's own code and compares every recorded plan with the one that
 * the entries before it lead to. Also reported: a gap in the sequence that no entry owns up to. Throws nothing of its own.
 */
export function* verify(entries: Iterable<Entry>): Generator<Discrepancy> {
  const core = new Core()
  for (const entry of entries) {
    const expected = core.state.seq + 1
    const lost = entry.event.type === 'JournalResumed' ? entry.event.lost : 0
    if (entry.seq !== expected + lost) yield { seq: entry.seq, reason: `expected entry ${expected + lost}` }
    if (entry.event.type === 'Planned') {
      const planned = JSON.stringify(core.plan(entry.event.lane))
      if (planned !== JSON.stringify(entry.event.batch))
        yield {
          seq: entry.seq,
          reason: `recorded plan ${excerpt(JSON.stringify(entry.event.batch))}, recomputed ${excerpt(planned)}`,
        }
    }
    core.fold(entry)
  }
}

/** What a history leads to. */
export function replay(entries: Iterable<Entry>): Core {
  const core = new Core()
  for (const entry of entries) core.fold(entry)
  return core
}

function excerpt(text: string): string {
  return text.length > 160 ? `${text.slice(0, 160)}…` : text
}
