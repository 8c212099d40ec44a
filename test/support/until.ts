import { setTimeout as pause } from 'node:timers/promises'

const POLL_MS = 20
const DEADLINE_MS = 10_000

/**
 * The first value of `condition` that is neither false nor null, asked again and again.
 *
 * Rejects when the deadline has passed, naming `what` and the error that `condition` threw last: one that
 * throws counts as not yet met.
 */
export async function until<T>(
  what: string,
  condition: () => Promise<T | false | null> | T | false | null,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const endMs = performance.now() + deadlineMs
  for (;;) {
    let missing = ''
    try {
      const value = await condition()
      if (value !== false && value !== null) return value
    } catch (error) {
      missing = `: ${error instanceof Error ? error.message : String(error)}`
    }
    if (performance.now() > endMs) {
      throw new Error(`gave up after ${deadlineMs / 1000} s waiting until ${what}${missing}`)
    }
    await pause(POLL_MS)
  }
}
