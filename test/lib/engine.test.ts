import { Subject, VirtualTimeScheduler } from 'rxjs'
import t from 'tap'
import { Core } from '../../lib/daemon/core.js'
import { engine, type World } from '../../lib/daemon/engine.js'
import { event, flowDump, type Intake } from '../../lib/ingest/intake.js'
import { Rejection } from '../../lib/model/quarantine.js'
import type { Batch } from '../../lib/model/batch.js'
import type { Entry, Event } from '../../lib/model/event.js'
import { History } from '../support/history.js'

interface Run {
  readonly batch: Batch
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** An engine on virtual time over a world whose commands end when the test says so. */
class Bench {
  readonly scheduler = new VirtualTimeScheduler()
  readonly intake$ = new Subject<Intake>()
  readonly appended: Entry[][] = []
  readonly runs: Run[] = []
  /** `isBehind` of each turn. */
  readonly areBehind: boolean[] = []
  readonly core = new Core()
  observations = 0
  isComplete = false

  constructor() {
    const world: World = {
      now: () => this.scheduler.now(),
      elapsedMs: () => this.scheduler.now(),
      random: () => 0.5,
      append: (entries) => this.appended.push([...entries]),
      apply: (batch) =>
        new Promise((resolve, reject) => this.runs.push({ batch, resolve: () => resolve(null), reject })),
      observe: () => this.observations++,
    }
    const schedulers = { burst: this.scheduler, timers: this.scheduler }
    engine(this.core, this.intake$, world, schedulers).subscribe({
      next: ({ isBehind }) => this.areBehind.push(isBehind),
      complete: () => (this.isComplete = true),
    })
  }

  /** Hands in events as one burst and lets everything due happen. */
  async burst(...events: readonly Event[]): Promise<string[]> {
    const before = this.appended.length
    for (const happened of events) this.intake$.next(event(happened))
    await this.settle()
    return this.typesSince(before)
  }

  /** How many timers are running. */
  get pending(): number {
    return this.scheduler.actions.filter(({ closed }) => !closed).length
  }

  typesSince(before: number): string[] {
    return this.appended.slice(before).flatMap((entries) => entries.map(({ event: { type } }) => type))
  }

  /** Everything that is due now: bursts end, promises settle; timers further off stay. */
  async settle(untilMs = this.scheduler.frame): Promise<void> {
    for (let round = 0; round < 5; round++) {
      this.scheduler.maxFrames = untilMs
      this.scheduler.flush()
      await new Promise(setImmediate)
    }
  }
}

/** The events with which a switch becomes known. */
function known(world = secure()): readonly Event[] {
  const updates = world.fakeSwitch.contents()
  return world.entries.map(({ event: happened }) =>
    happened.type === 'OvsUpdated' ? { ...happened, updates } : happened,
  )
}

/** Its fail_mode need not be changed. */
function secure(): History {
  const world = new History()
  world.fakeSwitch.secure()
  return world
}

t.test('a burst is one append; what is planned is recorded with it, before it runs', async (t) => {
  const bench = new Bench()
  await bench.burst(...known())
  t.equal(bench.appended.length, 1)
  t.strictSame(bench.appended[0]?.map(({ event: { type } }) => type).slice(-2), ['Planned', 'Planned'])
  t.strictSame(
    bench.runs.map(({ batch: { kind } }) => kind),
    ['config', 'rows'],
  )
})

t.test('nothing is left on the scheduler when the engine has ended', async (t) => {
  const bench = new Bench()
  await bench.burst(...known())
  // one lane waits for its retry, the other for some minutes until what was refused is tried again
  bench.runs[0]?.reject(new Error('no such program'))
  for (let i = 1; i < 20 && bench.core.state.quarantined.length === 0; i++) {
    bench.runs[i]?.reject(new Rejection('no room'))
    await bench.settle()
  }
  t.ok(bench.core.state.quarantined.length > 0, 'something is refused')
  t.not(bench.pending, 0, 'timers are running')
  await bench.burst({ type: 'Stopped', reason: 'asked to' })
  for (const { resolve } of bench.runs) resolve()
  await bench.settle()
  t.ok(bench.isComplete)
  t.equal(bench.pending, 0)
})

t.test('a bridge that is deleted and made anew in one transaction is looked at', async (t) => {
  const bench = new Bench()
  const world = secure()
  await bench.burst(...known(world))
  const before = bench.observations
  const updates = world.fakeSwitch.recreate()
  await bench.burst({ type: 'OvsUpdated', isCatchUp: false, updates })
  t.equal(bench.core.state.knowledge.flows, 'unknown')
  t.equal(bench.observations, before + 1)
})

t.test('until a change of fail_mode is over nothing else begins, and nothing is derived', async (t) => {
  const bench = new Bench()
  const world = new History()
  await bench.burst(...known(world))
  t.match(
    bench.runs.map(({ batch }) => batch),
    [{ kind: 'config', isFlushing: true }],
  )
  const updates = bench.runs.flatMap(({ batch }) => world.executeOnly(batch))
  await bench.burst({ type: 'OvsUpdated', isCatchUp: false, updates })
  t.strictSame([bench.runs.length, bench.areBehind.at(-1)], [1, true])
  bench.runs[0]?.resolve()
  await bench.settle()
  t.strictSame(
    bench.runs.map(({ batch: { kind } }) => kind),
    ['config', 'flows', 'rows'],
  )
  t.strictSame(
    [bench.observations, bench.areBehind.at(-1)],
    [0, false],
    'of what was empty nothing is in doubt',
  )
})

t.test('after a change of fail_mode the flows are looked at where there were any', async (t) => {
  const flow = { key: 'table=0,priority=7,in_port=9', cookie: '0x99', actions: 'drop' }
  const ours = { ...flow, cookie: '0x5654000000000001' }
  for (const [present, foreign, looks] of [
    [[], [], 0],
    [[ours], [], 1],
    [[], [flow], 1],
  ] as const) {
    const bench = new Bench()
    const world = new History()
    await bench.burst(...known(world).slice(0, -1), {
      type: 'FlowsObserved',
      isDrift: false,
      present,
      absent: [],
      foreign,
    })
    const updates = bench.runs.flatMap(({ batch }) => world.executeOnly(batch))
    await bench.burst({ type: 'OvsUpdated', isCatchUp: false, updates })
    bench.runs[0]?.resolve()
    await bench.settle()
    t.equal(bench.observations, looks)
    t.equal(bench.core.state.knowledge.flows, looks === 0 ? 'current' : 'unknown')
  }
})

t.test('a lane has one batch under way; the next is planned from the state at its end', async (t) => {
  const bench = new Bench()
  await bench.burst(...known())
  t.strictSame(await bench.burst({ type: 'MacsLearned', isCatchUp: false, updates: [] }), ['MacsLearned'])
  t.equal(bench.runs.length, 2)
})

t.test('a failure is recorded, the switch looked at again, and the batch tried again later', async (t) => {
  const bench = new Bench()
  await bench.burst(...known())
  const before = bench.appended.length
  bench.runs[0]?.reject(new Error('no such program'))
  await bench.settle()
  t.strictSame(bench.appended[before]?.[0]?.event, {
    type: 'Failed',
    lane: 'switch',
    reason: 'no such program',
    retryInMs: 750,
  })
  t.equal(bench.observations, 1)
  const observed = { type: 'FlowsObserved', isDrift: false, present: [], absent: [], foreign: null } as const
  t.strictSame(await bench.burst(observed), ['FlowsObserved', 'Planned'])
  t.equal(bench.runs[2]?.batch.kind, 'flows', 'what does not hang on it is made meanwhile')
  bench.runs[2]?.resolve()
  await bench.settle()
  t.equal(bench.runs.length, 3, 'the same batch waits for its retry')
  t.notOk(bench.core.isInSync())
  await bench.settle(bench.scheduler.frame + 750)
  t.strictSame(bench.typesSince(before).slice(-2), ['RetryDue', 'Planned'])
  t.strictSame(bench.runs[3]?.batch, bench.runs[0]?.batch)
  bench.runs[3]?.reject(new Rejection('a port of that name exists'))
  await bench.settle()
  t.match(bench.core.state.quarantined, [{ lane: 'switch', key: 'port/vtep-26e65d5f', isDue: false }])
  t.equal(bench.runs.length, 4, 'a port that is refused keeps nothing back')
})

t.test(
  'a batch that is rejected is not repeated but tried in parts, down to the one that is refused',
  async (t) => {
    const bench = new Bench()
    await bench.burst(...known())
    const refuse = async (): Promise<Batch | undefined> => {
      const run = bench.runs.at(-1)
      run?.reject(new Rejection('no room'))
      await bench.settle()
      return run?.batch
    }
    const sizes: number[] = []
    for (let round = 0; round < 20 && bench.core.state.quarantined.length === 0; round++) {
      const batch = await refuse()
      if (batch?.kind === 'rows') sizes.push(batch.reports.length)
    }
    t.strictSame([sizes.at(-1), sizes.length > 1 || sizes[0] === 1], [1, true])
    t.match(bench.core.state.quarantined, [{ lane: 'vtep', reason: 'no room', isDue: false }])
    t.notOk(bench.typesSince(0).includes('RetryDue'))
    const before = bench.appended.length
    await bench.settle(bench.scheduler.frame + 300_000)
    t.ok(bench.typesSince(before).includes('QuarantineDue'), 'tried again after some minutes')
  },
)

t.test('a retry that was for another batch does not cut the wait short', async (t) => {
  const bench = new Bench()
  await bench.burst(...known())
  const updated = (name: string): Event => {
    const world = new History()
    const updates = world.fakeSwitch.addPort(name)
    return { type: 'OvsUpdated', isCatchUp: false, updates }
  }
  bench.runs[1]?.reject(new Error('hung'))
  await bench.settle()
  const startMs = bench.scheduler.frame
  await bench.burst(updated('p0'))
  bench.runs.at(-1)?.reject(new Error('hung'))
  await bench.settle()
  const before = bench.appended.length
  t.match(bench.appended.at(-1)?.[0]?.event, { type: 'Failed', lane: 'vtep', retryInMs: 1500 })
  await bench.settle(startMs + 800)
  t.notOk(bench.typesSince(before).includes('RetryDue'), "the first one's")
  await bench.settle(startMs + 1600)
  t.ok(bench.typesSince(before).includes('RetryDue'))
})

t.test('a command that ends well but changes nothing counts as failed', async (t) => {
  const bench = new Bench()
  await bench.burst(...known())
  const before = bench.appended.length
  bench.runs[1]?.resolve()
  await bench.settle()
  t.match(bench.appended[before]?.[0]?.event, { type: 'Failed', lane: 'vtep', reason: /changed nothing/ })
})

t.test('a stop waits for what is under way, and plans nothing more', async (t) => {
  const bench = new Bench()
  await bench.burst(...known())
  await bench.burst({ type: 'Stopped', reason: 'test' })
  t.notOk(bench.isComplete)
  bench.runs[0]?.resolve()
  await bench.settle()
  t.notOk(bench.isComplete, 'the other lane is still busy')
  bench.runs[1]?.reject(new Error('gone'))
  await bench.settle()
  t.ok(bench.isComplete)
  t.equal(bench.runs.length, 2)
})

t.test(
  'a cleanup looks at the switch only when nothing is under way, and ends when all is gone',
  async (t) => {
    const bench = new Bench()
    await bench.burst(...known())
    await bench.burst({ type: 'CleanupRequested' })
    t.equal(bench.observations, 0, 'a dump made now could be from before or after the batch')
    bench.runs[1]?.reject(new Error('refused'))
    bench.runs[0]?.reject(new Error('killed'))
    await bench.settle()
    t.equal(bench.observations, 1)
    t.notOk(bench.isComplete)
    await bench.burst({ type: 'FlowsObserved', isDrift: false, present: [], absent: [], foreign: null })
    await bench.settle(bench.scheduler.frame + 10_000)
    t.strictSame(bench.appended.flat().at(-1)?.event, {
      type: 'Stopped',
      reason: 'everything of ours is gone',
    })
    t.ok(bench.isComplete)
  },
)

t.test('a dump made while a batch is under way says nothing', async (t) => {
  const bench = new Bench()
  await bench.burst(...known())
  const before = bench.appended.length
  bench.intake$.next(flowDump(' cookie=0x5654000000000000, table=20, priority=0 actions=drop'))
  await bench.settle()
  t.strictSame(bench.typesSince(before), [])
})
