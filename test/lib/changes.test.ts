/** Cause, plan and outcome as one change; what lasts as a span; what is noteworthy. */
import { join } from 'node:path'
import t from 'tap'
import { openRecording } from '../../journal/recording.js'
import { initialState } from '../../lib/model/state.js'
import { type HistoryChange, outcomeText } from '../../lib/history/changes/change.js'
import { Chronicle } from '../../lib/history/changes/chronicle.js'
import { otherRowFacts } from '../../lib/history/changes/row-facts.js'
import type { RowMention } from '../../lib/history/changes/row-told.js'
import { spanKinds } from '../../lib/history/changes/spans.js'
import { recordedOutcomeOf } from '../../lib/history/outcome.js'
import type { Recording } from '../../lib/history/recording.js'
import { Names } from '../../lib/words/names.js'
import { History } from '../support/history.js'
import { longHistory, recordingOf } from '../support/recorded.js'

function chronicleOf(recording: Recording): Chronicle {
  const chronicle = new Chronicle(recording.first, initialState)
  for (const entry of recording.entries()) chronicle.add(entry)
  return chronicle
}

function changesOf(chronicle: Chronicle): readonly HistoryChange[] {
  return Array.from({ length: chronicle.length }, (_, place) => chronicle.at(place)).filter(
    (change) => change !== undefined,
  )
}

const file = join(import.meta.dirname, '..', '..', '..', 'test', 'sample', 'incident.journal')
const incident = openRecording(file)
t.teardown(() => incident.close())
const told = chronicleOf(incident)

t.test('the incident in sentences: who did what, and what came of it', (t) => {
  const lines = changesOf(told).map(
    (change) => `${change.seq}-${change.last} ${change.writer}: ${change.text}: ${outcomeText(change)}`,
  )
  for (const line of [
    '20-32 controller: office: 02:00:00:00:0e:01 placed at 10.2.2.2: 1 flow · 174 ms',
    '27-31 station: office: 02:00:00:00:00:0a heard at p0 untagged: 44 ms',
    '37-42 controller: office: 02:00:00:00:0e:01 moved 10.2.2.2 → 10.2.2.9; VTEP 10.2.2.9 appears: 2 flows · 175 ms',
    '43-45 someone: 1 flow removed by somebody else: 02:00:00:00:0e:02 in office: 1 flow · 251 ms',
    '58-63 controller: logical switch lab: VNI 50035003 → 5003; fault unspecified_fault cleared at gw: 2 flows · 200 ms',
    '64-64 null: ovs-vtep stopped: SIGTERM: ',
  ])
    t.ok(lines.includes(line), line)
  t.equal(told.placeOf(41), told.placeOf(37), 'an outcome belongs to its cause')
  t.equal(told.placeOf(40), told.placeOf(37), 'and so does what we wrote because of it')
  t.strictSame(told.entriesOf(told.placeOf(37)), [37, 38, 39, 40, 41, 42])
  t.strictSame(told.entriesOf(told.placeOf(20)), [20, 28, 32], 'one plan of several causes')
  t.end()
})

t.test('a row of which nothing is told leaves no empty sentence', (t) => {
  for (const table of ['Logical_Switch', 'Physical_Switch', 'Tunnel', 'Bridge', 'Interface']) {
    const mention = { what: 'row', table, key: 'some-row', value: { error: '' } } as unknown as RowMention
    for (const columns of [[], [{ column: 'error', before: 'no such device', after: '' }]]) {
      const change = { did: 'modify', columns } as const
      const facts = otherRowFacts([{ mention, before: {}, change }], new Names(initialState))
      t.notOk(
        facts.some(({ text }) => /: *$/.test(text)),
        `${table}, ${columns.length} columns`,
      )
      t.equal(facts.length, columns.length, `${table}: a fact for each told column`)
    }
  }
  t.end()
})

t.test('spans go from what raised them to what ended them', (t) => {
  const spans = told.spans.map(({ kind, seq, endSeq, text }) => ({ kind, seq, endSeq, text }))
  t.strictSame(spans, [
    { kind: 'drift', seq: 43, endSeq: 45, text: '0 flows changed, 1 gone by somebody else' },
    { kind: 'faults', seq: 49, endSeq: 61, text: 'unspecified_fault at gw' },
    { kind: 'stopped', seq: 64, endSeq: null, text: 'ovs-vtep did not run: SIGTERM' },
  ])
  t.end()
})

t.test('the summary says what is noteworthy, and that there is none', (t) => {
  const texts = told.summary().map(({ text }) => text)
  t.match(texts[0], /^1 fault from \d\d:12:30 to \d\d:12:31$/)
  t.equal(texts[1], '0 failures')
  t.match(texts[2], /^1 drift /)
  t.equal(texts[3], '1 MAC moved, 2 times')
  t.end()
})

t.test('changes are found by words, kinds and whatever their things are called', (t) => {
  const seqs = (words: string, ...kinds: HistoryChange['kinds']): readonly number[] =>
    told.find({ words, kinds }).places.map((place) => told.at(place)?.seq ?? 0)
  t.strictSame(seqs('02:00:00:00:0E:01'), [20, 37, 52])
  t.strictSame(seqs('2:0:0:0:e:1'), [20, 37, 52])
  t.strictSame(seqs('10.2.2.9'), [37, 52])
  t.strictSame(seqs('10.2.2'), seqs('"10.2.2"'), 'a part of an address is a word like any other')
  t.strictSame(seqs('', 'moved'), [37, 52])
  t.strictSame(seqs('office', 'faults'), [])
  t.strictSame(seqs('moved !10.2.2.9'), [])
  t.ok(seqs('vlan 30').includes(46))
  t.ok(seqs('vni 5001').length > 0)
  t.strictSame(seqs('somebody drift'), [43])
  const { places, open } = told.find({ words: 'moved flows>9', kinds: [] })
  t.strictSame([places.length, open.length], [0, 2], 'what only states can tell is left open')
  t.end()
})

t.test('a failure is told with its cause, and lasts until the lane works again', (t) => {
  const world = History.furnished()
  world.work()
  const start = world.entries.length
  world.do({ what: 'addMac', a: 1, b: 5, c: 2 })
  const batch = world.core.plan('switch')
  if (batch === null) throw new Error('nothing is planned')
  world.record({ type: 'Planned', lane: 'switch', batch })
  world.record({ type: 'Failed', lane: 'switch', reason: 'no connection', retryInMs: 1_000 })
  world.record({ type: 'RetryDue', lane: 'switch' })
  world.record({ type: 'Planned', lane: 'switch', batch })
  world.record({ type: 'Applied', lane: 'switch', tookMs: 7 })
  const chronicle = chronicleOf(recordingOf(world.entries))
  const change = chronicle.at(chronicle.placeOf(start + 1))
  t.ok(change?.kinds.includes('failures'))
  t.strictSame(
    change?.plans.map(({ failure, tookMs }) => ({ failure, tookMs })),
    [
      { failure: 'no connection', tookMs: null },
      { failure: null, tookMs: 7 },
    ],
  )
  t.match(chronicle.spans.at(-1), {
    kind: 'failures',
    seq: start + 3,
    endSeq: start + 6,
    text: 'no connection',
  })
  t.strictSame(chronicle.find({ words: '"no connection"', kinds: [] }).places, [chronicle.placeOf(start + 1)])
  t.end()
})

t.test('every plan belongs to a change, with the outcome that it had', (t) => {
  const recording = recordingOf(longHistory(300))
  const chronicle = chronicleOf(recording)
  const plans = changesOf(chronicle).flatMap((change) => change.plans)
  const outcomes = new Map(plans.map(({ seq, outcome }) => [seq, outcome]))
  for (const entry of recording.entries()) {
    if (entry.event.type !== 'Planned') continue
    t.equal(outcomes.get(entry.seq), recordedOutcomeOf(entry, recording)?.seq ?? null, `entry ${entry.seq}`)
  }
  for (const { kind, fromMs, toMs } of chronicle.spans) {
    t.ok(spanKinds.includes(kind))
    t.ok(toMs === null || toMs >= fromMs)
  }
  t.end()
})
