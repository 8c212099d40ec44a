import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database } from '../../adapters/sqlite.js'
import t from 'tap'
import { readHistory } from '../../journal/history.js'
import { openRecording } from '../../journal/recording.js'
import { openJournal } from '../../journal/writer.js'
import { joined, piecesOf } from '../../lib/model/pieces.js'
import { initialState } from '../../lib/model/state.js'
import { replay, verify } from '../../lib/history/verify.js'
import { History } from '../support/history.js'
import { journalWithSnapshots, tendWhole } from '../support/recorded.js'

const directory = mkdtempSync(join(tmpdir(), 'snapshots-'))
t.teardown(() => rmSync(directory, { recursive: true }))

function recorded(name: string) {
  return journalWithSnapshots(directory, name)
}

function edit(file: string, sql: string): { readonly changes: number } {
  const database = new Database(file)
  const result = database.prepare(sql).run()
  database.close()
  return result
}

/** How many entries a start has to fold. */
function folded(file: string): number {
  return readHistory(file, (entries) => [...entries].length).folded
}

t.test('a state comes back from its pieces', (t) => {
  const { state } = History.furnished().core
  t.strictSame(joined(piecesOf(state)), state)
  t.strictSame([...piecesOf(joined(piecesOf(state)))], [...piecesOf(state)], 'and gives the same again')
  t.strictSame(joined(piecesOf(initialState)), initialState)
  t.end()
})

t.test('a start folds only what came after the last snapshot, to the same state', (t) => {
  const { file, world } = recorded('start')
  t.equal(folded(file), 1)
  const { folded: core } = readHistory(file, replay)
  t.strictSame(core.state, world.core.state)
  t.strictSame(core.plan('switch'), world.core.plan('switch'))
  t.end()
})

t.test('every position is what the entries lead to', (t) => {
  const { file, entries } = recorded('positions')
  const recording = openRecording(file)
  for (let seq = 1; seq <= entries.length; seq += 13)
    t.strictSame(recording.coreAt(seq).state, replay(entries.slice(0, seq)).state, `entry ${seq}`)
  t.strictSame([...verify(recording.entries(), recording.snapshots())], [])
  recording.close()
  t.end()
})

t.test('an unfinished snapshot never counts, and its remains go', (t) => {
  const { file, world } = recorded('unfinished')
  edit(file, 'delete from snapshot where seq = (select max(seq) from snapshot)')
  t.ok(folded(file) > 1)
  t.strictSame(readHistory(file, replay).folded.state, world.core.state)
  openJournal(file).close()
  t.equal(edit(file, 'delete from piece where seq not in (select seq from snapshot)').changes, 0)
  t.end()
})

t.test('a changed snapshot is passed over by a start and named by a verification', (t) => {
  const { file, world } = recorded('changed')
  edit(
    file,
    `update piece set body = replace(body, '10.2.2.1', '10.2.2.7') where seq = (select max(seq) from piece)`,
  )
  t.ok(folded(file) > 1)
  t.strictSame(readHistory(file, replay).folded.state, world.core.state)
  const recording = openRecording(file)
  t.throws(() => [...verify(recording.entries(), recording.snapshots())], {
    message: /: the snapshot at entry \d+ was damaged or changed$/,
  })
  recording.close()
  t.end()
})

t.test('a snapshot that is not the fold of its prefix is a difference', (t) => {
  const { entries, world } = recorded('other')
  const seq = entries.length
  const other = [...piecesOf({ ...world.core.state, isDoubted: true })]
  const found = [...verify(entries, { start: null, pieces: (at) => (at === seq ? other : null) })]
  t.match(found, [{ seq, reason: /snapshot/ }])
  t.end()
})

t.test('a journal of format 1 is read as it is, and gets snapshots when it is written', (t) => {
  const { file, world } = recorded('old')
  const database = new Database(file)
  database.exec('drop table snapshot; drop table piece; pragma user_version = 1')
  database.close()
  t.equal(folded(file), world.entries.length)
  const writer = openJournal(file)
  tendWhole(writer, world)
  writer.close()
  t.equal(folded(file), 0)
  t.end()
})
