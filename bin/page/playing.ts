import { useEffect, useRef, useState } from 'preact/hooks'
import type { Speed } from './controls.js'

const mostStepsASecond = 25

/** Steps on by itself until the last entry. */
export function usePlaying(seq: number, last: number, step: (by: number) => void) {
  const [isPlaying, play] = useState(false)
  const [speed, setSpeed] = useState<Speed>(1)
  const advance = useRef(() => {})
  advance.current = () => {
    if (seq >= last) play(false)
    else step(Math.max(1, speed / mostStepsASecond))
  }
  useEffect(() => {
    if (!isPlaying) return
    const timer = setInterval(() => advance.current(), 1_000 / Math.min(speed, mostStepsASecond))
    return () => clearInterval(timer)
  }, [isPlaying, speed])
  return { isPlaying, play, speed, setSpeed }
}
