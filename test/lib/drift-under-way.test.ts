import t from 'tap'
import { changeFrom } from '../../lib/ingest/changes.js'
import { flowChanges } from '../../lib/ingest/intake.js'
import type { Batch } from '../../lib/model/batch.js'
import type { Flow } from '../../lib/model/flow.js'
import { History } from '../support/history.js'

const flow: Flow = {
  key: 'table=20,priority=100,dl_dst=00:00:00:00:00:77',
  cookie: '0x5654000000000001',
  actions: 'drop',
}
const added = ' event=ADDED table=20 cookie=0x5654000000000001 dl_dst=00:00:00:00:00:77'
const gone = ' event=DELETED reason=delete table=20 cookie=0x5654000000000001 dl_dst=00:00:00:00:00:77'
const taken = ' event=MODIFIED table=20 cookie=0x99 dl_dst=00:00:00:00:00:77'

/** What monitor lines amount to while `batch` is under way; `isInstalled`: the flow is there before. */
function said(
  batch: Pick<Batch & { kind: 'flows' }, 'add' | 'remove'>,
  isInstalled: boolean,
  ...lines: string[]
): string[] {
  const history = new History()
  history.work()
  const present = isInstalled ? [flow] : []
  history.record({ type: 'FlowsObserved', isDrift: false, present, absent: [], foreign: null })
  history.record({ type: 'Planned', lane: 'switch', batch: { kind: 'flows', bridge: 'br0', ...batch } })
  const before = history.entries.length
  history.take(flowChanges(lines.map(changeFrom).filter((change) => change !== undefined)))
  return history.entries.slice(before).map(({ event: { type } }) => type)
}

const adds = { add: [flow], remove: [] }
const removes = { add: [], remove: [flow] }

t.test('what a bundle under way does is expected', async (t) => {
  t.strictSame(said(adds, false, added), [])
  t.strictSame(said(removes, true, gone), [])
})

t.test('somebody else at a place that a bundle under way touches is looked at', async (t) => {
  t.strictSame(said(adds, false, added, taken), ['FlowsDoubted'], 'ours, and then theirs')
  t.strictSame(said(removes, true, gone, added), ['FlowsDoubted'], 'gone, and made again just as it was')
})

/** A change of fail_mode is under way, where these flows were there before. */
function flushing(...present: readonly Flow[]): History {
  const history = new History()
  history.record({ type: 'FlowsObserved', isDrift: false, present, absent: [], foreign: null })
  const batch = history.core.plan('switch')
  if (batch?.kind !== 'config' || !batch.isFlushing) throw new Error('no change of fail_mode')
  history.record({ type: 'Planned', lane: 'switch', batch })
  return history
}

t.test('after a change of fail_mode the flows are looked at', async (t) => {
  const history = flushing(flow)
  history.record({ type: 'Applied', lane: 'switch', tookMs: 1 })
  t.equal(history.core.state.knowledge.flows, 'unknown')
})

t.test('what a change of fail_mode drops is expected, what somebody else removes then is not', async (t) => {
  const hear = (history: History, line: string) => {
    const before = history.entries.length
    history.take(flowChanges([line].map(changeFrom).filter((change) => change !== undefined)))
    return history.entries.slice(before).map(({ event: { type } }) => type)
  }
  t.strictSame(hear(flushing(flow), gone), [])
  t.strictSame(hear(flushing(), gone), ['FlowsDoubted'], 'one that came back before')
  t.strictSame(hear(flushing(), ' event=DELETED reason=delete table=0 cookie=0x99 in_port=9'), [])
})
