/**
 * `npm run bench`: how long from a controller's commit to installed flows, for ours, for Open vSwitch's Python
 * emulator, and for `ovs-ofctl` alone with the same flows. Prints times and ratios, judges nothing.
 */
import { parseArgs } from 'node:util'
import { OURS, PREDECESSOR } from '../support/daemon.js'
import { createOwner } from '../support/owner.js'
import type { Owner } from '../support/ovs.js'
import { startEmulator, startFloor, type Contestant } from './contestants.js'
import { machine, summarize, table, type Summary } from './summary.js'

interface Course {
  readonly title: string
  readonly macs: number
  readonly rounds: number
}

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const courses: readonly Course[] = [
  { title: '1 MAC added', macs: 1, rounds: values.quick ? 5 : 15 },
  { title: '1,000 MACs added in one transaction', macs: 1000, rounds: values.quick ? 1 : 3 },
]

const say = (text: string): void => void process.stderr.write(`${text}\n`)

let macsMade = 0
function freshMacs(count: number): readonly string[] {
  return Array.from({ length: count }, () => {
    const digits = (++macsMade).toString(16).padStart(8, '0')
    return `02:fe:${digits.match(/../g)?.join(':') ?? ''}`
  })
}

/** All courses of one contestant, alone on the machine as far as we can see to it. */
async function measure(start: (owner: Owner) => Promise<Contestant>): Promise<readonly Summary[]> {
  const owner = createOwner()
  try {
    const contestant = await start(owner)
    const summaries: Summary[] = []
    for (const course of courses) summaries.push(await run(contestant, course))
    return summaries
  } finally {
    await owner.end()
  }
}

/** What was added is taken away after each round. */
async function run(contestant: Contestant, { title, macs, rounds }: Course): Promise<Summary> {
  const timesMs: number[] = []
  for (let round = 1; round <= rounds; round++) {
    const batch = freshMacs(macs)
    timesMs.push(await contestant.add(batch))
    await contestant.remove(batch)
    say(`${contestant.name}, ${title}, ${round} of ${rounds}: ${text(timesMs.at(-1) ?? NaN)} ms`)
  }
  return summarize(timesMs)
}

function text(ms: number): string {
  return ms.toFixed(1)
}

function cell({ medianMs, minMs, maxMs }: Summary): string {
  return `${text(medianMs)} (${text(minMs)}–${text(maxMs)})`
}

say(`measuring; takes about ${values.quick ? '45 seconds' : '2 minutes'}`)
let sampleFlows: readonly string[] = []
const ours = await measure(async (owner) => {
  const emulator = await startEmulator(owner, 'ours', OURS, 'br0')
  const sample = freshMacs(1)
  await emulator.add(sample)
  sampleFlows = await emulator.flowsFor(sample)
  return emulator
})
const floor = await measure((owner) => startFloor(owner, sampleFlows))
const predecessor = await measure((owner) => startEmulator(owner, 'predecessor', PREDECESSOR, 'br0_vtep_ls1'))

const rows = courses.flatMap(({ title }, i) => {
  const [f, o, p] = [floor[i], ours[i], predecessor[i]]
  if (f === undefined || o === undefined || p === undefined) return []
  return [[title, cell(f), cell(o), cell(p), text(o.medianMs / f.medianMs), text(p.medianMs / o.medianMs)]]
})
const head = [
  'commit to flows, ms: median (min–max)',
  'floor',
  'ours',
  'predecessor',
  'ours/floor',
  'predecessor/ours',
]
process.stdout.write(`${await machine()}\n\n${table([head, ...rows])}\n`)
