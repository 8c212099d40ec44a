import { localTime } from '../words/describe.js'
import type { Recording } from './recording.js'

/** A position that is none, or where nothing is recorded; the message names it. */
export class PositionError extends Error {
  override readonly name = 'PositionError'
}

/** How positions are written, for help texts. */
export const positionForms = '41, HEAD, HEAD~3, HEAD-10m, -10m, 03:12, 03:12:45.5, 2026-11-24T03:12'

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * The entry that `text` points at: its number, `HEAD` for the last one, `~N` entries before; or the last one at
 * a time: local, or with a zone as in ISO 8601, a time of day being the last such time before `nowMs`, `-10m`
 * (s, m, h, d) before `nowMs`, `HEAD-10m` before the last entry. Throws PositionError.
 */
export function positionAt(text: string, recording: Recording, nowMs: number): number {
  if (recording.last === 0) throw new PositionError('nothing is recorded')
  const [, start = '', back] = /^(.*?)(?:~(\d+))?$/s.exec(text) ?? []
  const seq = anchorAt(start, text, recording, nowMs) - Number(back ?? 0)
  const { first, last } = recording
  if (seq < first || seq > last)
    throw new PositionError(`position ${JSON.stringify(text)}: entries ${first} to ${last} are recorded`)
  return seq
}

/** The entries between two positions, those that are not given being the ends. Throws PositionError where they stand the wrong way round. */
export function rangeOf(
  { from, to }: { readonly from?: string; readonly to?: string },
  recording: Recording,
  nowMs: number,
): { readonly from: number; readonly to: number } {
  const at = (text: string | undefined, otherwise: number): number =>
    text === undefined ? otherwise : positionAt(text, recording, nowMs)
  const [start, end] = [at(from, recording.first), at(to, recording.last)]
  if (start <= end) return { from: start, to: end }
  throw new PositionError(`--from is entry ${start}, and --to is entry ${end} before it`)
}

function anchorAt(start: string, text: string, recording: Recording, nowMs: number): number {
  if (/^\d{1,15}$/.test(start)) return Number(start)
  if (start === 'HEAD') return recording.last
  const atMs = timeOf(start, recording, nowMs)
  if (atMs === null)
    throw new PositionError(`position ${JSON.stringify(text)} is none of the forms ${positionForms}`)
  const seq = recording.lastAt(atMs)
  if (seq === 0)
    throw new PositionError(
      `position ${JSON.stringify(text)}: nothing is recorded up to ${localTime(atMs)}, the first entry is ${recording.first}`,
    )
  return seq
}

function timeOf(start: string, recording: Recording, nowMs: number): number | null {
  const [, head, count, unit] = /^(HEAD)?-(\d{1,9})([smhd])$/.exec(start) ?? []
  if (count !== undefined && unit !== undefined) {
    const endMs = head === undefined ? nowMs : timeOfLast(recording)
    return endMs - Number(count) * (unitMs[unit] ?? 0)
  }
  const clock = /^(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,3})?)?$/.exec(start)
  if (clock !== null) return lastTimeOfDay(clock, nowMs)
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(start))
    return null
  const atMs = Date.parse(start.length === 10 ? `${start}T00:00` : start.replace(' ', 'T'))
  return Number.isNaN(atMs) ? null : atMs
}

function timeOfLast(recording: Recording): number {
  for (const { atMs } of recording.entries(recording.last, recording.last)) return atMs
  throw new PositionError('nothing is recorded')
}

function lastTimeOfDay(clock: RegExpExecArray, nowMs: number): number | null {
  const [hours = 0, minutes = 0, seconds = 0] = clock.slice(1, 4).map((part) => Number(part || 0))
  if (hours > 23 || minutes > 59 || seconds > 59) return null
  const day = new Date(nowMs)
  const setTo = () => day.setHours(hours, minutes, seconds, Number(clock[4] ?? 0) * 1000)
  if (setTo() > nowMs) {
    day.setDate(day.getDate() - 1)
    setTo()
  }
  return day.getTime()
}
