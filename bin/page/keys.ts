import { useEffect } from 'preact/hooks'

/** What keys do wherever they are not typed into something. */
export interface Orders {
  step(by: number): void
  page(by: number): void
  toEnd(end: 'first' | 'last'): void
  play(): void
  search(): void
  zoom(factor: number | null): void
  pin(): void
  escape(): void
  help(): void
}

/** Keys of the whole page. */
export function useKeys(orders: Orders): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      // the help has keys of its own
      if (document.querySelector('dialog[open]') !== null) return
      const order = orderOf(event, orders)
      if (order === null) return
      event.preventDefault()
      order()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  })
}

function orderOf({ key, shiftKey, target }: KeyboardEvent, orders: Orders): (() => void) | null {
  const isOnButton = target instanceof Element && target.closest('button, a, [role=button]') !== null
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      // up and down scroll what can be scrolled
      if (key === 'ArrowUp' && !isSlider(target)) return null
      return () => orders.step(shiftKey ? 10 : 1)
    case 'ArrowLeft':
    case 'ArrowDown':
      if (key === 'ArrowDown' && !isSlider(target)) return null
      return () => orders.step(shiftKey ? -10 : -1)
    case 'PageUp':
      return () => orders.page(-1)
    case 'PageDown':
      return () => orders.page(1)
    case 'Home':
      return () => orders.toEnd('first')
    case 'End':
      return () => orders.toEnd('last')
    case ' ':
      return isOnButton ? null : () => orders.play()
    case '/':
      return () => orders.search()
    case '+':
    case '=':
      return () => orders.zoom(0.5)
    case '-':
      return () => orders.zoom(2)
    case '0':
      return () => orders.zoom(null)
    case 'p':
      return () => orders.pin()
    case '?':
      return () => orders.help()
    case 'Escape':
      return () => orders.escape()
    default:
      return null
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, select, textarea') !== null
}

function isSlider(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role=slider]') !== null
}

/** Keys in words, for the help. */
export const pageKeysInWords: readonly (readonly [string, string])[] = [
  ['→ ←', 'next and previous entry; with Shift ten at a time'],
  ['Home End', 'first and last entry'],
  ['PgUp PgDn', 'a twentieth of what the timeline shows'],
  [
    '/',
    'filter the changes: a MAC, an address, a VNI, a name, words, what is asked of states (flows > 9, problem)',
  ],
  [
    'Enter',
    'in the filter: the next change found, from the other end where there is none; with Shift the one before',
  ],
  ['Space', 'play and pause'],
  ['+ − 0', 'zoom the timeline in and out; all of it'],
  ['p', 'mark this entry, to compare another with it'],
  ['Esc', 'show all of the picture; empty the filter'],
  ['?', 'this help'],
]
