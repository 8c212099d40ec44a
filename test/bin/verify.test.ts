import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Progress } from '../../bin/replay/progress.js'
import { verifiedInParts } from '../../bin/replay/verify/verify-aside.js'
import { type Counts, noCounts, verified } from '../../bin/replay/verify/verified.js'
import { chainOf, chainStart, JournalError } from '../../journal/format.js'
import { openRecording, type RecordingFile } from '../../journal/recording.js'
import { snapshotDigestOf } from '../../journal/snapshots.js'
import { openJournal } from '../../journal/writer.js'
import type { Event } from '../../lib/model/event.js'
import { journalPartsOf, type JournalPart, type Run } from '../../lib/history/parts.js'
import type { Discrepancy } from '../../lib/history/verify.js'
import { Database } from '../../adapters/sqlite.js'
import { journalWithSnapshots, ownDirectory } from '../support/recorded.js'
import { replays } from '../support/replays.js'

const directory = ownDirectory(t)
const { file: sound, entries } = journalWithSnapshots(directory, 'sound')
const length = Math.ceil(entries.length / 3)
const parts: readonly JournalPart[] = [0, 1, 2].map((i) => ({
  from: i * length + 1,
  to: Math.min((i + 1) * length, entries.length),
}))

/** What a verification finds, and how it ends. */
interface Outcome {
  readonly found: readonly Discrepancy[]
  readonly counts: Counts
  readonly error: string | null
}

async function outcomeOf(
  find: (counts: Counts) => Iterable<Discrepancy> | AsyncIterable<Discrepancy>,
): Promise<Outcome> {
  const counts = noCounts()
  const found: Discrepancy[] = []
  try {
    for await (const one of find(counts)) found.push(one)
  } catch (error) {
    if (error instanceof JournalError) return { found, counts: noCounts(), error: error.message }
    throw error
  }
  return { found, counts, error: null }
}

const noProgress = new Progress({ write: () => true }, () => 0)

function inOne(recording: RecordingFile): Promise<Outcome> {
  const { first, last } = recording
  return outcomeOf((counts) => verified(recording, { from: first, to: last }, last, counts))
}

function inParts(recording: RecordingFile, of: readonly JournalPart[] = parts): Promise<Outcome> {
  return outcomeOf((counts) => verifiedInParts(recording, of, counts, noProgress))
}

/** Both ways, of a copy of the sound journal that was changed; they must say the same. */
async function bothOf(t: Test, name: string, change: (database: Database) => void): Promise<Outcome> {
  const file = join(directory, name)
  copyFileSync(sound, file)
  const database = new Database(file)
  change(database)
  database.close()
  const recording = openRecording(file)
  const [one, many] = [await inOne(recording), await inParts(recording)]
  recording.close()
  t.strictSame(many, one, `${name}: in parts as in one`)
  return many
}

/** Mends chains and digests, as someone who owns the file could. */
function mend(database: Database): void {
  let chain: Buffer = chainStart
  const rows = database.prepare<[], { seq: number; at_ms: number; body: string }>(
    'select * from entry order by seq',
  )
  for (const { seq, at_ms, body } of rows.all()) {
    chain = chainOf(chain, seq, at_ms, body)
    database.prepare('update entry set chain = ? where seq = ?').run(chain, seq)
    const texts = database
      .prepare<[number], string>('select body from piece where seq = ? order by number')
      .pluck()
      .all(seq)
    const hash = snapshotDigestOf({ seq, chain })
    for (const text of texts) hash.update(text)
    database.prepare('update snapshot set chain = ?, digest = ? where seq = ?').run(chain, hash.digest(), seq)
  }
}

/** The first such entry in a part. */
function first({ from, to }: JournalPart, isSuch: (event: Event) => boolean): number {
  const found = entries.find(({ seq, event }) => seq >= from && seq <= to && isSuch(event))
  if (found === undefined) throw new Error(`no such entry from ${from} to ${to}`)
  return found.seq
}

t.test('a sound journal is as sound in parts, and all of it was looked at', async (t) => {
  const { found, counts, error } = await bothOf(t, 'as it was', () => undefined)
  t.strictSame([found, error], [[], null])
  const plans = entries.filter(({ event }) => event.type === 'Planned').length
  t.strictSame(counts, { ...noCounts(), entries: entries.length, plans })
})

t.test('what ran otherwise in any part is found, in the order of the entries', async (t) => {
  const applied = parts.map((part) => first(part, ({ type }) => type === 'Applied'))
  const { found } = await bothOf(t, 'ran', (database) => {
    for (const seq of applied)
      database
        .prepare(`update entry set body = json_set(body, '$.ran', json(?)) where seq = ?`)
        .run(`[{"where":[],"digest":"${'0'.repeat(64)}"}]`, seq)
    mend(database)
  })
  t.strictSame([...new Set(found.map(({ seq }) => seq))], applied)
})

t.test('so is a plan, whatever of it differs, and so are gaps', async (t) => {
  const paths = ['$.batch.bridge', '$.batch.add[0].cookie', '$.batch.add[0].actions']
  const values = ['x', '0xbad', 'x']
  for (const [i, part] of parts.entries()) {
    const isBundle = (event: Event) =>
      event.type === 'Planned' && event.batch.kind === 'flows' && event.batch.add.length > 0
    const planned = first(part, isBundle)
    const { found } = await bothOf(t, `plan of part ${i + 1}`, (database) => {
      database
        .prepare(`update entry set body = json_replace(body, ?, ?) where seq = ?`)
        .run(paths[i], values[i], planned)
      mend(database)
    })
    t.match(found[0], { seq: planned, reason: /^recorded plan .*, recomputed / }, String(paths[i]))
  }
  const gaps = parts.map((part) => first(part, ({ type }) => type === 'FlowsDoubted'))
  const { found } = await bothOf(t, 'gaps', (database) => {
    for (const seq of gaps) database.prepare('delete from entry where seq = ?').run(seq)
    mend(database)
  })
  for (const seq of gaps)
    t.match(
      found.find((one) => one.seq === seq + 1),
      { reason: `expected entry ${seq}` },
    )
})

t.test('a snapshot that is not right misleads nobody who began with it', async (t) => {
  for (const number of [0, 1]) {
    const { found } = await bothOf(t, `snapshot ${number}`, (database) => {
      database
        .prepare(
          `update piece set body = json_set(body, '$.announcedAddresses', json('["10.9.9.9"]')) where number = 1
           and seq = (select seq from snapshot order by seq limit 1 offset ?)`,
        )
        .run(number)
      mend(database)
    })
    t.match(found, [{ reason: /^the snapshot after it is not/ }])
  }
})

t.test('damage ends it where it ends for one', async (t) => {
  for (const [i, part] of parts.entries()) {
    if (i === 0) continue
    const seq = first(part, ({ type }) => type === 'Applied')
    const outcome = await bothOf(t, `damage in part ${i + 1}`, (database) => {
      database.prepare(`update entry set body = body || ' ' where seq = ?`).run(seq)
    })
    t.match(outcome.error, `entry ${seq} was damaged or changed`)
  }
  const { error } = await bothOf(t, 'damaged snapshot', (database) => {
    database.exec(`update piece set body = body || ' ' where seq = (select min(seq) from snapshot)`)
  })
  t.match(error, /the snapshot at entry \d+ was damaged or changed$/)
})

t.test('who finds another journal than the one that was parted leaves all to one', async (t) => {
  const file = join(directory, 'dropped')
  copyFileSync(sound, file)
  const recording = openRecording(file)
  const before = await inOne(recording)
  const writer = openJournal(file)
  t.ok(writer.drop({ keepMs: 1, maxBytes: null }, Date.now()))
  writer.close()
  t.strictSame(await inParts(recording), before)
  recording.close()
})

t.test('parts take about as long as each other, and are not made where they save nothing', (t) => {
  const mb = 1 << 20
  const run = (i: number, snapshot: number | null = null): Run => ({
    from: i * 10 + 1,
    to: i * 10 + 10,
    weight: mb,
    snapshot,
  })
  const plain = Array.from({ length: 60 }, (_, i) => run(i))
  const two = journalPartsOf(plain, 2)
  t.equal(two.length, 2)
  t.strictSame([two[0]?.from, two[1]?.to], [1, 600])
  const cut = two[0]?.to ?? 0
  t.equal(two[1]?.from, cut + 1)
  // as if all that goes before cost it a third or so of what verifying it does
  t.ok(cut > 340 && cut < 390, 'the second has a way to go first')
  const near = journalPartsOf(
    plain.map((each, i) => (i === 28 ? run(i, mb) : each)),
    2,
  )
  t.ok((near[0]?.to ?? 0) < cut, 'less where a snapshot is near')
  t.strictSame(journalPartsOf(plain, 1), [{ from: 1, to: 600 }])
  t.strictSame(journalPartsOf(plain.slice(0, 2), 8), [{ from: 1, to: 20 }])
  t.strictSame(journalPartsOf([], 2), [])
  t.end()
})

t.test('--threads is a number', (t) => {
  for (const outcome of replays(['0', 'x', '1.5', '65'].map((n) => ['verify', sound, '--threads', n])))
    t.match(outcome, {
      status: 64,
      stdout: '',
      stderr: /^vtep-replay: verify: --threads is a number from 1 to 64/,
    })
  t.match(replays([['verify', sound, '--threads', '2']])[0], { status: 0, stdout: /: sound: / })
  t.end()
})

t.test('plans of another pipeline are not recomputed, and all else is looked at', async (t) => {
  const started = first({ from: 1, to: entries.length }, ({ type }) => type === 'Started')
  const change = (database: Database) => {
    database
      .prepare(`update entry set body = json_set(body, '$.settings.pipeline', 999) where seq = ?`)
      .run(started)
    mend(database)
  }
  const { found, counts } = await bothOf(t, 'another pipeline', change)
  const snapshots = found.filter(({ reason }) => reason.startsWith('the snapshot'))
  t.strictSame(found, snapshots, 'only snapshots say what the settings were')
  const restarted = entries.filter(({ event }) => event.type === 'Started').length > 1
  t.equal(counts.plans > 0, restarted)
  t.equal((counts.skipped.get(999) ?? 0) + counts.plans, plansIn(entries.length))
  const applied = first({ from: started, to: entries.length }, ({ type }) => type === 'Applied')
  const other = await bothOf(t, 'another pipeline that ran otherwise', (database) => {
    change(database)
    database
      .prepare(`update entry set body = json_set(body, '$.ran', json(?)) where seq = ?`)
      .run(`[{"where":[],"digest":"${'0'.repeat(64)}"}]`, applied)
    mend(database)
  })
  t.ok(other.found.some(({ seq, reason }) => seq === applied && reason.startsWith('what ran')))
})

function plansIn(last: number): number {
  return entries.filter(({ seq, event }) => seq <= last && event.type === 'Planned').length
}
