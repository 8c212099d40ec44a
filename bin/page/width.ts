import { useEffect, useRef, useState } from 'preact/hooks'

/** How wide an element is, in CSS pixels, also when that changes; 0 before it is there. */
export function useWidth(): readonly [(element: HTMLElement | null) => void, number] {
  const [width, setWidth] = useState(0)
  const observer = useRef<ResizeObserver | null>(null)
  const set = useRef((element: HTMLElement | null) => {
    observer.current?.disconnect()
    if (element === null) return
    observer.current = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)))
    observer.current.observe(element)
    setWidth(Math.floor(element.clientWidth))
  })
  useEffect(() => () => observer.current?.disconnect(), [])
  return [set.current, width]
}
