import { setTimeout as pause } from 'node:timers/promises'
import { patienceMs } from './patience.js'

const POLL_MS = 20

type NotYet = false | null | undefined

/**
 * The first value of `condition` that is not false, null or undefined, asked again and again.
 *
 * Rejects after `longestMs`, naming `what` and the error that `condition` threw last: one that
 * throws counts as not yet met. Only what measures how long something takes gives a `longestMs` of its own.
 */
export async function until<T extends object | string | number | true>(
  what: string,
  condition: () => Promise<T | NotYet> | T | NotYet,
  longestMs = patienceMs,
): Promise<T> {
  const endMs = performance.now() + longestMs
  for (;;) {
    let missing = ''
    try {
      const value = await condition()
      if (value !== false && value !== null && value !== undefined) return value
    } catch (error) {
      missing = `: ${error instanceof Error ? error.message : String(error)}`
    }
    if (performance.now() > endMs) throw new Error(`gave up waiting until ${what}${missing}`)
    await pause(POLL_MS)
  }
}
