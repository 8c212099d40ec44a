import { commandsOf, handedBy, reached } from '../plan/command.js'
import { counted } from '../words/counted.js'
import { Core } from '../daemon/core.js'
import { type Batch, isSameBatch, lanes } from '../model/batch.js'
import type { Entry, Event, Ran } from '../model/event.js'
import { joined, MalformedState, piecesOf } from '../model/pieces.js'
import type { State } from '../model/state.js'
import { cutTo } from '../words/one-line.js'
import { pipelineVersion } from '../pipeline/version.js'

/** Where a recorded history does not agree with itself. */
export interface Discrepancy {
  readonly seq: number
  readonly reason: string
}

/** The event that a text is, where that is certain without reading it; null: it is to be read. */
export type Known = (text: string) => Event | null

/** Reads a history as it is asked for, entry by entry, and first asks `known` what a text is. */
export type VerifyReading = (known: Known) => Iterable<Entry>

/** How many plans of other versions of the pipeline there are: they are not recomputed. The version null: it is not recorded. */
export type Skipped = ReadonlyMap<number | null, number>

/** The snapshots of a history. */
export interface Recorded {
  /** What the entries begin with; null: with nothing. */
  readonly start: State | null
  /** The recorded snapshot after an entry, as `piecesOf` gives it; null: there is none. */
  pieces(seq: number): readonly string[] | null
}

const noSnapshots: Recorded = { start: null, pieces: () => null }

/**
 * Folds a history again with the daemon's own code and compares every plan that this version of the pipeline recorded with the one that
 * the entries before it lead to, every snapshot with their fold, and what ran for a batch with its commands, by the SHA-256
 * that `sha256` gives in hexadecimal digits; null: not that. Also reported: a gap in the sequence that no entry owns up to. Throws nothing of its own.
 */
export function* verify(
  entries: Iterable<Entry> | VerifyReading,
  recorded: Recorded = noSnapshots,
  sha256: ((text: string) => string) | null = null,
): Generator<Discrepancy, Skipped> {
  const skipped = new Map<number | null, number>()
  const core = new Core(recorded.start ?? undefined)
  const recomputed = new WeakSet<Event>()
  const known: Known = (text) => {
    const event = isOfOurs(core.state) ? plannedNext(core, text) : null
    if (event !== null) recomputed.add(event)
    return event
  }
  for (const read of typeof entries === 'function' ? entries(known) : entries) {
    let entry = read
    const expected = core.state.seq + 1
    const lost = entry.event.type === 'JournalResumed' ? entry.event.lost : 0
    if (entry.seq !== expected + lost) yield { seq: entry.seq, reason: `expected entry ${expected + lost}` }
    if (entry.event.type === 'Planned' && !isOfOurs(core.state)) {
      const version = core.state.settings?.pipeline ?? null
      skipped.set(version, (skipped.get(version) ?? 0) + 1)
    } else if (entry.event.type === 'Planned' && !recomputed.has(entry.event)) {
      const batch = core.plan(entry.event.lane)
      if (batch === null || !isSameBatch(batch, entry.event.batch)) {
        const [planned, written] = [batch, entry.event.batch].map((one) => cutTo(160, JSON.stringify(one)))
        yield { seq: entry.seq, reason: `recorded plan ${written}, recomputed ${planned}` }
      }
      // the same flows as those desired: then their being installed is seen at a glance
      else entry = { ...entry, event: { ...entry.event, batch } }
    }
    if (entry.event.type === 'Applied' && sha256 !== null) {
      const { inFlight } = core.state.lanes[entry.event.lane]
      for (const command of others(inFlight, entry.event.ran ?? [], sha256))
        yield { seq: entry.seq, reason: `what ran is not what was planned: ${cutTo(160, command)}` }
    }
    core.fold(entry)
    const pieces = recorded.pieces(entry.seq)
    if (pieces !== null && !isSnapshotOf(core.state, pieces)) yield { seq: entry.seq, reason: otherSnapshot }
  }
  return skipped
}

/** Whether plans of the term that this state is of were made by the pipeline that this program has. */
function isOfOurs({ settings }: State): boolean {
  return settings?.pipeline === pipelineVersion
}

/** The plan that comes next, if `text` is just that: to write it takes less than to read it. */
function plannedNext(core: Core, text: string): Event | null {
  const lane = lanes.find((one) => text.startsWith(`{"type":"Planned","lane":"${one}",`))
  const batch = lane === undefined ? null : core.plan(lane)
  if (lane === undefined || batch === null) return null
  const event: Event = { type: 'Planned', lane, batch }
  return JSON.stringify(event) === text ? event : null
}

const otherSnapshot = 'the snapshot after it is not what the entries lead to'

/** Whether it is a snapshot that is not right: what is read from it on may be something else. */
export function isOfSnapshot({ reason }: Discrepancy): boolean {
  return reason === otherSnapshot
}

/** The planned commands, in words, of which something else was run; nothing is noted in older journals. */
function* others(
  batch: Batch | null,
  ran: readonly Ran[],
  sha256: (text: string) => string,
): Generator<string> {
  if (ran.length === 0) return
  const commands = batch === null ? [] : commandsOf(batch)
  if (ran.length !== commands.length)
    yield `${counted(commands.length, 'command')} ${commands.length === 1 ? 'was' : 'were'} planned and ${ran.length} were run`
  for (const [i, { where, digest }] of ran.entries()) {
    const command = commands[i]
    if (command === undefined) continue
    if (sha256(handedBy(reached(command, where))) !== digest) yield JSON.stringify(command)
  }
}

/** Written by an older program, the pieces may stand in another order. */
function isSnapshotOf(state: State, pieces: readonly string[]): boolean {
  if (areTheSame(pieces, piecesOf(state))) return true
  try {
    return areTheSame([...piecesOf(joined(pieces))], piecesOf(state))
  } catch (error) {
    if (error instanceof MalformedState || error instanceof SyntaxError) return false
    throw error
  }
}

function areTheSame(recorded: readonly string[], texts: Iterable<string>): boolean {
  let at = 0
  for (const text of texts) if (text !== recorded[at++]) return false
  return at === recorded.length
}

/** What a history leads to that begins with the state `start`, null for the beginning. */
export function replay(entries: Iterable<Entry>, start: State | null = null): Core {
  const core = new Core(start ?? undefined)
  for (const entry of entries) core.fold(entry)
  return core
}
