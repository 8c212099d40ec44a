import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { Core } from '../../lib/daemon/core.js'
import { remoteMacFlow } from '../../lib/pipeline/rules/remote-mac.js'
import { parseAddress } from '../../lib/model/address.js'
import { amend, entriesOf, lookup, none } from '../../lib/model/collection.js'
import type { Flow } from '../../lib/model/flow.js'
import { parseMac } from '../../lib/model/mac.js'
import { joined, piecesOf } from '../../lib/model/pieces.js'
import { initialState, type State } from '../../lib/model/state.js'
import { History } from '../support/history.js'

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

t.test(
  'after a bundle that made all that was left to do, the flows installed are the very ones desired',
  (t) => {
    const world = History.furnished()
    world.work()
    for (let n = 0; n < 2; n++) {
      world.do({ what: 'addMac', a: 0, b: 2 + n, c: 1 })
      t.match(world.work(), [{ kind: 'flows' }])
      t.equal(world.core.state.flows, world.core.derived()?.desired.flows)
    }
    t.end()
  },
)

t.test('whoever begins with a state has the flows installed that are as desired but once', (t) => {
  const world = History.furnished()
  world.work()
  const read = joined([...piecesOf(world.core.state)])
  const core = new Core(read)
  const desired = core.derived()?.desired.flows
  t.not(read.flows, desired)
  t.equal(core.state.flows, desired)
  t.strictSame([...piecesOf(core.state)], [...piecesOf(read)])
  const [one, other] = [...entriesOf(read.flows ?? none)]
  const drifted = amend(read.flows ?? none, [
    [one?.[0] ?? '', undefined],
    ['table=0,priority=1', { key: 'table=0,priority=1', cookie: '0x5654000000000000', actions: 'drop' }],
  ])
  const astray = new Core({ ...read, flows: drifted })
  const wanted = astray.derived()?.desired.flows ?? none
  t.strictSame([...piecesOf(astray.state)], [...piecesOf({ ...read, flows: drifted })], 'what differs stays')
  t.equal(lookup(astray.state.flows ?? none, other?.[0] ?? ''), lookup(wanted, other?.[0] ?? ''))
  t.end()
})

t.test('a MAC that has gone is not held', (t) => {
  const { core } = History.furnished()
  const [logicalSwitch = ''] = [...entriesOf(core.state.vtep?.Logical_Switch ?? none)].map(([uuid]) => uuid)
  const [locator = ''] = [...entriesOf(core.state.vtep?.Physical_Locator ?? none)].map(([uuid]) => uuid)
  const rowOf = (i: number) => ({
    MAC: `02:00:00:${[i >> 16, (i >> 8) & 255, i & 255].map((n) => n.toString(16).padStart(2, '0')).join(':')}`,
    logical_switch: logicalSwitch,
    locator,
    ipaddr: '',
  })
  const uuidOf = (i: number) => `00000000-0000-4000-8000-${i.toString(16).padStart(12, '0')}`
  const change = (from: number, to: number, isThere: boolean): void => {
    const updates = Array.from({ length: to - from }, (_, n) => ({
      table: 'Ucast_Macs_Remote' as const,
      uuid: uuidOf(from + n),
      row: isThere ? rowOf(from + n) : null,
    }))
    core.fold({ seq: core.state.seq + 1, atMs: 0, event: { type: 'VtepUpdated', isCatchUp: false, updates } })
    core.derived()
  }
  const comeAndGo = (from: number, to: number): void => {
    for (let i = from; i < to; i += 1_000) for (const isThere of [true, false]) change(i, i + 1_000, isThere)
  }
  comeAndGo(0, 5_000)
  const before = heldMb()
  comeAndGo(5_000, 65_000)
  const more = heldMb() - before
  t.ok(more < 4, `${more} MB more after 60,000 further MACs`)
  t.end()
})
