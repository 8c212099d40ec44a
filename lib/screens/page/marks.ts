import type { Chronicle } from '../../history/changes/chronicle.js'
import type { Span } from '../../history/changes/spans.js'
import type { Mark, TimelineView } from './timeline.js'

type Stretch = Pick<TimelineView, 'fromMs' | 'toMs'> & { readonly parts: number }

/** So many spans of a kind are drawn one by one. */
const mostSpans = 300

/** The changes at these places that are in a stretch of time, by its parts; `seq`: of the last of them. */
export function hitsIn(chronicle: Chronicle, places: readonly number[], stretch: Stretch): readonly Mark[] {
  const marks = new Map<number, { part: number; count: number; seq: number }>()
  for (const place of places) {
    const change = chronicle.at(place)
    if (change === undefined || change.atMs < stretch.fromMs || change.atMs > stretch.toMs) continue
    const part = partOf(change.atMs, stretch)
    const mark = marks.get(part)
    if (mark === undefined) marks.set(part, { part, count: 1, seq: change.seq })
    else {
      mark.count++
      mark.seq = change.seq
    }
  }
  return [...marks.values()]
}

/** What lasted in a stretch of time; of a kind with very many those that are seen. */
export function spansIn(spans: readonly Span[], stretch: Stretch): readonly Span[] {
  const inside = spans.filter(
    ({ fromMs, toMs }) => fromMs <= stretch.toMs && (toMs ?? Infinity) >= stretch.fromMs,
  )
  if (inside.length <= mostSpans) return inside
  const drawn = new Set<string>()
  return inside.filter(({ kind, fromMs, toMs }) => {
    const [from, to] = [fromMs, toMs ?? stretch.toMs].map((ms) => partOf(ms, stretch))
    const key = `${kind} ${from} ${to}`
    const isNew = !drawn.has(key)
    drawn.add(key)
    return isNew
  })
}

function partOf(ms: number, { fromMs, toMs, parts }: Stretch): number {
  return Math.min(parts - 1, Math.max(0, Math.floor(((ms - fromMs) / Math.max(1, toMs - fromMs)) * parts)))
}
