import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database } from '../../adapters/sqlite.js'
import t from 'tap'
import { JournalError } from '../../journal/format.js'
import { readEntries } from '../../journal/reader.js'
import { openSound } from '../../journal/sound.js'
import { openJournal } from '../../journal/writer.js'
import type { Entry } from '../../lib/model/event.js'

const directory = mkdtempSync(join(tmpdir(), 'sound-'))
t.teardown(() => rmSync(directory, { recursive: true }))

const list = (entries: Iterable<Entry>): readonly Entry[] => [...entries]

function entry(seq: number): Entry {
  return { seq, atMs: 1000 * seq, event: { type: 'Stopped', reason: `reason ${seq}` } }
}

/** A journal of three entries in a directory of its own. */
function recorded(name: string): string {
  const file = join(directory, name, 'br0.journal')
  const writer = openJournal(file)
  writer.append([entry(1), entry(2), entry(3)])
  writer.close()
  return file
}

function damage(file: string, seq: number): void {
  const database = new Database(file)
  database.prepare(`update entry set body = replace(body, 'reason', 'raisin') where seq = ?`).run(seq)
  database.close()
}

function kept(file: string): readonly string[] {
  return readdirSync(join(file, '..')).filter((name) => /1970/.test(name) && !/-(wal|shm)$/.test(name))
}

t.test('a damaged last entry is cut off, and the file as it was is kept', (t) => {
  const file = recorded('torn')
  damage(file, 3)
  const { writer, folded, kept: note } = openSound(file, list, () => 0)
  t.strictSame(folded, [entry(1), entry(2)])
  t.match(note, /entry 3 was damaged or changed; it was the last one and was cut off/)
  t.strictSame(kept(file), ['br0.journal.torn-19700101T000000.000Z'])
  t.throws(() => list(readEntries(join(file, '..', kept(file)[0] ?? ''))), /entry 3 was damaged/)
  writer.append([entry(3)])
  t.strictSame(list(readEntries(file)), [entry(1), entry(2), entry(3)], 'and it goes on there')
  writer.close()
  t.end()
})

t.test('damage before the last entry: nothing is used, a new journal begins', (t) => {
  const file = recorded('middle')
  damage(file, 2)
  const { writer, folded, kept: note } = openSound(file, list, () => 0)
  t.strictSame(folded, [])
  t.match(note, /entry 2 was damaged or changed and not at its end; nothing of it was used, it is kept as/)
  t.strictSame(kept(file), ['br0.journal.damaged-19700101T000000.000Z'])
  writer.append([entry(1)])
  writer.close()
  t.strictSame(list(readEntries(file)), [entry(1)])
  t.end()
})

t.test('damaged pages, and a damaged header, of what was a journal', (t) => {
  for (const [name, from, to] of [
    ['header', 0, 16],
    ['first', 100, 4096],
    ['rows', 4096, 8192],
    ['cut', 4000, -1],
  ] as const) {
    const file = recorded(name)
    const contents = readFileSync(file)
    writeFileSync(file, to === -1 ? contents.subarray(0, from) : contents.fill(0xff, from, to))
    const { writer, folded, kept: note } = openSound(file, list, () => 0)
    t.strictSame(folded, [], name)
    t.match(note, /nothing of it was used/)
    t.equal(kept(file).length, 1)
    writer.close()
  }
  t.end()
})

t.test('what was never a journal, is from the future, or in use, stays as it is', (t) => {
  const text = join(directory, 'text')
  writeFileSync(text, 'somebody relies on this file '.repeat(1000))
  t.throws(() => openSound(text, list, () => 0), /not a (journal|file)/)
  t.throws(() => openSound(directory, list, () => 0), /not a (journal|file)/)
  const file = recorded('future')
  const database = new Database(file)
  database.pragma('user_version = 99')
  database.close()
  t.throws(() => openSound(file, list, () => 0), JournalError)
  const used = openJournal(recorded('used'))
  t.throws(() => openSound(used.file, list, () => 0), /another process writes this journal/)
  used.close()
  t.strictSame([...kept(file), ...kept(used.file)], [])
  t.end()
})
