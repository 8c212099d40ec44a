import { setTimeout } from 'node:timers/promises'

const DEADLINE_MS = 15_000
const POLL_MS = 10

/** The first value of `probe` that is neither undefined nor false. Rejects, naming `what`, when none comes. */
export async function eventually<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const endMs = performance.now() + DEADLINE_MS
  for (;;) {
    const value = await probe()
    if (value !== undefined && value !== false) return value
    if (performance.now() > endMs) throw new Error(`never happened: ${what}`)
    await setTimeout(POLL_MS)
  }
}
