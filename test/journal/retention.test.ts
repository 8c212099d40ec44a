import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { retentionOf } from '../../bin/command-line/quantity.js'
import { readHistory } from '../../journal/history.js'
import { openRecording } from '../../journal/recording.js'
import { openJournal } from '../../journal/writer.js'
import type { Entry } from '../../lib/model/event.js'
import { replay, verify } from '../../lib/history/verify.js'
import { History } from '../support/history.js'

const directory = mkdtempSync(join(tmpdir(), 'retention-'))
t.teardown(() => rmSync(directory, { recursive: true }))

/** A journal with two snapshots and an entry behind the second; an entry's number, less one, is its time. */
function recorded(name: string) {
  const world = History.furnished()
  const writer = openJournal(join(directory, name))
  const snapshots: number[] = []
  for (let from = 0; snapshots.length < 2; from = world.entries.length) {
    for (let i = 0; i < 12; i++) world.record({ type: 'FlowsDoubted', reason: 'x'.repeat(100_000) })
    writer.append(world.entries.slice(from))
    for (let i = 0; i < 3; i++) writer.tend(world.core.state)
    snapshots.push(world.core.state.seq)
  }
  world.record({ type: 'FlowsDoubted', reason: 'last' })
  writer.append(world.entries.slice(-1))
  return { world, writer, snapshots }
}

t.test('what is too old goes, up to a snapshot, and what remains is sound', (t) => {
  const { world, writer, snapshots } = recorded('age')
  const [first = 0] = snapshots
  t.equal(writer.drop({ keepMs: 10, maxBytes: null }, first), null, 'the last of them is not old enough')
  const dropped = writer.drop({ keepMs: 10, maxBytes: null }, first + 10)
  t.strictSame(dropped, { first: 1, last: first, lastAtMs: first - 1, why: 'age' })
  t.equal(writer.drop({ keepMs: 10, maxBytes: null }, first + 10), null)
  const recording = openRecording(writer.file)
  t.equal(recording.first, first + 1)
  t.strictSame([...verify(recording.entries(), recording.snapshots())], [])
  t.strictSame(recording.coreAt(first + 3).state, replay(world.entries.slice(0, first + 3)).state)
  recording.close()
  writer.close()
  t.strictSame(readHistory(writer.file, replay).folded.state, world.core.state)
  t.end()
})

t.test('so does what is too much, but never what no snapshot stands behind', (t) => {
  const { world, writer, snapshots } = recorded('size')
  const tooMuch = { keepMs: null, maxBytes: 1 }
  t.strictSame(
    [writer.drop(tooMuch, 0), writer.drop(tooMuch, 0), writer.drop(tooMuch, 0)].map((one) => one?.last),
    [...snapshots, undefined],
  )
  writer.close()
  const again = openJournal(writer.file)
  t.strictSame([...again.entries()], world.entries.slice(-1))
  again.append([{ seq: world.core.state.seq + 1, atMs: 0, event: { type: 'Stopped', reason: 'goes on' } }])
  again.close()
  const recording = openRecording(writer.file)
  t.strictSame([...verify(recording.entries(), recording.snapshots())], [])
  recording.close()
  t.end()
})

t.test('limits are a number with a unit, and 0 is none', (t) => {
  t.strictSame(retentionOf('30d', '1G'), { keepMs: 30 * 86_400_000, maxBytes: 2 ** 30 })
  t.strictSame(retentionOf('0', '0'), { keepMs: null, maxBytes: null })
  t.throws(() => retentionOf('30', '1G'), /'--journal-keep' needs a time such as 12h or 30d/)
  t.throws(() => retentionOf('1h', '1T'), /'--journal-max-size' needs a size such as 500M or 1G/)
  t.end()
})

t.test('a reader sees one history, whatever is dropped behind its back', (t) => {
  const writer = openJournal(join(directory, 'read meanwhile'))
  const world = History.furnished()
  const fill = (count: number) => {
    const from = world.entries.length
    for (let i = 0; i < count; i++) world.record({ type: 'FlowsDoubted', reason: 'x'.repeat(1_000) })
    writer.append(world.entries.slice(from))
  }
  writer.append(world.entries)
  fill(2_500)
  for (let i = 0; i < 3; i++) writer.tend(world.core.state)
  fill(10)
  const { seq: last } = writer.tip()

  const recording = openRecording(writer.file)
  const reading = recording.entries()[Symbol.iterator]()
  t.match(reading.next(), { value: { seq: 1 } })
  t.match(writer.drop({ keepMs: null, maxBytes: 1 }, 0), { first: 1, last: last - 10 })
  fill(1)
  const rest = Array.from<Entry, number>({ [Symbol.iterator]: () => reading }, ({ seq }) => seq)
  t.strictSame(
    rest,
    Array.from({ length: last - 1 }, (_, i) => i + 2),
  )
  t.strictSame(
    recording.coreAt(5).state,
    replay(world.entries.slice(0, 5)).state,
    'also what is asked for now',
  )
  t.strictSame([...verify(recording.entries(), recording.snapshots())], [])
  recording.close()

  const later = openRecording(writer.file)
  t.match(later, { first: last - 9, last: last + 1 })
  later.close()
  writer.close()
  t.end()
})
