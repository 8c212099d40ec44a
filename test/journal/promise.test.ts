import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { JournalKeeper } from '../../journal/keeper.js'
import { fileStore } from '../../journal/store.js'
import type { Entry } from '../../lib/model/event.js'
import { replay } from '../../lib/history/verify.js'

const directory = mkdtempSync(join(tmpdir(), 'promise-'))
t.teardown(() => rmSync(directory, { recursive: true }))
const file = join(directory, 'br0.journal')

function started(): { keeper: JournalKeeper; said: string[] } {
  const said: string[] = []
  const say = (text: string) => void said.push(text)
  const keeper = new JournalKeeper(fileStore(file), { now: () => 0, info: say, warn: say })
  keeper.open(replay)
  return { keeper, said }
}

function entry(seq: number): Entry {
  return { seq, atMs: seq, event: { type: 'FlowsDoubted', reason: 'x' } }
}

t.test('a start that finds fewer entries than there were says so once', (t) => {
  const first = started()
  first.keeper.append([entry(1), entry(2)])
  t.equal(first.keeper.check(), null)
  first.keeper.close(replay([], null).state)
  const second = started()
  t.strictSame(second.said, [], 'nothing is missing')
  second.keeper.close(replay([], null).state)
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
  const third = started()
  const text = `${file} ends at entry 0, and 2 was written once: 2 entries are gone, perhaps with a -wal file, or an older copy took its place`
  t.strictSame(third.said, [text])
  t.strictSame(third.keeper.health(0).kept, [text])
  third.keeper.append([entry(1)])
  third.keeper.check()
  third.keeper.close(replay([], null).state)
  const fourth = started()
  t.strictSame(fourth.said, [])
  fourth.keeper.close(replay([], null).state)
  t.end()
})

/** A run that appends these, `reason` in each. */
function run(from: number, to: number, reason: string): readonly string[] {
  const { keeper, said } = started()
  const seqs = Array.from({ length: to - from + 1 }, (_, i) => from + i)
  keeper.append(seqs.map((seq) => ({ ...entry(seq), event: { type: 'FlowsDoubted', reason } })))
  keeper.check()
  keeper.close(replay([], null).state)
  return said
}

t.test('a copy in the place of the journal is noticed: an older one, and another one', (t) => {
  for (const end of ['', '-wal', '-shm', '.last']) rmSync(file + end, { force: true })
  t.strictSame(run(1, 2, 'x'), [])
  copyFileSync(file, `${file}.old`)
  t.strictSame(run(3, 4, 'x'), [])
  copyFileSync(`${file}.old`, file)
  t.match(run(3, 3, 'y'), [/ends at entry 2, and 4 was written once: 2 entries are gone, .* an older copy/])
  t.strictSame(run(4, 4, 'y'), [], 'said once')
  // as many entries, and others
  copyFileSync(`${file}.old`, file)
  rmSync(`${file}.last`)
  run(3, 6, 'z')
  copyFileSync(file, `${file}.other`)
  copyFileSync(`${file}.old`, file)
  rmSync(`${file}.last`)
  run(3, 5, 'y')
  copyFileSync(`${file}.other`, file)
  t.match(run(7, 7, 'z'), [/entry 5 is not the one that was written: another journal took the place/])
  t.end()
})
