import { localTime } from '../../words/describe.js'
import type { ChangeKind } from './change.js'
import type { OpenChange } from './fold.js'
import type { Span, SpanKind } from './spans.js'

/** Something of a history that a person wants to know first. */
export interface Noteworthy {
  readonly text: string
  readonly tone: 'bad' | 'warm' | 'plain'
  /** The changes that it is about. */
  readonly kind: ChangeKind
  readonly count: number
  /** The entry of the last of them; null: there is none. */
  readonly seq: number | null
}

/** What is told even where there is none, and what only where there is one. */
const spanLines: readonly {
  readonly span: SpanKind
  readonly kind: ChangeKind
  readonly one: string
  readonly many: string
  readonly tone: 'bad' | 'warm'
  readonly isAlwaysTold: boolean
}[] = [
  { span: 'faults', kind: 'faults', one: 'fault', many: 'faults', tone: 'bad', isAlwaysTold: true },
  { span: 'failures', kind: 'failures', one: 'failure', many: 'failures', tone: 'bad', isAlwaysTold: true },
  { span: 'drift', kind: 'drift', one: 'drift', many: 'drifts', tone: 'warm', isAlwaysTold: true },
  { span: 'outages', kind: 'outages', one: 'outage', many: 'outages', tone: 'bad', isAlwaysTold: false },
  {
    span: 'degraded',
    kind: 'gaps',
    one: 'gap in the journal',
    many: 'gaps in the journal',
    tone: 'bad',
    isAlwaysTold: false,
  },
]

export function summaryOf(changes: readonly OpenChange[], spans: readonly Span[]): readonly Noteworthy[] {
  const lines = spanLines.flatMap(({ span, kind, one, many, tone, isAlwaysTold }): Noteworthy[] => {
    const some = spans.filter((candidate) => candidate.kind === span)
    const count = some.length
    if (count === 0) return isAlwaysTold ? [{ text: `0 ${many}`, tone: 'plain', kind, count, seq: null }] : []
    const text = `${count} ${count === 1 ? one : many}${whenText(some)}`
    return [{ text, tone, kind, count, seq: some.at(-1)?.seq || null }]
  })
  return [...lines, ...movedLine(changes), ...restartLine(changes)]
}

/** Of one span from when to when, of several only whether the last one lasts. */
function whenText(spans: readonly Span[]): string {
  const last = spans.at(-1)
  if (last === undefined) return ''
  if (spans.some(({ toMs }) => toMs === null))
    return `, ${spans.length === 1 ? '' : 'one '}since ${clock(last.fromMs)}`
  if (spans.length > 1) return `, the last at ${clock(last.fromMs)}`
  const [from, to] = [clock(last.fromMs), clock(last.toMs ?? last.fromMs)]
  return from === to ? ` at ${from}` : ` from ${from} to ${to}`
}

/** Time of day, which a page and a terminal show with their own zone beside it. */
function clock(atMs: number): string {
  return localTime(atMs).slice(11, 19)
}

function movedLine(changes: readonly OpenChange[]): readonly Noteworthy[] {
  const moves = changes.flatMap(({ moved }) => moved)
  const macs = new Set(moves).size
  const seq = changes.findLast(({ kinds }) => kinds.includes('moved'))?.seq ?? null
  const times = moves.length === macs ? '' : `, ${moves.length} times`
  const text = `${macs} ${macs === 1 ? 'MAC' : 'MACs'} moved${times}`
  return [{ text, tone: 'plain', kind: 'moved', count: moves.length, seq }]
}

function restartLine(changes: readonly OpenChange[]): readonly Noteworthy[] {
  const starts = changes.filter(({ text }) => /^ovs-vtep \S+ started/.test(text))
  if (starts.length < 2) return []
  const seq = starts.at(-1)?.seq ?? null
  return [{ text: `${starts.length} starts`, tone: 'plain', kind: 'restarts', count: starts.length, seq }]
}
