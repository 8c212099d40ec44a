import t from 'tap'
import { Backoff } from '../../../adapters/ovsdb/backoff.js'

const range = { min: 1000, max: 8000 }

t.test('doubles up to the limit, and starts over after a reset', async (t) => {
  const backoff = new Backoff(range, () => 0)
  const delays = Array.from({ length: 6 }, () => backoff.nextMs())
  t.strictSame(delays, [1000, 2000, 4000, 8000, 8000, 8000])
  backoff.reset()
  t.equal(backoff.nextMs(), 1000)
})

t.test('jitter takes away up to a half', async (t) => {
  const backoff = new Backoff(range, () => 0.5)
  t.strictSame([backoff.nextMs(), backoff.nextMs()], [750, 1500])
})
