import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ask } from '../../adapters/unixctl/ask.js'
import type { Status } from '../../lib/words/status.js'
import { dialServer, type ControllerSession } from '../support/controller-session.js'
import { OURS, startDaemon, type Daemon, type Program } from '../support/daemon.js'
import { createOwner } from '../support/owner.js'
import type { Owner } from '../support/ovs.js'
import { startSandbox, type Sandbox } from '../support/sandbox.js'
import { Floor } from './floor.js'
import { watchFlows, watchReports, type Arrivals, type FlowWatch } from './watch.js'
import { fill, watchedMacs, type Size, type World } from './world.js'

/** A switch with a world in its database, and a second bridge for what Open vSwitch itself takes. */
export interface Rig {
  readonly owner: Owner
  readonly sandbox: Sandbox
  readonly session: ControllerSession
  readonly world: World
  readonly floor: Floor
  /** The emulator that was started last. */
  running: Daemon | null
}

/** Ends everything after `use`. */
export async function withRig<T>(
  size: Size,
  use: (rig: Rig) => Promise<T>,
  ports: readonly string[] = ['p0', 'p1'],
): Promise<T> {
  const owner = createOwner()
  try {
    const sandbox = await startSandbox(owner, { ports, tunnelIp: '10.2.2.1', remotes: [] })
    await sandbox.addPhysicalSwitch()
    const session = await dialServer(owner, sandbox, 'controller', {})
    const world = await fill(session, size)
    const floor = await Floor.start(owner, sandbox)
    return await use({ owner, sandbox, session, world, floor, running: null })
  } finally {
    await owner.end()
  }
}

/** Ours at work. */
export interface Emulator {
  readonly daemon: Daemon
  /** From the start of its process until it was in sync. */
  readonly startMs: number
  status(): Promise<Status>
  untilInSync(): Promise<void>
}

export const longestStartMs = 300_000
/** Each question costs the daemon time that it would need otherwise. */
const pollMs = 20

/** Starts ours and waits until everything is in the switch. One that still runs gives way. */
export async function startOurs(
  rig: Rig,
  env = rig.sandbox.env,
  program: Program = OURS,
  options: readonly string[] = [],
): Promise<Emulator> {
  const { owner, sandbox } = rig
  await rig.running?.kill()
  const startedMs = performance.now()
  const daemon = await startDaemon(owner, program, [...options, sandbox.bridge], env, longestStartMs)
  rig.running = daemon
  const status = () => statusOf(rig, daemon)
  const untilInSync = () => untilStatus(rig, daemon, ({ isInSync }) => isInSync)
  await untilInSync()
  return { daemon, startMs: performance.now() - startedMs, status, untilInSync }
}

/** What a daemon says of itself. */
export async function statusOf({ sandbox }: Rig, { pid }: Daemon): Promise<Status> {
  const socket = join(sandbox.directory, `ovs-vtep.${pid}.ctl`)
  return JSON.parse(await ask(socket, 'status', ['--json'])) as Status
}

export async function untilStatus(
  rig: Rig,
  daemon: Daemon,
  isSo: (status: Status) => boolean,
): Promise<void> {
  const endMs = performance.now() + longestStartMs
  for (;;) {
    // one that is busy may not answer in time
    const status = await statusOf(rig, daemon).catch(() => null)
    if (status !== null && isSo(status)) return
    if (performance.now() > endMs) throw new Error(`not so after ${longestStartMs / 1000} s`)
    await pause(pollMs)
  }
}

/** What is watched while single changes are measured. */
export interface Watches {
  readonly flows: FlowWatch
  readonly reports: Arrivals
}

export async function startWatches({ owner, sandbox }: Rig): Promise<Watches> {
  const flows = await watchFlows(owner, sandbox, sandbox.bridge, [`dl_dst=${watchedMacs}`, 'in_port=2'])
  return { flows, reports: await watchReports(owner, sandbox) }
}

/** Frames come in at a dummy port; without a process. */
export async function receive(
  { directory }: Sandbox,
  port: string,
  frames: readonly Buffer[],
): Promise<void> {
  const pid = readFileSync(join(directory, 'ovs-vswitchd.pid'), 'latin1').trim()
  const packets = frames.map((frame) => frame.toString('hex'))
  await ask(join(directory, `ovs-vswitchd.${pid}.ctl`), 'netdev-dummy/receive', [port, ...packets])
}

export function journalOf({ sandbox }: Rig): string {
  return join(sandbox.directory, 'vtep', `${sandbox.bridge}.journal`)
}
