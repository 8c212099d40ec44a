import { mkdtempSync, readdirSync, renameSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Database } from '../../adapters/sqlite.js'
import t, { type Test } from 'tap'
import { JournalKeeper } from '../../journal/keeper.js'
import { readEntries } from '../../journal/reader.js'
import { fileStore } from '../../journal/store.js'
import type { Core } from '../../lib/daemon/core.js'
import type { Intake } from '../../lib/ingest/intake.js'
import type { Event } from '../../lib/model/event.js'
import { replay, verify } from '../../lib/history/verify.js'
import { describeJournal } from '../../lib/words/status.js'
import { World } from '../support/small-world.js'

const directory = mkdtempSync(join(tmpdir(), 'keeper-'))
t.teardown(() => rmSync(directory, { recursive: true }))

/** A keeper over a file of its own, and a core that records in it. */
class Rig {
  readonly file: string
  readonly said: string[] = []
  readonly keeper: JournalKeeper
  readonly world = new World()
  readonly core: Core = this.world.core
  #appended = 0
  #lives = 0

  constructor(t: Test, name: string, limit = 10_000) {
    this.file = join(directory, name, 'br0.journal')
    const say = (text: string) => this.said.push(text)
    const limits = { entries: limit, characters: 1 << 20 }
    this.keeper = new JournalKeeper(fileStore(this.file), { now: () => 0, info: say, warn: say }, limits)
    this.keeper.open(replay)
    t.teardown(() => this.keeper.close(this.core.state))
  }

  record(...events: readonly Event[]): void {
    const before = this.world.entries.length
    for (const event of events) this.world.record(event)
    this.keeper.append(this.world.entries.slice(before))
    this.#appended = this.world.entries.length
  }

  /** What the daemon does every second. */
  check(): void {
    const intake = this.keeper.check()
    if (intake !== null) this.resume(intake)
  }

  /** As an engine takes what comes in one turn, and something before it. */
  resume(intake: Intake): void {
    const before = this.world.entries.length
    this.world.record({ type: 'FlowsDoubted', reason: 'in the same turn' })
    this.world.take(intake)
    this.keeper.append(this.world.entries.slice(before))
    this.#appended = this.world.entries.length
  }

  /** A port is bound to a new switch with a remote MAC, a few plans are made and done. */
  live(): void {
    const number = ++this.#lives
    const ls = this.world.insert('Logical_Switch', { name: `ls${number}`, tunnel_key: number })
    this.world.bind('p0', [[0, ls]])
    this.world.remote(`02:00:00:00:00:0${number}`, ls, '10.2.2.2')
    this.world.work()
    this.#append()
  }

  /** One by one, as turns of the engine are. */
  #append(): void {
    for (const entry of this.world.entries.slice(this.#appended)) this.keeper.append([entry])
    this.#appended = this.world.entries.length
  }

  status(): string {
    return describeJournal(this.keeper.health(this.core.state.seq)).join('\n')
  }

  /** Holds the file as another program can that has it open. */
  lock(): Database {
    const other = new Database(this.file)
    other.exec('begin immediate')
    return other
  }

  besides(): readonly string[] {
    return readdirSync(join(this.file, '..')).filter((name) =>
      /\.(other|swapped|damaged|torn)-[\dTZ.]+$/.test(name),
    )
  }
}

function isWhole(t: Test, { file, core }: Rig): void {
  t.strictSame([...verify(readEntries(file))], [])
  t.strictSame(replay(readEntries(file)).state, core.state, 'the fold of the file is the live state')
}

t.test('what could not be written is held, and written in order when it can be', (t) => {
  const rig = new Rig(t, 'held')
  rig.live()
  const before = rig.core.state.seq
  const other = rig.lock()
  rig.live()
  rig.check()
  t.equal(
    rig.status(),
    `degraded: ${rig.file}: database is locked; ${rig.core.state.seq - before} entries held in memory, 0 lost`,
  )
  t.equal([...readEntries(rig.file)].length, before)
  other.close()
  rig.check()
  t.equal(rig.status(), rig.file)
  rig.live()
  isWhole(t, rig)
  t.equal([...readEntries(rig.file)].length, rig.core.state.seq)
  t.match(rig.said, [/^degraded: /, / is written again, up to entry \d+$/])
  t.end()
})

t.test('when too much was held the history goes on with a snapshot that says how much is lost', (t) => {
  const rig = new Rig(t, 'lost', 5)
  rig.live()
  const before = rig.core.state.seq
  const other = rig.lock()
  for (let i = 0; i < 5; i++) rig.record({ type: 'FlowsDoubted', reason: 'held' })
  rig.live()
  let lost = rig.core.state.seq - before - 5
  t.match(rig.status(), `; 5 entries held in memory, ${lost} lost`)
  other.close()
  rig.check()
  lost += 1
  const resumed = [...readEntries(rig.file)].at(-1)
  t.match(resumed, { seq: rig.core.state.seq, event: { type: 'JournalResumed', lost } })
  t.equal(rig.status(), rig.file)
  rig.live()
  isWhole(t, rig)
  t.end()
})

t.test('a snapshot that can not be written is held like anything else', (t) => {
  const rig = new Rig(t, 'late', 5)
  rig.live()
  const { seq } = rig.core.state
  const first = rig.lock()
  rig.live()
  first.close()
  const intake = rig.keeper.check()
  rig.record({ type: 'FlowsDoubted', reason: 'between' })
  const second = rig.lock()
  if (intake !== null) rig.resume(intake)
  rig.check()
  t.match(rig.status(), /^degraded: .*; 1 entry held in memory, 0 lost$/)
  second.close()
  rig.check()
  t.strictSame(
    [...readEntries(rig.file)].slice(seq - 1).map((entry) => entry.seq - seq),
    [0, 1, 2, 3, 4, 5, rig.core.state.seq - seq],
  )
  isWhole(t, rig)
  t.end()
})

t.test('at the end, too, what was lost is owned up to', (t) => {
  const rig = new Rig(t, 'ended', 5)
  rig.live()
  const other = rig.lock()
  rig.live()
  other.close()
  const { seq } = rig.core.state
  rig.keeper.close(rig.core.state)
  t.match([...readEntries(rig.file)].at(-1), { seq: seq + 1, event: { type: 'JournalResumed' } })
  t.strictSame([...verify(readEntries(rig.file))], [])
  t.end()
})

t.test('deleted with its directory: a new one begins with a snapshot', (t) => {
  const rig = new Rig(t, 'deleted')
  rig.live()
  rmSync(join(rig.file, '..'), { recursive: true })
  const { seq } = rig.core.state
  rig.check()
  t.match([...readEntries(rig.file)], [{ seq: seq + 2, event: { type: 'JournalResumed', lost: seq + 1 } }])
  rig.live()
  isWhole(t, rig)
  rig.keeper.close(rig.core.state)
  const again = new JournalKeeper(fileStore(rig.file), { now: () => 0, info: () => {}, warn: () => {} })
  t.strictSame(again.open(replay).state, rig.core.state, 'and a daemon started anew goes on with it')
  again.close(rig.core.state)
  t.end()
})

t.test('another journal in its place is kept aside', (t) => {
  const [rig, other] = [new Rig(t, 'replaced'), new Rig(t, 'replacement')]
  rig.live()
  other.live()
  other.record({ type: 'FlowsDoubted', reason: 'another history' })
  other.keeper.close(other.core.state)
  renameSync(other.file, rig.file)
  rig.check()
  isWhole(t, rig)
  const [aside = ''] = rig.besides()
  t.equal(aside, 'br0.journal.swapped-19700101T000000.000Z')
  t.equal([...readEntries(join(rig.file, '..', aside))].length, other.core.state.seq)
  t.match(rig.status(), `${basename(rig.file)} does not lead to where we are; it is kept as`)
  t.end()
})

t.test('cut short while in use: kept aside as damaged', (t) => {
  const rig = new Rig(t, 'cut')
  rig.live()
  rig.check()
  truncateSync(rig.file, 4096)
  truncateSync(rig.file, 100)
  rig.check()
  isWhole(t, rig)
  t.equal(rig.besides().length, 1)
  t.match(rig.status(), /damaged; it is kept as/)
  t.end()
})
