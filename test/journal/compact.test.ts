import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Database } from '../../adapters/sqlite.js'
import t from 'tap'
import { compact, previewOf } from '../../journal/compact.js'
import { readHistory } from '../../journal/history.js'
import { openRecording } from '../../journal/recording.js'
import { openJournal } from '../../journal/writer.js'
import type { Entry } from '../../lib/model/event.js'
import { replay, verify } from '../../lib/history/verify.js'
import { journalOf, longHistory, ownDirectory } from '../support/recorded.js'
import { replays } from '../support/replays.js'

const directory = ownDirectory(t)
// long enough that a snapshot is smaller than the entries that it stands for; an entry's number, less one, is its time
const entries = longHistory(1_500)
const last = entries.length

function isSound(file: string): boolean {
  const recording = openRecording(file)
  try {
    return [...verify(recording.entries(), recording.snapshots())].length === 0
  } finally {
    recording.close()
  }
}

t.test('what is too old goes, behind a snapshot that is written for it, as the dry run said', (t) => {
  const file = journalOf(entries, directory, 'age')
  const [bytes, { mtimeMs }] = [readFileSync(file), statSync(file)]
  const [keep, nowMs] = [{ keepMs: 100, maxBytes: null }, last]
  const expected = {
    dropped: [{ first: 1, last: last - 100, lastAtMs: last - 101, why: 'age' }],
    snapshot: last - 100,
    first: last - 99,
    last,
    bytesBefore: bytes.length,
    trouble: null,
  }
  const preview = previewOf(file, keep, nowMs)
  t.match(preview, expected)
  t.ok(readFileSync(file).equals(bytes), 'a dry run changes nothing')
  t.equal(statSync(file).mtimeMs, mtimeMs)

  const made = compact(file, keep, nowMs)
  t.match(made, expected)
  t.equal(made.bytesAfter, statSync(file).size)
  t.ok(made.bytesAfter < bytes.length / 2, `${made.bytesAfter} of ${bytes.length} bytes`)
  t.ok(Math.abs(preview.bytesAfter - made.bytesAfter) < bytes.length / 10, 'about as large as was said')
  t.ok(isSound(file))
  t.strictSame(readHistory(file, replay).folded.state, replay(entries).state)
  t.strictSame(compact(file, keep, nowMs).dropped, [], 'and no more than once')

  const writer = openJournal(file)
  writer.append([{ seq: last + 1, atMs: last, event: { type: 'Stopped', reason: 'goes on' } }])
  writer.close()
  t.ok(isSound(file))
  t.end()
})

t.test('what is too much goes: first what snapshots stand behind already', (t) => {
  const middle = Math.floor(last / 2)
  for (const share of [0.9, 0.8, 0.6]) {
    const file = journalOf(entries, directory, `size-${share}`)
    compact(file, { keepMs: last - middle, maxBytes: null }, last)
    const { size } = statSync(file)
    const limit = { keepMs: null, maxBytes: Math.floor(size * share) }
    const preview = previewOf(file, limit, last)
    const made = compact(file, limit, last)
    t.strictSame(made.dropped, preview.dropped)
    t.equal(made.first, (made.dropped.at(-1)?.last ?? 0) + 1)
    t.ok(made.bytesAfter <= limit.maxBytes, `${made.bytesAfter} of ${size} bytes, ${limit.maxBytes} wanted`)
    t.ok(made.bytesAfter > limit.maxBytes * 0.75, 'and no more than that')
    t.ok(made.last >= made.first, 'not all of it')
    t.ok(isSound(file))
    t.strictSame(readHistory(file, replay).folded.state, replay(entries).state)
  }
  t.end()
})

t.test('also where rows are of other sizes: few to a page, or larger than one', (t) => {
  for (const size of [1_200, 2_600, 9_000]) {
    const reason = 'x'.repeat(size)
    const long = entries.flatMap(({ seq, atMs }): Entry[] =>
      seq % 2 === 0 || seq > 500
        ? []
        : [{ seq: 0, atMs, event: { type: 'SourceLost', source: 'vtep', reason } }],
    )
    const file = journalOf(
      [...entries, ...long].map((entry, i) => ({ ...entry, seq: i + 1, atMs: i })),
      directory,
      `rows-${size}`,
    )
    const maxBytes = Math.floor(statSync(file).size * 0.4)
    const made = compact(file, { keepMs: null, maxBytes }, last + long.length)
    t.ok(
      made.bytesAfter <= maxBytes,
      `${size}: ${made.bytesAfter} of ${made.bytesBefore} bytes, ${maxBytes} wanted`,
    )
    t.ok(made.bytesAfter > maxBytes * 0.75, `${made.bytesAfter} of ${maxBytes}: and no more than that`)
  }
  t.end()
})

t.test('nothing goes that a snapshot would be larger than', (t) => {
  const file = journalOf(entries, directory, 'few')
  const before = readFileSync(file)
  t.match(compact(file, { keepMs: last - 2, maxBytes: null }, last), {
    dropped: [],
    snapshot: null,
    first: 1,
  })
  t.ok(readFileSync(file).equals(before))
  t.end()
})

t.test('a journal that is written is refused, but for a dry run', (t) => {
  const file = journalOf(entries, directory, 'locked')
  const writer = openJournal(file)
  const before = readFileSync(file)
  const all = { keepMs: 0, maxBytes: null }
  t.throws(() => compact(file, all, last), { message: `${file}: another process writes this journal` })
  t.match(previewOf(file, all, last), { first: last + 1, last })
  t.ok(readFileSync(file).equals(before))
  writer.close()
  t.end()
})

t.test('of a damaged journal nothing goes', (t) => {
  const file = journalOf(entries, directory, 'damaged')
  const database = new Database(file)
  database.exec(`update entry set body = replace(body, 'a', 'b') where seq = ${last - 1}`)
  database.close()
  const before = readFileSync(file)
  for (const make of [compact, previewOf])
    t.throws(() => make(file, { keepMs: 100, maxBytes: null }, last), { message: /entry \d+ was damaged/ })
  t.ok(readFileSync(file).equals(before))
  t.throws(() => compact(join(directory, 'missing'), { keepMs: 1, maxBytes: null }, 0), /no such file/)
  t.end()
})

t.test('whoever reads it meanwhile sees all of it, and is said to be in the way', (t) => {
  const file = journalOf(entries, directory, 'read')
  const recording = openRecording(file)
  const reading = recording.entries()[Symbol.iterator]()
  reading.next()
  t.match(compact(file, { keepMs: 100, maxBytes: null }, last), { trouble: /somebody is reading/ })
  let seen = 1
  while (reading.next().done !== true) seen++
  t.equal(seen, last)
  recording.close()
  const before = statSync(file).size
  openJournal(file).close()
  t.ok(statSync(file).size < before, 'it shrinks afterwards')
  t.ok(isSound(file))
  t.end()
})

t.test('the command says what goes, and asks what is to go', (t) => {
  const file = journalOf(entries, directory, 'command')
  const [none, wrong, dry, made, again, json] = replays([
    ['compact', file],
    ['compact', file, '--keep', '7'],
    ['compact', file, '--keep', '1d', '--dry-run'],
    ['compact', file, '--keep', '1d', '--empty'],
    ['compact', file, '--keep', '1d'],
    ['compact', file, '--max-size', '1G', '--json'],
  ])
  t.match(none, {
    status: 64,
    stderr: /^vtep-replay: compact: what is to go\? Say '--keep' or '--max-size'\n$/,
  })
  t.match(wrong, {
    status: 64,
    stderr: /^vtep-replay: option '--keep' needs a time such as 12h or 30d, [^\n]+\n$/,
  })
  t.match(dry, {
    status: 0,
    stdout: new RegExp(
      `^entries 1 to ${last}, up to 1970\\S+, would go for age: a new snapshot stands for them\n` +
        `${file}: no entries remain, but what they led to, about \\d+ of \\d+ bytes\n$`,
    ),
  })
  t.match(made, { status: 0, stdout: /, are gone for age: [^\n]+\n[^\n]+led to, \d+ of \d+ bytes\n$/ })
  t.match(again, {
    status: 0,
    stdout: /: nothing is to go: no entries remain, but what they led to, \d+ bytes\n$/,
  })
  t.match(JSON.parse(json?.stdout ?? ''), {
    file,
    isDryRun: false,
    dropped: [],
    snapshot: null,
    trouble: null,
  })
  t.end()
})
