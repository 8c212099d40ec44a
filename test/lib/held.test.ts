import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { remoteMacFlow } from '../../lib/layout/remote.js'
import { parseAddress } from '../../lib/model/address.js'
import { amend, none } from '../../lib/model/collection.js'
import type { Flow } from '../../lib/model/flow.js'
import { parseMac } from '../../lib/model/mac.js'
import { piecesOf } from '../../lib/model/pieces.js'
import { initialState, type State } from '../../lib/model/state.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heldMb(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}

t.test('what is remembered of targets has bounds, however many there are', (t) => {
  const [uuid, mac] = ['4b6e4bdc-5c3d-4d06-8d4b-c0ba7e1e1b10', parseMac('02:00:00:00:00:01')]
  const make = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      const address = parseAddress(`10.0.${i % 256}.1`)
      if (address !== undefined && mac !== undefined)
        remoteMacFlow(uuid, mac, { address, vni: i, via: null }, uuid)
    }
  }
  make(0, 100_000)
  const before = heldMb()
  make(100_000, 500_000)
  const more = heldMb() - before
  t.ok(more < 10, `${more} MB more after 400,000 further targets`)
  t.end()
})

t.test('what of a state was written is not held until all of it is', async (t) => {
  const flow = (i: number): Flow => ({ key: `table=0,priority=${i}`, cookie: '0x1', actions: 'drop' })
  const flows = (): NonNullable<State['flows']> =>
    amend<Flow>(
      none,
      Array.from({ length: 2_000 }, (_, i) => [`${i}`, flow(i)]),
    )
  const begun = () => {
    const state: State = { ...initialState, flows: flows(), learned: amend<number>(none, [['a', 1]]) }
    return { texts: piecesOf(state), held: new WeakRef<object>(state.flows ?? none) }
  }
  const { texts, held } = begun()
  for (let i = 0; i < 3; i++) texts.next()
  t.match(texts.next().value, /^\["learned"/, 'all flows were written')
  // a weak reference holds until the turn in which it was made or asked has ended
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  t.equal(held.deref(), undefined)
  t.equal(texts.next().done, true)
  t.end()
})
