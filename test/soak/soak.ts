/**
 * `npm run soak -- --hours N`: a switch's life from a seed. A controller binds, moves and removes; flows are bent by hand,
 * ports and servers go, the daemon is killed and upgraded. After each the switch must be in sync, and frames must come out
 * where they came out before. Prints memory, handles, the journal's size and latency over time; exit status 1 when
 * something was wrong. `--other DIR`: upgrades go between this build and the one in DIR.
 */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { contestantIn } from '../support/differential/contestant.js'
import { conversation, greetings } from '../support/differential/probes.js'
import { createRandom } from '../support/differential/random.js'
import { changeWorld, createWorld, PEERS, STRANGER, TUNNEL_IP } from '../support/differential/topology.js'
import { OURS, startDaemon, type Program } from '../support/daemon.js'
import { createOwner } from '../support/owner.js'
import { type Sandbox, startSandbox } from '../support/sandbox.js'
import { addDummyPort } from '../support/underlay.js'
import { until } from '../support/until.js'
import { bytesOf, processSample, table, type Sample } from './samples.js'
import { strike, type Subject } from './strikes.js'

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '3' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
    other: { type: 'string' },
    samples: { type: 'string' },
  },
})
const seed = Number(values.seed)
const endMs = performance.now() + Number(values.hours) * 3_600_000
const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** Topologies on the switch. */
const size = 12
/** A round begins each second; so many lie between two changes of the world, two strikes, two strikes with a look at frames. */
const [changes, strikes, looks] = [5, 12, 60]

const owner = createOwner()
const random = createRandom(seed)
const samples: Sample[] = []
/** How long the switch was out of sync after each kind of strike, milliseconds. */
const mended = new Map<string, number[]>()
let wrong = 0
let moves = 0
say(`seed ${seed}, ${values.hours} hours`)
try {
  await live()
} catch (error) {
  wrong++
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
} finally {
  await owner.end()
}
for (const line of table(samples)) say(line)
for (const [name, times] of [...mended].sort()) {
  const [median, longest] = [times.sort((a, b) => a - b)[times.length >> 1] ?? 0, times.at(-1) ?? 0]
  say(
    `${times.length} times ${name}: in sync after ${Math.round(median)} ms, at longest ${Math.round(longest)} ms`,
  )
}
say(wrong === 0 ? `${samples.length} rounds, nothing wrong` : `${samples.length} rounds, ${wrong} wrong`)
process.exitCode = wrong === 0 ? 0 : 1

async function live(): Promise<void> {
  let world = createWorld(random, size)
  const first = world.ports
  const { subject, meet, touch } = await begin(world.ports)
  await (await meet()).configure(world)
  const startMs = performance.now()
  for (let round = 1; performance.now() < endMs; round++) {
    await pause(1000)
    if (round % strikes === 0) await hit(round)
    if (round % changes === 0) {
      world = round % (2 * changes) === 0 ? createWorld(random, size) : changeWorld(random, world)
      world = { ...world, topologies: known(world.topologies) }
      await (await meet()).configure(world)
    }
    const fromMs = performance.now()
    await touch()
    note(subject, startMs, performance.now() - fromMs)
  }
  await inSync(subject, 'at the end')

  /** Something strikes, and is mended. */
  async function hit(round: number): Promise<void> {
    const isLook = round % looks === 0
    const seen = isLook ? await exits(createRandom(seed + round)) : null
    const name = await strike(subject, random)
    const struckMs = performance.now()
    await inSync(subject, `round ${round}: ${name}`)
    mended.set(name, [...(mended.get(name) ?? []), performance.now() - struckMs])
    if (seen === null || seen === (await exits(createRandom(seed + round)))) return
    wrong++
    say(`round ${round}: after ${name} frames come out elsewhere (seed ${seed})`)
  }

  /** Where the frames of a conversation came out, as a text. */
  async function exits(chance: typeof random): Promise<string> {
    const contestant = await meet()
    await contestant.send(greetings(world.topologies))
    return JSON.stringify(await contestant.send(conversation(chance, world.topologies, 4)))
  }

  /** Bindings at ports that the switch has. */
  function known(topologies: typeof world.topologies): typeof world.topologies {
    const ports = new Set(first)
    return topologies.map((each) => ({ ...each, places: each.places.filter(({ port }) => ports.has(port)) }))
  }
}

async function begin(ports: readonly string[]) {
  const sandbox = await startSandbox(owner, { ports, tunnelIp: TUNNEL_IP, remotes: [...PEERS, STRANGER] })
  await sandbox.addPhysicalSwitch()
  const programs: readonly Program[] = [OURS, ...(values.other === undefined ? [] : [buildIn(values.other)])]
  const start = (program: Program) => startDaemon(owner, program, ['br0'], sandbox.env)
  const daemon = await start(OURS)
  const subject: Subject = { sandbox, programs, daemon, startedMs: performance.now(), start }
  const port = 'clock'
  await addDummyPort(sandbox, 'br0', port)
  await until('the ports are in the database', async () =>
    (await sandbox.vtepctl('list-ports', 'br0')).split('\n').includes(port),
  )
  await sandbox.vtepctl('add-ls', 'clock')
  await sandbox.vtepctl('set', 'Logical_Switch', 'clock', 'tunnel_key=998')
  await sandbox.vtepctl('bind-ls', 'br0', port, '0', 'clock')
  const touch = (): Promise<void> => moved(sandbox)
  // anew each time: a session of a server that was killed is at its end
  const meet = () => contestantIn(owner, sandbox, touch)
  return { subject, meet, touch }
}

/** A MAC moves, and the switch has it so: by its flow, for to look for a frame takes longer the more there have been. */
async function moved({ vtepctl, ofctl }: Sandbox): Promise<void> {
  const to = PEERS[moves++ % 2]
  const mac = '02:ca:00:00:00:01'
  const remove = moves === 1 ? [] : ['del-ucast-remote', 'clock', mac, '--']
  await vtepctl(...remove, 'add-ucast-remote', 'clock', mac, String(to))
  const match = `table=20,dl_dst=${mac}`
  await until('the MAC has moved', async () =>
    (await ofctl('-O', 'OpenFlow14', '--no-stats', 'dump-flows', 'br0', match)).includes(
      `${String(to)}->tun_dst`,
    ),
  )
}

function buildIn(directory: string): Program {
  return { ...OURS, command: [process.execPath, join(directory, 'dist', 'bin', 'ovs-vtep.js')] }
}

async function inSync({ daemon }: Subject, when: string): Promise<void> {
  await until(`in sync, ${when}`, async () => /^in sync: yes/m.test(await daemon.control('status')))
}

function note({ daemon, sandbox, startedMs }: Subject, startMs: number, latencyMs: number): void {
  const nowMs = performance.now()
  const sample: Sample = {
    atSeconds: (nowMs - startMs) / 1000,
    ageSeconds: (nowMs - startedMs) / 1000,
    ...processSample(daemon.pid),
    journalBytes: bytesOf(join(sandbox.directory, 'vtep', 'br0.journal')),
    latencyMs,
  }
  samples.push(sample)
  if (values.samples !== undefined) appendFileSync(values.samples, `${JSON.stringify(sample)}\n`)
}
