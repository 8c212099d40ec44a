import t from 'tap'
import { up } from '../../bin/daemon/up.js'

const never = new Promise<never>(() => undefined)

t.test('ready is settled, ended, or waited for long enough', async (t) => {
  t.equal(await up({ settled: Promise.resolve(), ended: never }), true)
  t.equal(await up({ settled: never, ended: Promise.resolve() }), true)
  t.equal(await up({ settled: never, ended: never }, 1), false)
  await t.rejects(up({ settled: never, ended: Promise.reject(new Error('no more')) }), { message: 'no more' })
})
