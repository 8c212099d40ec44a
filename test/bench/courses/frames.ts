import { createOwner } from '../../support/owner.js'
import { whyNoNamespaces } from '../../support/namespace.js'
import type { Bench, Course } from '../course.js'
import { finding } from '../findings.js'
import { forwarders } from '../forwarders.js'
import { forward, startForwarder, type Forwarded, type Pairs } from '../forwarding.js'
import { summarize } from '../summary.js'

const many: Pairs = { sources: 100, destinations: 1_000, frames: 10_000 }
const few: Pairs = { sources: 1, destinations: 10, frames: 10_000 }

/** Frames of pairs that are new, of the same pairs again, and of few pairs. */
interface Costs {
  readonly fresh: Forwarded
  readonly again: Forwarded
  readonly few: Forwarded
}

type Name = keyof typeof forwarders

export const frames: Course = {
  name: 'frames',
  about:
    'what forwarding costs the user-space datapath, with many pairs of stations and with few; needs root',
  takes: { full: 180, quick: 70 },
  run: async (bench) => {
    const reason = await whyNoNamespaces()
    if (reason !== null) throw new Error(reason)
    const costs: Record<Name, Costs[]> = { floor: [], learningBridge: [], python: [], ours: [] }
    for (let round = 0; round < bench.rounds(3); round++)
      for (const name of Object.keys(forwarders) as Name[]) {
        bench.say(`${name}, ${round + 1}`)
        costs[name].push(await costsOf(name))
      }
    report(bench, costs)
  },
}

async function costsOf(name: Name): Promise<Costs> {
  const owner = createOwner()
  try {
    const lab = await startForwarder(owner, forwarders[name], many)
    return { fresh: await forward(lab, many), again: await forward(lab, many), few: await forward(lab, few) }
  } finally {
    await owner.end()
  }
}

function report(bench: Bench, costs: Readonly<Record<Name, readonly Costs[]>>): void {
  const rows = [
    [
      'fresh',
      `${many.frames} frames of new pairs, ${many.sources} sources × ${many.destinations} destinations`,
    ],
    ['again', 'the same frames again'],
    ['few', `${few.frames} frames of ${few.destinations} pairs`],
  ] as const
  const of = (name: Name, of: (costs: Costs) => number): readonly number[] => costs[name].map(of)
  const line = (
    row: string,
    what: string,
    unit: string,
    goal: string,
    pick: (costs: Costs) => number,
    most = Infinity,
  ) => {
    const [ours, floor] = [of('ours', pick), of('floor', pick)]
    const against = new Map([...bench.predecessor, [row, summarize(of('python', pick))]])
    bench.found(finding({ row, what, unit, goal, ours, floor, isMet: (us) => us.median <= most }, against))
    const bridge = { row: `${row}-learning`, what: '… of a learning bridge', unit, goal: '' }
    bench.found(finding({ ...bridge, ours: of('learningBridge', pick), floor, isMet: () => true }))
  }
  for (const [key, what] of rows)
    line(
      `frames-${key}`,
      `${what}: processor time of ovs-vswitchd`,
      's',
      '',
      (costs) => costs[key].cpuSeconds,
    )
  const goal = many.sources + many.destinations
  const megaflows = (costs: Costs): number => costs.again.megaflows
  line(
    'frames-megaflows',
    'megaflows after these',
    'flows',
    `about ${goal}: sources + destinations`,
    megaflows,
    1.1 * goal,
  )
  const share = (costs: Costs): number => 100 * costs.fresh.deliveredShare
  line('frames-delivered', 'frames of new pairs that arrived', '%', '', share)
}
