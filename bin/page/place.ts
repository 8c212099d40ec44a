import { useCallback, useState } from 'preact/hooks'
import { type Grouping, groupings } from '../../lib/screens/page/drawing.js'
import { type Focus, kinds } from '../../lib/screens/page/kinds.js'

export const tabs = ['change', 'subject', 'flows', 'macs', 'difference', 'status'] as const
export type Tab = (typeof tabs)[number]
/** What links of older pages call them. */
const formerTabs: Readonly<Record<string, Tab>> = { entry: 'change', why: 'subject' }

/** What is beside the details where there is no room for both. */
export const stages = ['changes', 'picture'] as const
export type PageStage = (typeof stages)[number]

/** Where in the history somebody looks, and at what: all that a link has to say. */
export interface Place {
  /** A position, see `positionAt`; null: the last entry, and those to come. */
  readonly at: string | null
  readonly pin: number | null
  readonly focus: Focus | null
  readonly tab: Tab
  readonly stage: PageStage
  /** The stretch of time that the timeline shows; null: all. */
  readonly fromMs: number | null
  readonly toMs: number | null
  /** What is asked about; empty: what is looked for, or what the change is about. */
  readonly about: string
  /** Which changes are wanted: a predicate, and kinds with commas. */
  readonly words: string
  readonly kinds: string
  /** What is looked for in the picture, and by what it groups. */
  readonly find: string
  readonly by: Grouping
}

/** The place in the address bar, and how to go to another: what is not given stays. */
export function usePlace(): readonly [Place, (change: Partial<Place>) => void] {
  const [place, setPlace] = useState(() => placeIn(location.search))
  const go = useCallback((change: Partial<Place>) => {
    setPlace((was) => {
      const next = { ...was, ...change }
      history.replaceState(null, '', `${location.pathname}${searchOf(next)}`)
      return next
    })
  }, [])
  return [place, go]
}

/** The place as the query of a link. */
export function searchOf(place: Place): string {
  const { at, pin, focus, tab, stage, fromMs, toMs, about, words, find, by } = place
  const query = new URLSearchParams()
  const put = (name: string, value: string | number | null): void => {
    if (value !== null && value !== '') query.set(name, String(value))
  }
  put('at', at)
  put('pin', pin)
  put('focus', focus && `${focus.kind}:${focus.id}`)
  put('tab', tab === 'change' ? null : tab)
  put('stage', stage === 'changes' ? null : stage)
  put('from', fromMs)
  put('to', toMs)
  put('about', about)
  put('words', words)
  put('kinds', place.kinds)
  put('find', find)
  put('by', by === 'state' ? null : by)
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

function placeIn(search: string): Place {
  const query = new URLSearchParams(search)
  const number = (name: string): number | null => {
    const value = Number(query.get(name) ?? NaN)
    return Number.isFinite(value) ? value : null
  }
  const text = (name: string): string => query.get(name) ?? ''
  const tab = text('tab')
  return {
    at: query.get('at'),
    pin: number('pin'),
    focus: focusIn(text('focus')),
    tab: tabs.find((one) => one === tab) ?? formerTabs[tab] ?? 'change',
    stage: stages.find((one) => one === text('stage')) ?? 'changes',
    fromMs: number('from'),
    toMs: number('to'),
    about: text('about'),
    words: text('words'),
    kinds: text('kinds'),
    find: text('find'),
    by: groupings.find((one) => one === text('by')) ?? 'state',
  }
}

function focusIn(text: string): Focus | null {
  const [, name, id] = /^(\w+):(.+)$/s.exec(text) ?? []
  const kind = kinds.find((one) => one === name)
  return kind === undefined || id === undefined ? null : { kind, id }
}
