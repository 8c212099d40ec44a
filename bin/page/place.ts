import { useCallback, useState } from 'preact/hooks'

export const tabs = ['entry', 'flows', 'why', 'macs', 'difference', 'status'] as const
export type Tab = (typeof tabs)[number]

export const kinds = ['port', 'switch', 'remote'] as const
export type Kind = (typeof kinds)[number]

/** What the picture is narrowed down to. */
export interface Focus {
  readonly kind: Kind
  readonly id: string
}

/** Where in the history somebody looks, and at what: all that a link has to say. */
export interface Place {
  /** A position, see `positionAt`; null: the last entry, and those to come. */
  readonly at: string | null
  readonly pin: number | null
  readonly focus: Focus | null
  readonly tab: Tab
  /** The stretch of time that the timeline shows; null: all. */
  readonly fromMs: number | null
  readonly toMs: number | null
  /** What is to be explained. */
  readonly about: string
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
export function searchOf({ at, pin, focus, tab, fromMs, toMs, about }: Place): string {
  const query = new URLSearchParams()
  const put = (name: string, value: string | number | null): void => {
    if (value !== null && value !== '') query.set(name, String(value))
  }
  put('at', at)
  put('pin', pin)
  put('focus', focus && `${focus.kind}:${focus.id}`)
  put('tab', tab === 'entry' ? null : tab)
  put('from', fromMs)
  put('to', toMs)
  put('about', about)
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

function placeIn(search: string): Place {
  const query = new URLSearchParams(search)
  const number = (name: string): number | null => {
    const value = Number(query.get(name) ?? NaN)
    return Number.isFinite(value) ? value : null
  }
  const tab = query.get('tab')
  return {
    at: query.get('at'),
    pin: number('pin'),
    focus: focusIn(query.get('focus') ?? ''),
    tab: tabs.find((one) => one === tab) ?? 'entry',
    fromMs: number('from'),
    toMs: number('to'),
    about: query.get('about') ?? '',
  }
}

function focusIn(text: string): Focus | null {
  const [, name, id] = /^(\w+):(.+)$/s.exec(text) ?? []
  const kind = kinds.find((one) => one === name)
  return kind === undefined || id === undefined ? null : { kind, id }
}
