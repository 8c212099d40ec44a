/** Whatever a thing is called by, the question finds what is said of it. */
import { join } from 'node:path'
import t from 'tap'
import { openRecording } from '../../journal/recording.js'
import { closest } from '../../lib/words/closest.js'
import { explain } from '../../lib/history/explain.js'
import { Names } from '../../lib/words/names.js'
import { Past } from '../../lib/history/past.js'
import { passage } from '../../lib/history/passage.js'
import type { Recording } from '../../lib/history/recording.js'
import { Subject } from '../../lib/history/subject.js'
import { longHistory, recordingOf } from '../support/recorded.js'
import { replay } from '../../lib/history/verify.js'

// the incident of docs/incident.md: 02:00:00:00:0e:01 of office is placed behind 10.2.2.9 in entry 37, and back in entry 52
const incident = openRecording(
  join(import.meta.dirname, '..', '..', '..', 'test', 'sample', 'incident.journal'),
)
t.teardown(() => incident.close())

/** The entries that say something of it. */
function entriesAbout(text: string, recording: Recording = incident): readonly (number | null)[] {
  const subject = new Subject(text)
  return [...passage(recording)]
    .filter(({ mentions }) => subject.among(mentions).length > 0)
    .map(({ entry }) => entry?.seq ?? null)
}

t.test('subjects are found by every name they have', (t) => {
  const vtep = [37, 38, 40, 52, 53, 55]
  for (const [text, all] of [
    ['10.2.2.9', vtep],
    ['02:00:00:00:0e:01', [20, 28, 37, 38, 52, 53]],
    ['02-00-00-00-0E-01', [20, 28, 37, 38, 52, 53]],
    ['2:0:0:0:e:1', [20, 28, 37, 38, 52, 53]],
  ] as const)
    t.strictSame(entriesAbout(text), all, text)
  const office = entriesAbout('office')
  for (const text of ['5001', 'vni 5001', 'VNI:5001', 'switch office'])
    t.strictSame(entriesAbout(text), office, text)
  t.ok(office.includes(13), 'a group that was written before its locators')
  const port = entriesAbout('p1')
  t.strictSame(entriesAbout('port p1'), port)
  t.ok(port.includes(33), 'MACs learned there')
  t.ok(port.includes(28), 'flows of its bindings')
  t.notOk(port.includes(27), 'and not those of another port')
  const vlan = entriesAbout('vlan 20')
  t.ok(vlan.includes(7) && vlan.includes(28) && vlan.includes(33), 'its binding, flows, MACs')
  t.notOk(vlan.includes(27))
  t.strictSame(entriesAbout('20'), vlan, 'a bare number is a VLAN, too')
  t.ok(entriesAbout('10.2.2.1').length > 0, 'a tunnel IP of ours')
  t.strictSame(entriesAbout('10.2.2.8'), [])
  t.end()
})

t.test('explain: what went by way of a VTEP, though it goes elsewhere now', (t) => {
  const found = explain(incident, incident.last, new Subject('10.2.2.9'))
  const former = found.filter(({ flow }) => flow.actions.includes('10.2.2.9->tun_dst'))
  t.equal(former.length, 1)
  t.equal(former[0]?.planned?.seq, 38)
  t.equal(former[0]?.gone?.seq, 53)
  t.end()
})

t.test('what stood before the first entry that is kept is known', (t) => {
  const entries = longHistory(60)
  const kept = entries.slice(40)
  const recording = { ...recordingOf(kept), coreAt: (seq: number) => replay(entries.slice(0, seq)) }
  t.equal(entriesAbout('p0', recording)[0], null)
  t.ok(entriesAbout('ls1', recording).length > 1, 'rows of a logical switch that is older than they')
  t.end()
})

t.test('of each row the last changes are kept, and how many there were', (t) => {
  const past = new Past()
  const names = new Names({ vtep: null, ovs: null })
  const event = { type: 'Stopped', reason: '' } as const
  for (let seq = 1; seq <= 6; seq++) {
    const mention = { what: 'row', table: 'Logical_Switch', key: 'a', value: { name: `ls${seq}` } } as const
    past.hear(mention, { seq, atMs: seq, event }, names)
    names.hear(mention)
  }
  const row = past.of('a')
  t.strictSame(
    row?.changes.map(({ seq }) => seq),
    [3, 4, 5, 6],
  )
  t.strictSame(row?.earlier, { count: 2, seq: 1 })
  for (let i = 0; i < 30_000; i++)
    for (const value of [{}, null])
      past.hear({ what: 'row', table: 'Tunnel', key: `${i}`, value }, { seq: 7, atMs: 7, event }, names)
  t.equal(past.of('0'), undefined, 'what went long ago is forgotten')
  t.ok(past.of('29999'))
  t.end()
})

t.test('suggestions', (t) => {
  for (const [typed, words, suggested] of [
    ['plans', ['Planned', 'Applied'], ['Planned']],
    ['Ucast', ['Ucast_Macs_Local', 'Mcast_Macs_Local'], ['Ucast_Macs_Local']],
    ['ofice', ['office', 'lab'], ['office']],
    ['offcie', ['office'], ['office']],
    ['nix', ['office', 'lab', 'gw'], []],
    ['', ['office'], []],
  ] as const)
    t.strictSame(closest(typed, words), suggested, typed)
  t.end()
})
