/**
 * `npm run chaos`: what goes wrong in a real switch while frames pass, for ours and for Open vSwitch's Python
 * emulator. Prints frames sent and lost and how long each repair took, judges nothing.
 */
import { parseArgs } from 'node:util'
import { OURS, PREDECESSOR, type Program } from '../support/daemon.js'
import { faults, plannedSoFar, restart, type Victim } from '../support/faults.js'
import { createOwner } from '../support/owner.js'
import { startUnderTraffic, untilAdopted } from '../support/under-traffic.js'
import { until } from '../support/until.js'

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '100' }, rounds: { type: 'string', default: '3' } },
})
const kills = Number(values.kills)
const rounds = Number(values.rounds)
const patienceMs = 30_000

/** What a fault did to the frames. */
interface Damage {
  readonly sent: number
  readonly lost: number
  /** Longest that a stream stood still, milliseconds; null: it did not flow again until the emulator was started anew. */
  readonly stillMs: number | null
}

interface Course {
  readonly name: string
  readonly damages: readonly Damage[]
}

const say = (text: string): void => void process.stderr.write(`${text}\n`)

/** All faults for one emulator; the first course is the restarts of an unchanged switch. */
async function suffer(
  name: string,
  program: Program,
  restarts: number,
): Promise<{ courses: readonly Course[]; commands: number | null }> {
  const owner = createOwner()
  try {
    const world = await startUnderTraffic(owner, 'secure')
    const victim: Victim = { program, world, daemon: world.predecessor }
    if (program === OURS) {
      await world.predecessor.stop()
      victim.daemon = await world.start(OURS)
      await untilAdopted(world.sandbox)
      await until('our BFD session is up', async () => (await world.tunnel.status()).remote_state === 'up')
      await settled(victim)
    }
    const planned = program === OURS ? plannedSoFar(world.sandbox).length : null
    const courses: Course[] = []
    let commands: number | null = null
    for (const [fault, strike] of Object.entries(faults)) {
      const damages: Damage[] = []
      const count = strike === restart ? restarts : rounds
      for (let round = 1; round <= count; round++) {
        damages.push(await struck(victim, strike))
        const { lost, stillMs } = damages.at(-1) ?? { lost: 0, stillMs: 0 }
        say(`${name}, ${fault}, ${round} of ${count}: ${lost} lost, still for ${still(stillMs)}`)
      }
      courses.push({ name: fault, damages })
      if (strike === restart && planned !== null) commands = plannedSoFar(world.sandbox).length - planned
    }
    return { courses, commands }
  } finally {
    await owner.end()
  }
}

async function settled({ program, daemon }: Victim): Promise<void> {
  if (program !== OURS) return
  await until('in sync', async () => /^in sync: yes/m.test(await daemon.control('status')), patienceMs)
}

/** A frame of each stream is sent at a time, every few milliseconds. */
async function struck(victim: Victim, strike: (victim: Victim) => Promise<void>): Promise<Damage> {
  const { traffic } = victim.world
  const before = traffic.sent
  try {
    const lost = await traffic.lostWhile(async () => {
      await strike(victim)
      await settled(victim)
    }, patienceMs)
    const counts = [...lost.values()].map(({ length }) => length)
    return {
      sent: (traffic.sent - before) * lost.size,
      lost: counts.reduce((sum, count) => sum + count, 0),
      stillMs: Math.max(...counts) * traffic.intervalMs,
    }
  } catch (error) {
    say(String(error))
    const sent = (traffic.sent - before) * traffic.streams
    await restart(victim)
    await traffic.established()
    return { sent, lost: sent, stillMs: null }
  }
}

function still(ms: number | null): string {
  return ms === null ? `more than ${patienceMs} ms` : `${ms} ms`
}

function summary({ name, damages }: Course): readonly string[] {
  const sum = (of: (damage: Damage) => number): number => damages.reduce((all, each) => all + of(each), 0)
  const times = damages.map(({ stillMs }) => stillMs ?? Infinity).sort((a, b) => a - b)
  const shown = (ms: number | undefined): string => still(ms === undefined || ms === Infinity ? null : ms)
  return [
    name,
    String(damages.length),
    String(sum(({ sent }) => sent)),
    String(sum(({ lost }) => lost)),
    shown(times[times.length >> 1]),
    shown(times.at(-1)),
  ]
}

const head = ['fault', 'times', 'frames sent', 'lost', 'still, median', 'still, longest']
const lines: string[] = []
for (const [name, program, restarts] of [
  ['ours', OURS, kills],
  ['predecessor', PREDECESSOR, rounds],
] as const) {
  const outcome = await suffer(name, program, restarts)
  const rows = [head, ...outcome.courses.map(summary)]
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  lines.push(`${name}:`)
  for (const row of rows) lines.push(`  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`)
  if (outcome.commands !== null)
    lines.push(`  commands on ${restarts} unchanged restarts: ${outcome.commands}`)
}
process.stdout.write(`${lines.join('\n')}\n`)
