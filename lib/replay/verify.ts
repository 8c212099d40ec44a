import { Core } from '../core.js'
import type { Entry } from '../model/event.js'
import { joined, piecesOf } from '../model/pieces.js'
import type { State } from '../model/state.js'

/** Where a recorded history does not agree with itself. */
export interface Discrepancy {
  readonly seq: number
  readonly reason: string
}

/** The snapshots of a history. */
export interface Recorded {
  /** What the entries begin with; null: with nothing. */
  readonly start: State | null
  /** The recorded snapshot after an entry, as `piecesOf` gives it; null: there is none. */
  pieces(seq: number): readonly string[] | null
}

const noSnapshots: Recorded = { start: null, pieces: () => null }

/**
 * Folds a history again with the daemon's own code and compares every recorded plan with the one that
 * the entries before it lead to, and every snapshot with their fold. Also reported: a gap in the sequence that no entry owns up to. Throws nothing of its own.
 */
export function* verify(entries: Iterable<Entry>, recorded: Recorded = noSnapshots): Generator<Discrepancy> {
  const core = new Core(recorded.start ?? undefined)
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
    const pieces = recorded.pieces(entry.seq)
    if (pieces !== null && !isSnapshotOf(core.state, pieces))
      yield { seq: entry.seq, reason: 'the snapshot after it is not what the entries lead to' }
  }
}

function isSnapshotOf(state: State, pieces: readonly string[]): boolean {
  let at = 0
  // written by an older program they may stand in another order
  const recorded = [...piecesOf(joined(pieces))]
  for (const text of piecesOf(state)) if (text !== recorded[at++]) return false
  return at === recorded.length
}

/** What a history leads to that begins with the state `start`, null for the beginning. */
export function replay(entries: Iterable<Entry>, start: State | null = null): Core {
  const core = new Core(start ?? undefined)
  for (const entry of entries) core.fold(entry)
  return core
}

function excerpt(text: string): string {
  return text.length > 160 ? `${text.slice(0, 160)}…` : text
}
