import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database } from '../../adapters/sqlite.js'
import t from 'tap'
import { JournalError } from '../../journal/format.js'
import { readEntries } from '../../journal/reader.js'
import { openJournal } from '../../journal/writer.js'
import type { Entry } from '../../lib/model/event.js'

const directory = mkdtempSync(join(tmpdir(), 'journal-'))
t.teardown(() => rmSync(directory, { recursive: true }))

let files = 0
const newFile = () => join(directory, `sub${++files}`, 'br0.journal')

function entry(seq: number): Entry {
  return { seq, atMs: 1000 * seq, event: { type: 'Stopped', reason: `reason ${seq}` } }
}

t.test('entries come back in order, and after a reopening more can follow', (t) => {
  const file = newFile()
  const writer = openJournal(file)
  writer.append([entry(1), entry(2)])
  writer.close()
  const again = openJournal(file)
  t.strictSame([...again.entries()], [entry(1), entry(2)])
  again.append([entry(3)])
  t.strictSame([...readEntries(file)], [entry(1), entry(2), entry(3)], 'read while it is open for writing')
  again.close()
  t.end()
})

t.test('only the owner can read it', (t) => {
  const file = newFile()
  openJournal(file).close()
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.equal(statSync(join(file, '..')).mode & 0o777, 0o700)
  t.end()
})

t.test('a batch of entries is all or nothing', (t) => {
  const file = newFile()
  const writer = openJournal(file)
  writer.append([entry(1)])
  t.throws(() => writer.append([entry(2), entry(1)]), JournalError)
  writer.append([entry(2)])
  t.strictSame([...readEntries(file)], [entry(1), entry(2)])
  writer.close()
  t.end()
})

t.test('what is appended is on the disk: FULL, also after a reopening', (t) => {
  const file = newFile()
  openJournal(file).close()
  const writer = openJournal(file)
  const other = new Database(file)
  t.equal(other.pragma('journal_mode', { simple: true }), 'wal')
  other.close()
  writer.close()
  t.end()
})

t.test('one writer', (t) => {
  const file = newFile()
  const writer = openJournal(file)
  t.throws(
    () => openJournal(file),
    new JournalError(`${file}: another process writes this journal`, 'locked'),
  )
  writer.close()
  openJournal(file).close()
  t.end()
})

t.test('more entries than a page', (t) => {
  const file = newFile()
  const writer = openJournal(file)
  const entries = Array.from({ length: 2500 }, (_, i) => entry(i + 1))
  writer.append(entries)
  t.strictSame([...readEntries(file)], entries)
  writer.close()
  t.end()
})

t.test('a changed entry is found', (t) => {
  const file = newFile()
  const writer = openJournal(file)
  writer.append([entry(1), entry(2), entry(3)])
  writer.close()
  const database = new Database(file)
  database.exec(`update entry set body = replace(body, 'reason 2', 'reason X') where seq = 2`)
  database.close()
  t.throws(
    () => [...readEntries(file)],
    new JournalError(`${file}: entry 2 was damaged or changed`, 'damaged', 2),
  )
  t.end()
})

t.test('other files are refused and stay as they are', (t) => {
  const file = join(directory, 'text')
  writeFileSync(file, 'not a database, but long enough to look like one to somebody'.repeat(100))
  t.throws(() => [...readEntries(file)], new JournalError(`${file}: not a journal of ovs-vtep`, 'foreign'))
  t.throws(() => openJournal(file), JournalError)
  t.match(readFileSync(file, 'utf8'), /^not a database/)
  t.throws(() => [...readEntries(join(directory, 'none'))], /no such file/)
  const database = new Database(join(directory, 'other'))
  database.exec('create table x (y)')
  database.close()
  t.throws(() => openJournal(join(directory, 'other')), /not a journal/)
  t.end()
})

t.test('a format from the future is refused', (t) => {
  const file = newFile()
  openJournal(file).close()
  const database = new Database(file)
  database.pragma('user_version = 99')
  database.close()
  t.throws(() => [...readEntries(file)], /format 99, this program reads formats up to 2/)
  t.end()
})
