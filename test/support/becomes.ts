import type { Test } from 'tap'
import { isDeepStrictEqual } from 'node:util'
import { until } from './until.js'

/** Asserts that `probe` gives `wanted` before the deadline; otherwise a failure shows what it gave last, and it rejects. */
export async function becomes<T>(t: Test, what: string, probe: () => Promise<T>, wanted: T): Promise<void> {
  let last: T | undefined
  await until(what, async () => isDeepStrictEqual((last = await probe()), wanted)).catch((error: unknown) => {
    t.strictSame(last, wanted, what)
    throw error
  })
  t.pass(what)
}
