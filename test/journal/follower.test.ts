import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database } from '../../adapters/sqlite.js'
import t, { type Test } from 'tap'
import { Follower } from '../../journal/follower.js'
import { JournalKeeper } from '../../journal/keeper.js'
import { readEntries } from '../../journal/reader.js'
import { fileStore } from '../../journal/store.js'
import { type JournalWriter, openJournal } from '../../journal/writer.js'
import { Core } from '../../lib/daemon/core.js'
import { Mirror } from '../../lib/ingest/mirror.js'
import type { State } from '../../lib/model/state.js'
import { differingRows } from '../../lib/reduce/differing-rows.js'
import { replay, verify } from '../../lib/history/verify.js'
import { History } from '../support/history.js'

const directory = mkdtempSync(join(tmpdir(), 'follower-'))
t.teardown(() => rmSync(directory, { recursive: true }))

/** A journal that is written as a world goes on, and somebody who follows it. */
class Rig {
  readonly file: string
  readonly world = History.furnished()
  readonly follower: Follower
  readonly writer: JournalWriter
  #written = 0

  constructor(t: Test, name: string) {
    this.file = join(directory, name, 'br0.journal')
    this.writer = openJournal(this.file)
    this.follower = new Follower(this.file)
    t.teardown(() => this.writer.close())
  }

  /** Another MAC, planned and made. */
  goOn(number: number): void {
    this.world.do({ what: 'addMac', a: number, b: number, c: number })
    this.world.work()
    this.write()
  }

  write(): void {
    this.writer.append(this.world.entries.slice(this.#written))
    this.#written = this.world.entries.length
  }
}

const keeperOf = (file: string): JournalKeeper =>
  new JournalKeeper(fileStore(file), { now: () => 0, info: () => undefined, warn: () => undefined })

t.test('who follows knows what is recorded, and goes on from there when the journal is let go', (t) => {
  const rig = new Rig(t, 'handed-over')
  const { follower, file } = rig
  follower.readOn()
  t.equal(follower.core.state.seq, 0, 'nothing yet')
  rig.goOn(1)
  follower.readOn()
  const { core } = follower
  t.strictSame(core.state, rig.world.core.state)
  rig.goOn(2)
  follower.readOn()
  t.equal(follower.core, core, 'no new beginning')
  t.strictSame(core.state, rig.world.core.state)
  rig.goOn(3)
  const keeper = keeperOf(file)
  t.throws(() => keeper.open(follower.fold, follower.reached), /another process writes this journal/)
  rig.writer.close()
  t.equal(keeper.open(follower.fold, follower.reached), core)
  t.strictSame(core.state, rig.world.core.state, 'with what came last')
  const { length } = rig.world.entries
  rig.world.do({ what: 'addMac', a: 4, b: 4, c: 4 })
  keeper.append(rig.world.entries.slice(length))
  keeper.close(rig.world.core.state)
  t.strictSame([...verify(readEntries(file))], [])
  t.equal([...readEntries(file)].length, rig.world.entries.length)
  t.end()
})

t.test(
  'a journal that somebody keeps who hangs is gone on from in memory, and written when it is let go',
  (t) => {
    const rig = new Rig(t, 'hanging')
    rig.goOn(1)
    rig.follower.readOn()
    rig.goOn(2)
    const keeper = keeperOf(rig.file)
    const core = keeper.open(rig.follower.fold, rig.follower.reached, true)
    t.strictSame(core.state, rig.world.core.state)
    t.match(keeper.health(core.state.seq).trouble, /another process writes this journal/)
    const { length } = rig.world.entries
    rig.world.do({ what: 'addMac', a: 4, b: 4, c: 4 })
    keeper.append(rig.world.entries.slice(length))
    t.equal(keeper.check(), null)
    rig.writer.close()
    t.equal(keeper.check(), null)
    t.equal(keeper.health(core.state.seq).trouble, null)
    keeper.close(rig.world.core.state)
    t.equal([...readEntries(rig.file)].length, rig.world.entries.length)
    t.end()
  },
)

t.test(
  'another journal in its place is read from its beginning; while there is none, what is known stays',
  (t) => {
    const [rig, other] = [new Rig(t, 'replaced'), new Rig(t, 'other')]
    rig.goOn(1)
    rig.follower.readOn()
    rig.writer.close()
    renameSync(rig.file, `${rig.file}.gone`)
    const { state } = rig.follower.core
    rig.follower.readOn()
    t.equal(rig.follower.core.state, state)
    t.match(rig.follower.health().trouble, /no such file/)
    for (let i = 0; i < 3; i++) other.goOn(i)
    other.writer.close()
    renameSync(other.file, rig.file)
    rig.follower.readOn()
    t.strictSame(rig.follower.core.state, other.world.core.state)
    t.equal(rig.follower.health().trouble, null)
    t.end()
  },
)

t.test('damage among what is new leaves nothing half folded', (t) => {
  const rig = new Rig(t, 'damaged')
  rig.goOn(1)
  rig.follower.readOn()
  rig.goOn(2)
  rig.writer.close()
  const database = new Database(rig.file)
  database.prepare("update entry set body = body || ' ' where seq = (select max(seq) from entry)").run()
  database.close()
  rig.follower.readOn()
  t.match(rig.follower.health().trouble, /was damaged or changed/)
  t.equal(rig.follower.core.state.seq, rig.follower.reached.tip.seq)
  const keeper = keeperOf(rig.file)
  const core = keeper.open(rig.follower.fold, rig.follower.reached)
  t.equal(core.state.seq, rig.world.core.state.seq - 1, 'all but the last')
  keeper.close(core.state)
  t.end()
})

t.test('a mirror brings a history up to date that missed something, in one event for each database', (t) => {
  const world = History.furnished()
  const mirror = new Mirror()
  const show = (from: number) => {
    for (const { event } of world.entries.slice(from))
      if (event.type === 'VtepUpdated' || event.type === 'OvsUpdated')
        mirror.take(() => [structuredClone(event)])
  }
  const tables = ({ vtep, ovs }: State) => ({ ...vtep, ...ovs })
  show(0)
  const missed = world.entries.length
  for (let i = 1; i < 6; i++) world.do({ what: 'addMac', a: i, b: i, c: i })
  world.do({ what: 'deleteMac', a: 1, b: 1, c: 1 })
  world.do({ what: 'addOvsPort', a: 5, b: 0, c: 0 })
  show(missed)
  const late = replay(world.entries.slice(0, missed))
  const take = () => {
    const events = mirror.intakes().flatMap((intake) => intake(late.state))
    for (const event of events) late.fold({ seq: late.state.seq + 1, atMs: 0, event })
    return events
  }
  const missing = [...differingRows(tables(late.state), tables(world.core.state))]
  t.not(missing.length, 0)
  const rowsOf = (of: State) =>
    new Map([...differingRows({}, tables(of))].map((row) => [row.uuid, row.after]))
  const said = (): ReadonlyMap<string, object | null> => {
    const fresh = new Core()
    for (const event of mirror.intakes().flatMap((intake) => intake(fresh.state)))
      fresh.fold({ seq: fresh.state.seq + 1, atMs: 0, event })
    return rowsOf(fresh.state)
  }
  const before = structuredClone(said())
  mirror.share(late.state)
  t.strictSame(said(), before, 'sharing changes nothing of what it says')
  const other = [...rowsOf(late.state)].filter(([uuid, row]) => said().get(uuid) !== row)
  t.strictSame(
    other.map(([uuid]) => uuid).sort(),
    missing.flatMap(({ uuid, before }) => (before === null ? [] : [uuid])).sort(),
    'the rows that are alike are one',
  )
  t.match(take(), [
    { type: 'VtepUpdated', isCatchUp: true },
    { type: 'OvsUpdated', isCatchUp: true },
  ])
  t.strictSame([...differingRows(tables(late.state), tables(world.core.state))], [])
  t.strictSame(
    take().map((event) => 'updates' in event && event.updates.length),
    [0, 0],
    'there is nothing more to say',
  )
  mirror.take(() => [{ type: 'SourceLost', source: 'vtep', reason: 'gone' }])
  t.match(take(), [{ type: 'OvsUpdated' }], 'of what is not connected it says nothing')
  t.end()
})
