import type { Entry } from '../../lib/model/event.js'
import { intrusions, live, meddling, outages } from './chaos.js'
import { World } from './world.js'

export interface Outcome {
  readonly seed: number
  /** Null: everything held. */
  readonly violation: Error | null
  readonly faults: ReadonlyMap<string, number>
  /** What the journal holds in the end. */
  readonly entries: readonly Entry[]
}

const longestRestMs = 900_000

/** One world, three times: without faults, with all of them, and with faults alone while nobody wants anything new. */
export async function simulate(seed: number): Promise<Outcome> {
  const world = new World(seed)
  const { random, clock, oracle, faults } = world
  const isOver = () => oracle.violation !== null
  const spend = async (rounds: number, act: () => void) => {
    for (let round = 0; round < rounds && !isOver(); round++) {
      act()
      await clock.run(random.int(random.pick([5, 50, 500])))
    }
  }
  const fault = (list: readonly (readonly [string, (of: World) => void])[]) => {
    const [name, make] = random.pick(list)
    faults.note(name)
    make(world)
  }
  await clock.run(100)
  await spend(15, () => live(world))
  await rest(world, 'without faults')
  faults.isOn = true
  const all = [...outages, ...outages, ...intrusions, ...meddling]
  await spend(random.int(80), () => (random.chance(0.7) ? live(world) : fault(all)))
  faults.isOn = false
  await rest(world, 'with faults')
  oracle.hold(true)
  faults.isOn = true
  await spend(random.int(15), () => fault([...outages, ...intrusions]))
  faults.isOn = false
  await rest(world, 'with faults alone')
  world.each((daemon) => daemon.kill())
  return { seed, violation: oracle.violation, faults: faults.counts, entries: world.disk.entries() }
}

async function rest(world: World, when: string): Promise<void> {
  const { clock, oracle, disk } = world
  disk.isFull = false
  for (let ms = 0; ms < longestRestMs && oracle.violation === null; ms += 1_000) {
    await clock.run(1_000)
    if (!world.isAtRest) continue
    if (world.refused === null) world.refusedBefore.length = 0
    oracle.checkAtRest(when)
    if (world.refused === null) return
    world.refused = null
  }
  oracle.fail(`not at rest after ${longestRestMs / 1_000} s, ${when}: ${world.unrest}`)
}
