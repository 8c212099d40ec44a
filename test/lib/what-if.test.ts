import t from 'tap'
import type { Edits } from '../../lib/history/what-if.js'
import { whatIf, WhatIfError } from '../../lib/history/what-if.js'
import { History } from '../support/history.js'

const none: Edits = { without: new Set(), changed: new Map(), insertedAfter: new Map() }

/** A history whose last plan comes of one row of the controller's. */
function told() {
  const world = History.furnished()
  world.work()
  const start = world.entries.length
  world.do({ what: 'addMac', a: 1, b: 5, c: 2 })
  world.work()
  const cause = world.entries.slice(start).find(({ event }) => event.type === 'VtepUpdated')
  const plan = world.entries.slice(start).find(({ event }) => event.type === 'Planned')
  if (cause === undefined || plan?.event.type !== 'Planned') throw new Error('nothing was planned')
  return { entries: world.entries, cause, plan, batch: plan.event.batch }
}

t.test('a history that nobody alters leads to its own plans', (t) => {
  t.strictSame([...whatIf(told().entries, none)], [])
  t.end()
})

t.test('what one entry alone led to goes with it', (t) => {
  const { entries, cause, plan, batch } = told()
  const others = [...whatIf(entries, { ...none, without: new Set([cause.seq]) })]
  t.strictSame(others, [{ seq: plan.seq, atMs: plan.atMs, lane: 'switch', recorded: batch, instead: null }])
  const emptied = { type: 'VtepUpdated', isCatchUp: false, updates: [] } as const
  t.strictSame([...whatIf(entries, { ...none, changed: new Map([[cause.seq, emptied]]) })], others)
  t.end()
})

t.test('what happens later instead is planned later', (t) => {
  const { entries, cause, plan, batch } = told()
  const last = entries.length
  const later = { without: new Set([cause.seq]), insertedAfter: new Map([[last, [cause.event]]]) }
  t.strictSame(
    [...whatIf(entries, { ...none, ...later })],
    [
      { seq: plan.seq, atMs: plan.atMs, lane: 'switch', recorded: batch, instead: null },
      { seq: null, atMs: null, lane: 'switch', recorded: null, instead: batch },
    ],
  )
  t.end()
})

t.test('a batch that nobody planned is left to be made', (t) => {
  const { entries, plan, batch } = told()
  t.strictSame(
    [...whatIf(entries, { ...none, without: new Set([plan.seq]) })],
    [{ seq: null, atMs: null, lane: 'switch', recorded: null, instead: batch }],
  )
  t.end()
})

t.test('a failure goes with the batch that failed', (t) => {
  const { entries, cause, plan, batch } = told()
  const failure = { type: 'Failed', lane: 'switch', reason: 'no answer', retryInMs: 1000 } as const
  const failed = [...entries.slice(0, plan.seq), { seq: plan.seq + 1, atMs: plan.atMs, event: failure }]
  const left = { seq: null, atMs: null, lane: 'switch', recorded: null, instead: batch }
  const never = { seq: plan.seq, atMs: plan.atMs, lane: 'switch', recorded: batch, instead: null }
  t.strictSame([...whatIf(failed, { ...none, without: new Set([plan.seq]) })], [left])
  const later = { without: new Set([cause.seq]), insertedAfter: new Map([[plan.seq + 1, [cause.event]]]) }
  t.strictSame([...whatIf(failed, { ...none, ...later })], [never, left])
  t.end()
})

t.test('what is planned instead is what is made instead', (t) => {
  const { entries, cause, plan } = told()
  // the same happens a moment earlier, and something else with it
  const other = entries.find(
    ({ seq, event }) => seq < cause.seq && event.type === 'VtepUpdated' && event.updates.some(isRemoteMac),
  )
  if (other?.event.type !== 'VtepUpdated') throw new Error('no MAC before')
  const gone = other.event.updates.filter(isRemoteMac).map((update) => ({ ...update, row: null }))
  const event = { type: 'VtepUpdated', isCatchUp: false, updates: gone } as const
  const others = [...whatIf(entries, { ...none, insertedAfter: new Map([[cause.seq, [event]]]) })]
  t.strictSame(
    others.map(({ seq, lane }) => ({ seq, lane })),
    [{ seq: plan.seq, lane: 'switch' }],
  )
  t.end()
})

function isRemoteMac({ table }: { readonly table: string }): boolean {
  return table === 'Ucast_Macs_Remote'
}

t.test('an event that is only a name is said to be none', (t) => {
  const broken = JSON.parse('{"type":"VtepUpdated"}') as never
  const edits = { ...none, changed: new Map([[told().cause.seq, broken]]) }
  t.throws(() => [...whatIf(told().entries, edits)], WhatIfError)
  t.end()
})
