import t from 'tap'
import type { Batch } from '../../lib/model/batch.js'
import { amend, none } from '../../lib/model/collection.js'
import type { Event } from '../../lib/model/event.js'
import type { Flow } from '../../lib/model/flow.js'
import { idle, initialState, type State } from '../../lib/model/state.js'
import { Quarrels } from '../../lib/quarrels.js'

const flow = (n: number): Flow => ({
  key: `table=20,priority=${n}`,
  cookie: '0x5654000000000001',
  actions: 'drop',
})
const bundle = (...add: readonly Flow[]): Batch => ({ kind: 'flows', bridge: 'br0', remove: [], add })
const rows = (...reports: readonly (readonly [key: string, content: string])[]): Batch => ({
  kind: 'rows',
  // of each time another UUID
  operations: [{ op: 'delete', table: String(Math.PI) }],
  reports: reports.map(([key, content]) => ({ key, content })),
})
const state = (inFlight: Batch | null, ...flows: readonly Flow[]): State => ({
  ...initialState,
  flows: amend<Flow>(
    none,
    flows.map((one) => [one.key, one]),
  ),
  lanes: { switch: idle, vtep: { ...idle, inFlight } },
})
const applied: Event = { type: 'Applied', lane: 'vtep', tookMs: 1 }
const gone = (...flows: readonly Flow[]): Event => ({
  type: 'FlowsObserved',
  isDrift: true,
  present: [],
  absent: flows.map(({ key }) => key),
  foreign: null,
})

class Rounds {
  readonly quarrels = new Quarrels()
  #nowMs = 0

  /** The row batch was made, once for each time. */
  made(batch: Batch, times: number, everyMs = 3_000): this {
    for (let i = 0; i < times; i++) this.note(applied, state(batch), everyMs)
    return this
  }

  undone(times: number, ...flows: readonly Flow[]): this {
    for (let i = 0; i < times; i++) this.note(gone(...flows), state(null, ...flows))
    return this
  }

  note(event: Event, before = initialState, afterMs = 3_000): this {
    this.quarrels.note(event, before, (this.#nowMs += afterMs))
    return this
  }

  rows(batch: Batch): unknown {
    return this.quarrels.contestedIn('vtep', batch, this.#nowMs)
  }

  flows(batch: Batch): unknown {
    return this.quarrels.contestedIn('switch', batch, this.#nowMs)
  }
}

const deleted = ['Physical_Port/vtep-1', ''] as const
const other = ['Physical_Port/p0', '= '] as const

await t.test('a row is contested by its key, whatever else is in its batches', (t) => {
  const rounds = new Rounds().made(rows(deleted), 2).made(rows(deleted, other), 1)
  t.equal(rounds.rows(rows(deleted)), null, 'not yet')
  rounds.made(rows(deleted), 1)
  t.strictSame(rounds.rows(rows(other, deleted)), { keys: [deleted[0]], retryInMs: 1_000 })
  t.equal(rounds.rows(rows(other)), null)
  t.equal(rounds.rows(rows([deleted[0], '= '])), null, 'another change of it')
  t.end()
})

await t.test('patience grows, to a minute', (t) => {
  const waits = [4, 5, 6, 7, 20].map((times) => new Rounds().made(rows(deleted), times).rows(rows(deleted)))
  t.match(
    waits,
    [1, 4, 16, 60, 60].map((s) => ({ retryInMs: s * 1_000 })),
  )
  t.end()
})

await t.test('what has waited is made once more, and waits longer when that was in vain', (t) => {
  const rounds = new Rounds().made(rows(deleted), 4)
  rounds.note({ type: 'RetryDue', lane: 'vtep', keys: [deleted[0]] })
  t.equal(rounds.rows(rows(deleted)), null)
  t.match(rounds.made(rows(deleted), 1).rows(rows(deleted)), { retryInMs: 4_000 })
  t.end()
})

await t.test('what comes and goes by turns is no quarrel, nor what is seldom', (t) => {
  const rounds = new Rounds()
  for (let i = 0; i < 5; i++) rounds.made(rows([deleted[0], '= ']), 1).made(rows(deleted), 1)
  t.equal(rounds.rows(rows(deleted)), null)
  t.equal(new Rounds().made(rows(deleted), 9, 120_000).rows(rows(deleted)), null)
  t.end()
})

await t.test('a flow is contested by drift alone, among any number of others', (t) => {
  const all = Array.from({ length: 5_000 }, (_, n) => flow(n))
  const rounds = new Rounds().undone(1, ...all).undone(3, flow(7))
  t.strictSame(rounds.flows(bundle(...all)), { keys: [flow(7).key], retryInMs: 1_000 })
  t.equal(rounds.flows(bundle({ ...flow(7), actions: 'output:1' })), null, 'it is another one')
  const everything = new Rounds().undone(4, ...all).flows(bundle(...all)) as { keys: readonly string[] }
  t.equal(everything.keys.length, all.length)
  t.end()
})

await t.test('a flow of others that must go, and comes again and again', (t) => {
  const theirs: Flow = { key: 'table=0,in_port=1', cookie: '0x0', actions: 'output:2' }
  const came: Event = { type: 'FlowsObserved', isDrift: true, present: [], absent: [], foreign: [theirs] }
  const rounds = new Rounds()
  for (let i = 0; i < 4; i++) rounds.note(came, state(null))
  const removal: Batch = { kind: 'flows', bridge: 'br0', remove: [theirs], add: [] }
  t.match(rounds.flows(removal), { keys: [theirs.key] })
  t.end()
})

await t.test('a connection that broke, or a command that failed, is nobody’s quarrel', (t) => {
  const rounds = new Rounds().made(rows(deleted), 4)
  rounds.note({ type: 'SourceLost', source: 'vtep', reason: 'test' })
  t.equal(rounds.rows(rows(deleted)), null)
  const failed = { type: 'Failed', lane: 'vtep', reason: 'test', retryInMs: 1 } as const
  for (let i = 0; i < 9; i++) rounds.note(failed, state(rows(deleted)))
  t.equal(rounds.rows(rows(deleted)), null)
  for (let i = 0; i < 4; i++) rounds.note({ ...failed, isUndone: true }, state(rows(deleted)))
  t.match(rounds.rows(rows(deleted)), { keys: [deleted[0]] }, 'but one that was undone before it was seen is')
  t.end()
})

await t.test('what is made once pushes no quarrel out', (t) => {
  const rounds = new Rounds().made(rows(deleted), 2)
  for (let n = 0; n < 20; n++)
    rounds.made(
      rows(...Array.from({ length: 500 }, (_, i) => [`Ucast_Macs_Local/${n}/${i}`, '= '] as const)),
      1,
      1,
    )
  t.match(rounds.made(rows(deleted), 2).rows(rows(deleted)), { keys: [deleted[0]] })
  t.end()
})
