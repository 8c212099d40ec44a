import {
  type HistoryChange,
  type ChangeKind,
  kindWords,
  outcomeText,
  writerWords,
} from '../../history/changes/change.js'
import type { Chronicle } from '../../history/changes/chronicle.js'
import type { ChangeLine } from './api.js'

const longest = 600

/** A change as a line of the list. */
export function changeLine(change: HistoryChange, place: number): ChangeLine {
  const { seq, atMs, kinds, text, writer } = change
  const kind = kinds[0] ?? 'flows'
  return {
    place,
    seq,
    atMs,
    kind,
    kindName: kindWords[kind].name,
    tone: toneOf(change),
    text: text.slice(0, longest),
    writer: writer === null ? null : writerWords[writer],
    outcome: outcomeText(change),
  }
}

const alarming: ReadonlySet<ChangeKind> = new Set(['faults', 'failures', 'outages', 'gaps'])

/** A fault that is cleared, a failure that was mended and what is as it should be alarm nobody. */
function toneOf({ kinds, text, plans }: HistoryChange): ChangeLine['tone'] {
  if (plans.at(-1)?.failure != null) return 'bad'
  if (kinds.includes('faults')) return text.includes(' raised at ') ? 'bad' : 'good'
  if (kinds.some((kind) => alarming.has(kind))) return 'bad'
  if (kinds.includes('drift')) return 'warm'
  return kinds.includes('moved') ? 'noted' : 'plain'
}

/** Some of the changes that were found, by their places in the list. */
export function changeLines(
  chronicle: Chronicle,
  places: readonly number[],
  from: number,
  count: number,
): readonly ChangeLine[] {
  return places.slice(Math.max(0, from), from + count).flatMap((place) => {
    const change = chronicle.at(place)
    return change === undefined ? [] : [changeLine(change, place)]
  })
}
