import type { Entry } from '../model/event.js'
import { type Mention, mentionsIn } from './mentions.js'
import { Names } from '../words/names.js'

/** A spread of numbers; all null where there are none. */
export interface Spread {
  readonly count: number
  readonly min: number | null
  readonly median: number | null
  readonly p99: number | null
  readonly max: number | null
}

/** A history in numbers. Times in milliseconds, `perSecond` over the whole time. */
export interface HistoryStatistics {
  readonly entries: number
  readonly fromMs: number | null
  readonly toMs: number | null
  readonly kinds: readonly { readonly kind: string; readonly count: number; readonly perSecond: number }[]
  /** Flows added and removed by each bundle. */
  readonly bundleFlows: Spread
  /** From the entry before a plan that caused it to the plan, and from the plan to its outcome. */
  readonly planMs: Spread
  readonly applyMs: Spread
  /** Rows, flows and MACs that are spoken of most. */
  readonly talkers: readonly { readonly what: string; readonly count: number }[]
}

const talkersShown = 10

/** One pass. */
export function historyStatistics(entries: Iterable<Entry>): HistoryStatistics {
  const kinds = new Map<string, number>()
  const talkers = new Map<string, { readonly mention: Mention; readonly count: number }>()
  const names = new Names({ vtep: null, ovs: null })
  const [bundles, plans, applications]: [number[], number[], number[]] = [[], [], []]
  let [count, fromMs, toMs]: [number, number | null, number | null] = [0, null, null]
  let causeMs: number | null = null
  for (const entry of entries) {
    const { event, atMs } = entry
    count++
    fromMs ??= atMs
    toMs = atMs
    increase(kinds, event.type)
    for (const mention of mentionsIn(entry)) {
      names.hear(mention)
      const key = `${mention.what} ${mention.key}`
      const talker = talkers.get(key)
      talkers.set(key, { mention, count: (talker?.count ?? 0) + 1 })
    }
    if (event.type === 'Planned') {
      if (event.batch.kind === 'flows') bundles.push(event.batch.add.length + event.batch.remove.length)
      if (causeMs !== null) plans.push(Math.max(0, atMs - causeMs))
    } else causeMs = atMs
    if (event.type === 'Applied') applications.push(event.tookMs)
  }
  const seconds = Math.max(1, ((toMs ?? 0) - (fromMs ?? 0)) / 1_000)
  return {
    entries: count,
    fromMs,
    toMs,
    kinds: ranked(kinds).map(([kind, number]) => ({ kind, count: number, perSecond: number / seconds })),
    bundleFlows: spreadOf(bundles),
    planMs: spreadOf(plans),
    applyMs: spreadOf(applications),
    talkers: [...talkers]
      .sort(([keyA, a], [keyB, b]) => b.count - a.count || (keyA < keyB ? -1 : 1))
      .slice(0, talkersShown)
      .map(([, { mention, count: number }]) => ({ what: talkerText(mention, names), count: number })),
  }
}

function talkerText(mention: Mention, names: Names): string {
  if (mention.what === 'row') return `${mention.table} ${names.of(mention.key)} (${mention.key})`
  if (mention.what === 'claim') return `claimed ${names.claimed(mention.key)}`
  return mention.what === 'flow' ? `flow ${mention.key}` : `learned ${names.learned(mention.key)}`
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function ranked(counts: ReadonlyMap<string, number>): (readonly [string, number])[] {
  return [...counts].sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
}

function spreadOf(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((a, b) => a - b)
  const at = (share: number): number | null => sorted[Math.floor((sorted.length - 1) * share)] ?? null
  return { count: sorted.length, min: at(0), median: at(0.5), p99: at(0.99), max: at(1) }
}
