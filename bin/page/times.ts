import { localTime } from '../../lib/words/describe.js'

/** Local date and time with milliseconds, as the terminal tool prints it. */
export function timeText(atMs: number): string {
  return localTime(atMs).replace('T', ' ')
}

/** A span in words a person would use. */
export function spanText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  const seconds = Math.round(ms / 1_000)
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`
}

const steps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5,
  72e5, 108e5, 216e5, 432e5, 864e5,
]

/** Some round local times between two, at most `most`. */
export function roundTimes(
  fromMs: number,
  toMs: number,
  most: number,
): readonly { readonly ms: number; readonly text: string }[] {
  const wanted = (toMs - fromMs) / Math.max(1, most)
  const step = steps.find((one) => one >= wanted) ?? Math.ceil(wanted / 864e5) * 864e5
  const offset = new Date(fromMs).getTimezoneOffset() * 60_000
  const times = []
  for (let ms = Math.ceil((fromMs - offset) / step) * step + offset; ms <= toMs; ms += step)
    times.push({ ms, text: clockText(ms, step) })
  return times
}

function clockText(ms: number, step: number): string {
  const [date = '', clock = ''] = localTime(ms).split('T')
  if (step >= 864e5) return date
  if (step >= 6e4) return clock.slice(0, 5)
  return step >= 1e3 ? clock.slice(0, 8) : clock
}

/** Time of day with milliseconds. */
export function clockOf(atMs: number): string {
  return localTime(atMs).slice(11)
}
