import fc from 'fast-check'
import t from 'tap'
import { Core } from '../../lib/daemon/core.js'
import { Derivation, type Derived } from '../../lib/derive/derive.js'
import { flowDump } from '../../lib/ingest/intake.js'
import { type Collection, entriesOf, none } from '../../lib/model/collection.js'
import type { Entry } from '../../lib/model/event.js'
import type { Flow } from '../../lib/model/flow.js'
import { isOwnCookie } from '../../lib/model/identity.js'
import { piecesOf } from '../../lib/model/pieces.js'
import { verify } from '../../lib/history/verify.js'
import { History } from '../support/history.js'
import { type Step, step } from '../support/steps.js'

const steps = fc.array(step, { minLength: 5, maxLength: 80, size: 'max' })
const few = fc.option(fc.integer({ min: 1, max: 4 }))
const limits = fc.record({ macs: few, learned: few, learnedPerPort: few, tunnels: few })
/** `LAW_RUNS=10000 node dist/test/lib/laws.test.js` for a long search. */
const numRuns = Number(process.env['LAW_RUNS'] ?? 100)

function told(history: readonly Step[]): History {
  const world = History.furnished()
  for (const each of history) world.do(each)
  return world
}

function sorted<T>(collection: Collection<T>): (readonly [string, T])[] {
  return [...entriesOf(collection)].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Everything derived, as text in an order of its own. */
function textOf(derived: Derived | null | undefined): string {
  if (derived == null) return 'nothing'
  const { desired, reported } = derived
  return JSON.stringify([
    sorted(desired.flows),
    sorted(desired.reports),
    sorted(reported),
    sorted(desired.problems),
    sorted(desired.sessions),
  ])
}

t.test('derived step by step = derived from scratch, at every step', (t) => {
  fc.assert(
    fc.property(steps, fc.option(limits, { nil: undefined }), (history, most) => {
      const world = History.furnished(most)
      for (const each of history) {
        world.do(each)
        const incremental = textOf(world.core.derived())
        const scratch = textOf(Derivation.of(world.core.state)?.derived)
        if (incremental !== scratch)
          throw new Error(`after ${JSON.stringify(each)}:\n${incremental}\n${scratch}`)
      }
    }),
    { numRuns },
  )
  t.end()
})

t.test('derived to and fro = derived from scratch, wherever one goes', (t) => {
  const jumps = fc.array(fc.nat(1_000), { minLength: 5, maxLength: 25 })
  fc.assert(
    fc.property(steps, fc.option(limits, { nil: undefined }), jumps, (history, most, all) => {
      const world = History.furnished(most)
      const states = history.map((each) => {
        world.do(each)
        return world.core.state
      })
      const core = new Core(states.at(-1))
      for (const jump of all) {
        const state = states[jump % states.length]
        if (state === undefined) continue
        core.moveTo(state)
        const incremental = textOf(core.derived())
        const scratch = textOf(Derivation.of(state)?.derived)
        if (incremental !== scratch) throw new Error(`at entry ${state.seq}:\n${incremental}\n${scratch}`)
      }
    }),
    { numRuns },
  )
  t.end()
})

t.test('planned batches applied leave nothing to do, and the switch holds just what is desired', (t) => {
  fc.assert(
    fc.property(steps, (history) => {
      const world = told(history)
      world.work()
      const desired = new Map(entriesOf(world.core.derived()?.desired.flows ?? none))
      const own = [...world.fakeSwitch.flows].filter(([, value]) => isOwnCookie(value.split(' ')[0] ?? ''))
      const wanted = [...desired].map(([key, { cookie, actions }]): [string, string] => [
        key,
        `${cookie} ${actions}`,
      ])
      if (JSON.stringify(own.sort()) !== JSON.stringify(wanted.sort()))
        throw new Error('switch differs from desired')
      if (!world.core.isInSync()) throw new Error('not in sync')
    }),
    { numRuns },
  )
  t.end()
})

/** Keys at which the two say different things. */
function differing(desired: ReadonlyMap<string, string>, actual: ReadonlyMap<string, string>): string[] {
  return [...new Set([...desired.keys(), ...actual.keys()])]
    .filter((key) => desired.get(key) !== actual.get(key))
    .sort()
}

function textsOf(flows: Collection<Flow>): ReadonlyMap<string, string> {
  return new Map([...entriesOf(flows)].map(([key, { cookie, actions }]) => [key, `${cookie} ${actions}`]))
}

t.test('a bundle has one command for each flow that differs, and none besides', (t) => {
  let commands = 0
  fc.assert(
    fc.property(steps, (history) => {
      const world = told(history)
      world.work()
      const core = new Core()
      for (const entry of world.entries) {
        const { event } = entry
        if (event.type === 'Planned' && event.batch.kind === 'flows') {
          const { add, remove } = event.batch
          const own = [...add, ...remove].filter(({ cookie }) => isOwnCookie(cookie))
          const desired = textsOf(core.derived()?.desired.flows ?? none)
          const needed = differing(desired, textsOf(core.state.flows ?? none))
          const touched = own.map(({ key }) => key).sort()
          if (touched.join('\n') !== needed.join('\n'))
            throw new Error(`${touched.length} commands for ${needed.length} flows: ${touched.join(' ')}`)
          commands += own.length
        }
        core.fold(entry)
      }
    }),
    { numRuns },
  )
  t.ok(commands > numRuns, `${commands} commands`)
  t.end()
})

t.test('no fewer commands, each of which adds or deletes one flow, would do', (t) => {
  const [keys, contents] = [
    ['a', 'b', 'c'],
    [null, 'x', 'y'],
  ]
  const tables = keys.reduce<readonly (string | null)[][]>(
    (some) => some.flatMap((table) => contents.map((content) => [...table, content])),
    [[]],
  )
  const after = (table: readonly (string | null)[]) =>
    keys.flatMap((_, at) => contents.map((content) => table.with(at, content)))
  const mapOf = (table: readonly (string | null)[]) =>
    new Map(keys.flatMap((key, at) => (table[at] == null ? [] : [[key, table[at]] as const])))
  for (const start of tables) {
    // what can be reached with so many commands
    const fewest = new Map([[start.join(), 0]])
    let reached: (string | null)[][] = [start]
    for (let count = 1; reached.length > 0; count++) {
      reached = reached.flatMap(after).filter((table) => {
        const isNew = !fewest.has(table.join())
        if (isNew) fewest.set(table.join(), count)
        return isNew
      })
    }
    for (const wanted of tables)
      if (fewest.get(wanted.join()) !== differing(mapOf(wanted), mapOf(start)).length)
        t.fail(`${start.join()} to ${wanted.join()}`)
  }
  t.equal(tables.length, 27)
  t.end()
})

t.test('a restart on an unchanged world plans nothing, with the journal and without', (t) => {
  fc.assert(
    fc.property(steps, (history) => {
      const world = told(history)
      world.work()
      const before = world.entries.length
      const start = (core: Core, macAgingSeconds: number) => {
        const settings = { physicalSwitch: 'br0', macAgingSeconds, suppressesArp: true } as const
        core.fold({ seq: core.state.seq + 1, atMs: 0, event: { type: 'Started', version: 'test', settings } })
      }
      const restart = (core: Core) => {
        start(core, 300)
        const vtep = (world.core.state.vtep === null ? [] : Object.entries(world.core.state.vtep)).flatMap(
          ([table, rows]) =>
            [...entriesOf(rows as Collection<unknown>)].map(([uuid, row]) => ({ table, uuid, row })),
        )
        const isKnown = core.state.vtep !== null
        const events = [
          { type: 'VtepUpdated', isCatchUp: true, updates: isKnown ? [] : vtep },
          { type: 'OvsUpdated', isCatchUp: true, updates: isKnown ? [] : world.fakeSwitch.contents() },
        ]
        for (const event of events) core.fold({ seq: core.state.seq + 1, atMs: 0, event: event as never })
        const learned = [...entriesOf(world.core.state.learned ?? none)]
        for (const event of flowDump(world.fakeSwitch.dump())(core.state))
          if (event.type === 'FlowsObserved') core.fold({ seq: core.state.seq + 1, atMs: 0, event })
        const updates = learned.map(([key, binding]) => ({ key, binding }))
        core.fold({
          seq: core.state.seq + 1,
          atMs: 0,
          event: { type: 'MacsLearned', isCatchUp: true, updates },
        })
        const claims = [...entriesOf(world.core.state.claims ?? none)]
        core.fold({
          seq: core.state.seq + 1,
          atMs: 0,
          event: { type: 'AddressesClaimed', updates: claims.map(([key, claim]) => ({ key, claim })) },
        })
        return [core.plan('switch'), core.plan('vtep')]
      }
      const withJournal = new Core()
      for (const entry of world.entries.slice(0, before)) withJournal.fold(entry)
      const planned = [...restart(withJournal), ...restart(new Core())]
      // of rows that contradict each other only the journal knows which came last
      const [switchWith, vtepWith, , vtepWithout] = planned
      if (switchWith !== null || vtepWith !== null || vtepWithout !== null)
        throw new Error(`planned ${JSON.stringify(planned)}`)
      // who stood by goes on with what was derived before
      for (const macAgingSeconds of [300, 600]) {
        start(withJournal, macAgingSeconds)
        if (textOf(withJournal.derived()) !== textOf(Derivation.of(withJournal.state)?.derived))
          throw new Error(`derived otherwise with ${macAgingSeconds}`)
      }
    }),
    { numRuns },
  )
  t.end()
})

t.test('a replay recomputes every plan', (t) => {
  fc.assert(
    fc.property(steps, (history) => {
      const world = told(history)
      world.work()
      const found = [...verify(world.entries)]
      if (found.length > 0) throw new Error(JSON.stringify(found[0]))
    }),
    { numRuns },
  )
  t.end()
})

t.test('what was planned and what is only read again lead to the same state', (t) => {
  fc.assert(
    fc.property(steps, fc.boolean(), (history, isLeaving) => {
      const world = new History()
      world.fakeSwitch.flows.set('table=0,priority=5,in_port=77', '0x77 drop')
      world.take(flowDump(world.fakeSwitch.dump()))
      for (const each of history) world.do(each)
      if (isLeaving) {
        world.record({ type: 'CleanupRequested' })
        world.take(flowDump(world.fakeSwitch.dump()))
      }
      world.work()
      const read = JSON.parse(JSON.stringify(world.entries)) as readonly Entry[]
      const core = new Core()
      for (const entry of read) core.fold(entry)
      const [planned, folded] = [world.core, core].map(({ state }) => [...piecesOf(state)])
      if (planned?.join('\n') !== folded?.join('\n')) throw new Error('not the same')
    }),
    { numRuns },
  )
  t.end()
})

t.test('leaving removes everything of ours and puts back what was there', (t) => {
  fc.assert(
    fc.property(steps, (history) => {
      const world = new History()
      const before = JSON.stringify(world.fakeSwitch.contents())
      world.fakeSwitch.flows.set('table=0,priority=5,in_port=77', '0x77 drop')
      world.take(flowDump(world.fakeSwitch.dump()))
      world.work()
      for (const each of history) world.do(each)
      world.record({ type: 'CleanupRequested' })
      world.take(flowDump(world.fakeSwitch.dump()))
      world.work()
      const flows = [...world.fakeSwitch.flows].sort()
      if (
        JSON.stringify(flows) !==
        '[["table=0,priority=0","0x0 NORMAL"],["table=0,priority=5,in_port=77","0x77 drop"]]'
      )
        throw new Error(`left over: ${JSON.stringify(flows)}`)
      const names = world.fakeSwitch.contents().filter(({ table }) => table === 'Port')
      if (names.some(({ row }) => JSON.stringify(row).includes('vtep-')))
        throw new Error('the tunnel port stays')
      if (JSON.stringify(world.fakeSwitch.contents()[0]?.row).includes('secure'))
        throw new Error('still secure')
      if (before.length === 0 || !world.core.isInSync()) throw new Error('not in sync')
    }),
    { numRuns },
  )
  t.end()
})
