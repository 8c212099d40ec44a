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
}

/** Keys of the whole page. */
export function useKeys(orders: Orders): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
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
